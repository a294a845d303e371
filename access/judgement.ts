/**
 * Whether a change may go through as it is, or needs a second person first, and whose word counts. Judged by what is
 * allowed *before* the change: who could make himself the owner by the same change would approve of it himself.
 */
import { privilegeOf, restrictedIn, type Difference, type Standing } from "./difference";
import type { GuardChange } from "./guardChanges";
import type { Model } from "./model";
import { compare } from "./problem";
import { projectOf, targetOf } from "./tree";
import { environmentOf } from "./vocabulary";

/** Why somebody else has to approve, and who. */
export interface Need {
  /** Example: `team platform gains deploy:prod on PAY/payments-api`. */
  readonly reason: string;
  /** Keys of the projects whose owners are asked, sorted; empty: the company's owners. */
  readonly projects: readonly string[];
}

/** So many rights may always go: in a small company one person is a large share. */
export const alwaysAllowed = 20;

/** What a second person has to approve; none: nothing. A stack that was never brought up needs nobody. */
export function needsOf(
  before: Standing | undefined,
  after: Standing,
  { gained, lost, lostShare }: Difference,
  guards: readonly GuardChange[],
): Need[] {
  if (before === undefined) return [];
  const restricted = restrictedIn([before.model, after.model]);
  const privileged = new Map<string, string[]>();
  for (const { subject, capability, target } of gained) {
    const environment = environmentOf(capability);
    if (environment === undefined || privilegeOf(capability, restricted) > 0) continue;
    const who = `${subject.kind} ${subject.name} gains ${capability}`;
    privileged.set(who, [...(privileged.get(who) ?? []), target]);
  }
  return [
    ...[...privileged].map(([who, targets]): Need => ({
      reason: `${who} on ${placesOf(targets, after.model).join(", ")}`,
      projects: sorted(new Set(targets.map(projectOf))),
    })),
    ...guards
      .filter(isGrave(before, restricted))
      .map(({ about, what, before: from = "nothing", after: to = "nothing" }): Need => ({
        reason: about === "owner" ? `${what} is removed` : `${what} changes from ${from} to ${to}`,
        projects: [],
      })),
    ...(lostShare > before.model.limits.removal && sizeOf(lost) > alwaysAllowed
      ? [
          {
            reason: `${percent(lostShare)} of all rights are removed, more than ${percent(before.model.limits.removal)}`,
            projects: sorted(new Set(lost.map(({ target }) => projectOf(target)))),
          },
        ]
      : []),
  ];
}

/** Rights as people and teams lose them. */
function sizeOf(changes: Difference["lost"]): number {
  return changes.reduce((total, { people }) => total + Math.max(1, people.length), 0);
}

/** An owner removed, a restriction lifted, another account for somebody whose rights matter. */
function isGrave(before: Standing, restricted: ReadonlySet<string>): (change: GuardChange) => boolean {
  const privileged = new Set(before.model.owners);
  for (const { subject, capability } of before.entitlements) {
    if (privilegeOf(capability, restricted) === 2) continue;
    const names = subject.kind === "team" ? (before.members(subject.name) ?? []) : [subject.name];
    for (const name of names) privileged.add(name);
  }
  return ({ about, who = "", weaker }) =>
    weaker && (about === "owner" || about === "environment" || (about === "identity" && privileged.has(who)));
}

/** The repositories by name; where all of a project are meant, the project: `["PAY", "SHOP/shop-web"]`. */
export function placesOf(targets: readonly string[], { repositories }: Model): string[] {
  const all = new Map<string, number>();
  for (const repository of repositories) {
    const key = projectOf(targetOf(repository));
    all.set(key, (all.get(key) ?? 0) + 1);
  }
  const byProject = new Map<string, string[]>();
  for (const target of sorted(new Set(targets))) {
    const key = projectOf(target);
    byProject.set(key, [...(byProject.get(key) ?? []), target]);
  }
  return [...byProject].flatMap(([key, found]) =>
    found.length > 1 && found.length === all.get(key) ? [key] : found,
  );
}

function percent(part: number): string {
  return `${Math.round(part * 100)} %`;
}

function sorted(names: Iterable<string>): string[] {
  return [...names].sort(compare);
}
