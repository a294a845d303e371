/**
 * Whether a change may go through as it is, or needs a second person first, and whose word counts. Evaluated by what is
 * allowed *before* the change: who could make himself the owner by the same change would approve of it himself.
 */
import { privilegeOf, restrictedIn, type Difference, type RightChange } from "./difference";
import type { AccessState } from "./rights";
import type { GuardChange } from "./guardChanges";
import type { Model } from "../model";
import { compare } from "../problem";
import { projectOf, targetOf, Tree } from "../tree";
import { environmentOf } from "../vocabulary";

/** Why somebody else has to approve, and who. */
export interface Need {
  /** Example: `team platform gains deploy:prod on PAY/payments-api`. */
  readonly reason: string;
  /** Keys of the projects whose owners are asked, sorted; empty: the company's owners. */
  readonly projects: readonly string[];
  /** User names of those who gain by it, sorted: their word does not count. For an agent, its owner, of before too. */
  readonly beneficiaries: readonly string[];
  /** Only where the members of a team that gains are not known: then nobody can tell whose word counts. */
  readonly unknown?: true;
}

/** The right to say yes to one need, for one of its places. */
export interface Ask {
  readonly need: Need;
  /** Example: `project PAY`, or `the company`. */
  readonly place: string;
  /**
   * User names of those who answer for it before the change and gain nothing by it, sorted. Where nobody who answers for
   * a project is left, the company's owners.
   */
  readonly approvers: readonly string[];
}

/** Who has to approve of what. Of each, one person is enough. */
export function asksOf(needs: readonly Need[], { model, members }: AccessState): Ask[] {
  const tree = new Tree(model);
  return needs.flatMap((need) => {
    const neutral = (names: readonly string[]) =>
      sorted(new Set(names.filter((name) => !need.beneficiaries.includes(name))));
    const company = neutral(model.owners);
    if (need.projects.length === 0) return [{ need, place: "the company", approvers: company }];
    return need.projects.map((key) => {
      const team = tree.projects.get(key)?.owner;
      const people =
        team === undefined ? [] : tree.withDescendants(team).flatMap((name) => members(name) ?? []);
      const owners = neutral(people);
      return { need, place: `project ${key}`, approvers: owners.length > 0 ? owners : company };
    });
  });
}

/** So many rights may always go: in a small company one person is a large share. */
const alwaysAllowed = 20;

/** What a second person has to approve; none: nothing. A stack that was never brought up needs nobody. */
export function needsOf(
  before: AccessState | undefined,
  after: AccessState,
  { gained, lost, lostShare }: Difference,
  guards: readonly GuardChange[],
): Need[] {
  if (before === undefined) return [];
  const models = [before.model, after.model];
  const restricted = restrictedIn(models);
  const privileged = new Map<string, RightChange[]>();
  for (const change of gained) {
    const environment = environmentOf(change.capability);
    if (environment === undefined || privilegeOf(change.capability, restricted) > 0) continue;
    const who = `${change.subject.kind} ${change.subject.name} gains ${change.capability}`;
    privileged.set(who, [...(privileged.get(who) ?? []), change]);
  }
  return [
    ...[...privileged].map(([who, changes]): Need => {
      const targets = changes.map(({ target }) => target);
      return {
        reason: `${who} on ${placesOf(targets, after.model).join(", ")}`,
        projects: sorted(new Set(targets.map(projectOf))),
        beneficiaries: sorted(new Set(changes.flatMap((change) => gainers(change, models)))),
        ...(changes.some(({ more }) => more) && { unknown: true }),
      };
    }),
    ...guards
      .filter(isGrave(before, restricted))
      .map(({ about, what, who, before: from = "nothing", after: to = "nothing" }): Need => ({
        reason: about === "owner" ? `${what} is removed` : `${what} changes from ${from} to ${to}`,
        projects: [],
        beneficiaries: about === "identity" && who !== undefined ? gainersBehind(who, models) : [],
      })),
    ...(lostShare > before.model.limits.removal && sizeOf(lost) > alwaysAllowed
      ? [
          {
            reason: `${percent(lostShare)} of all rights are removed, more than ${percent(before.model.limits.removal)}`,
            projects: sorted(new Set(lost.map(({ target }) => projectOf(target)))),
            beneficiaries: [],
          },
        ]
      : []),
  ];
}

/** Who can do more by it: the people, or who answers for the agent. */
function gainers({ subject, people }: RightChange, models: readonly Model[]): readonly string[] {
  return subject.kind === "agent" ? gainersBehind(subject.name, models) : people;
}

/** An agent's owner of before as well: who gives the agent away by the same change may hold its key all the same. */
function gainersBehind(name: string, models: readonly Model[]): string[] {
  const agents = models.flatMap((model) => model.agents.filter((agent) => agent.name === name));
  return agents.length === 0 ? [name] : sorted(new Set(agents.map(({ owner }) => owner)));
}

/** Rights as people and teams lose them. */
function sizeOf(changes: Difference["lost"]): number {
  return changes.reduce((total, { people }) => total + Math.max(1, people.length), 0);
}

/** An owner removed, a restriction lifted, another account for somebody whose rights matter. */
function isGrave(before: AccessState, restricted: ReadonlySet<string>): (change: GuardChange) => boolean {
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
