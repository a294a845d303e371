/** Who can do something on a repository: by grant, the one that was granted it and the people whom that reaches. */
import type { Entitlement, Subject, Target } from "../model";
import { entitlementsOf, preference } from "../rights/entitlements";
import { projectOf, Tree } from "../tree";
import { isActive } from "../until";
import { sorted } from "../problem";
import type { Capability } from "../vocabulary";
import { pipelineReason } from "./pipeline";
import { reasonOf, type Reason, type Setting } from "./reason";

export interface Holder extends Reason {
  readonly capability: Capability;
  readonly target: Target;
  readonly subject: Subject | { readonly kind: "pipeline"; readonly name: Target };
  /** User names, sorted; none for what is no team. */
  readonly people: readonly string[];
  /** Teams that it reaches, and of which nobody here knows who is in them. */
  readonly unknown: readonly string[];
}

/** What is granted comes before what is implied. */
export function holdersOf(
  { capability, target }: { readonly capability: Capability; readonly target: Target },
  setting: Setting,
): Holder[] {
  const { model, asOf, members } = setting;
  const tree = new Tree(model);
  const found = model.grants.flatMap((grant, index): { one: Entitlement; holder: Holder }[] => {
    const isThere = grant.on.some((place) => place === target || place === projectOf(target));
    if (!isThere || !isActive(grant, asOf)) return [];
    const { subject } = grant;
    const one = entitlementsOf({ ...model, grants: [grant] }, asOf).find(
      (each) =>
        each.target === target &&
        each.capability === capability &&
        each.subject.kind === subject.kind &&
        each.subject.name === subject.name,
    );
    if (one === undefined) return [];
    const teams = subject.kind === "team" ? tree.withDescendants(subject.name) : [];
    const way = { kind: one.kind, path: one.path, index, grant, teams: teams.slice(0, 1) };
    const holder: Holder = {
      ...reasonOf(way, { subject, capability, target }, setting),
      capability,
      target,
      subject,
      people: sorted(new Set(teams.flatMap((name) => members(name) ?? []))),
      unknown: teams.filter((name) => members(name) === undefined),
    };
    return [{ one, holder }];
  });
  const pipelines = pipelineReason({ pipeline: target, capability, target }, setting).map((one): Holder => ({
    ...one,
    capability,
    target,
    subject: { kind: "pipeline", name: target },
    people: [],
    unknown: [],
  }));
  const byGrant = found.sort((a, b) => preference(a.one, b.one)).map(({ holder }) => holder);
  return [...byGrant, ...pipelines];
}
