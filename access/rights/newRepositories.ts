/**
 * What grants that were there before give on a repository that is new: whoever approved of them meant it, too; but not on
 * one that steers everything.
 */
import { entitlementsOf } from "./entitlements";
import { controlsOf, type Declaration } from "./guardChanges";
import type { Known } from "./known";
import type { Grant, Model } from "../model";
import { subjectLabel, targetOf } from "../tree";

/** The state of before as it would be with the repositories that are new since, in projects that were there. */
export function withNewRepositories(before: Known, { model: after, settings }: Declaration): Known {
  const projects = new Set(before.model.projects.map(({ key }) => key));
  // One that moves here is none: whoever approved of the grants did not mean it.
  const slugs = new Set(before.model.repositories.map(({ slug }) => slug));
  const controls = [...controlsOf(before), ...controlsOf({ model: after, settings })];
  const added = after.repositories.filter((one) => {
    const target = targetOf(one);
    return !slugs.has(one.slug) && projects.has(one.project) && !controls.includes(target);
  });
  if (added.length === 0) return before;
  const names = added.map(targetOf);
  const model: Model = {
    ...before.model,
    repositories: [...before.model.repositories, ...added],
    grants: before.model.grants.map((grant) => ({
      ...grant,
      on: [...grant.on, ...matched(grant, after, names)],
    })),
  };
  return { ...before, model, entitlements: entitlementsOf(model, before.asOf) };
}

/** The new ones that a pattern of the grant covers, by what the same grant says afterwards. */
function matched(grant: Grant, after: Model, names: readonly string[]): string[] {
  const patterns = new Set(Object.values(grant.patterns ?? {}));
  if (patterns.size === 0) return [];
  const isSame = (other: Grant): boolean =>
    subjectLabel(other.subject) === subjectLabel(grant.subject) &&
    grant.until === other.until &&
    other.can.every((capability) => grant.can.includes(capability));
  const alike = after.grants.filter(isSame);
  return names.filter((name) =>
    alike.some(({ on, patterns: own = {} }) => on.includes(name) && patterns.has(own[name] ?? "")),
  );
}
