/**
 * Whether a change may go through as it is, or needs a second person first, and whose word counts. Evaluated by what is
 * allowed *before* the change: who could make himself the owner by the same change would approve of it himself.
 */
import { approversOf, entriesBetween, placeOf, type Entry } from "./approvers";
import { differenceOf, type Difference, type RightChange } from "./difference";
import { claimsIn, guardChangesOf, type GuardChange } from "./guardChanges";
import { identitiesOf } from "./identities";
import { evaluatedAt, type Known } from "./known";
import { longerBetween } from "./longer";
import type { Need, Part } from "./need";
import { withNewRepositories } from "./newRepositories";
import { namedBefore, placedNow } from "./places";
import { asBefore, renamesBetween } from "./renames";
import { percent, removalsAfter, removedIn, tooMuch } from "./removals";
import { projectParts } from "./projectNeeds";
import { rightParts } from "./rightNeeds";
import type { AccessState } from "./rights";
import { Stakes } from "./stakes";
import type { Model } from "../model";
import { sorted } from "../problem";
import { projectOf, subjectLabel } from "../tree";

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
export function asksOf(needs: readonly Need[], before: AccessState): Ask[] {
  const approvers = new Map(approversOf(before).map(({ project, names }) => [project, names]));
  return needs.flatMap((need) => {
    const neutral = (project?: string) =>
      sorted([...(approvers.get(project) ?? [])].filter((name) => !need.beneficiaries.includes(name)));
    const places = need.projects.length === 0 ? [undefined] : need.projects;
    return places.map((project) => {
      const owners = neutral(project);
      return { need, place: placeOf(project), approvers: owners.length > 0 ? owners : neutral() };
    });
  });
}

/** The atom of everything that is no data. */
export const programAtom = JSON.stringify(["program"]);

/**
 * What a second person has to approve, by the names of before; none: nothing. A stack that was never brought up needs nobody.
 *
 * @param program what changes besides data, in words; none: nothing does
 */
export function needsOf(known: Known | undefined, declared: Known, program: readonly string[] = []): Need[] {
  if (known === undefined) return [];
  const after = namedBefore(known, asBefore(known, declared));
  const before = placedNow(known, after);
  const renames = renamesBetween(known.model, declared.model);
  const models = [before.model, after.model];
  const stakes = new Stakes(before, after);
  // What comes of a grant that was there, on a repository that is new, was approved with the grant.
  const whole = differenceOf(before, after);
  // A right that has ended since, by time alone, is given anew.
  const prior = placedNow(withNewRepositories(evaluatedAt(before, after.asOf), after), after);
  const difference = prior === before ? whole : differenceOf(prior, after);
  const identity = identitiesOf(after.model);
  const longer = longerBetween(prior, after);
  const entries = entriesBetween(before, after);
  const guards = [...guardChangesOf(before, after), ...claimsIn(renames, [before, declared], "before")];
  const parts = [
    ...rightParts(difference.gained, longer, stakes, after.model),
    ...projectParts(prior, after),
    ...entries.map((entry) => entryPart(entry, identity(entry))),
    ...guards.flatMap((change) => guardPart(change, stakes)),
    ...entriesOf(before.model, after.model, stakes),
    ...removalPart(before, after, whole),
    ...programPart(program),
  ];
  const all = [
    ...[...difference.gained, ...longer.map((one) => one.after)].flatMap((change) =>
      gainersOf(change, models),
    ),
    ...parts.flatMap(({ gainers }) => gainers.flatMap((name) => gainersBehind(name, models))),
  ];
  const beneficiaries = sorted(new Set(all));
  return parts.map(({ reason, projects, atoms, unknown }) => ({
    reason,
    projects,
    beneficiaries,
    atoms: sorted(atoms),
    ...(unknown && { unknown }),
  }));
}

function entryPart({ project, place, name, kind }: Entry, identity: string): Part {
  const who = kind === "person" ? name : `whoever Keycloak puts into team ${name}`;
  return {
    reason: `${who} may approve for ${place} from now on`,
    projects: project === undefined ? [] : [project],
    gainers: kind === "person" ? [name] : [],
    atoms: [JSON.stringify(["approver", place, kind, name, identity])],
    ...(kind === "team" && { unknown: true }),
  };
}

function guardPart(change: GuardChange, stakes: Stakes): Part[] {
  const { about, what, who, before: from = "nothing", after: to = "nothing" } = change;
  const isTrusted = about === "identity" && who !== undefined && stakes.isTrusted(who);
  const projects = change.asks ?? (isTrusted ? [] : undefined);
  if (projects === undefined) return [];
  return [
    {
      reason: about === "owner" ? `${what} is removed` : `${what} changes from ${from} to ${to}`,
      projects,
      gainers: about === "identity" && who !== undefined ? [who] : [],
      atoms: [JSON.stringify([about, what, from, to])],
    },
  ];
}

/** Somebody whom Keycloak keeps, and whose account the file names from now on, or no longer. */
function entriesOf({ people: old }: Model, { people: now }: Model, stakes: Stakes): Part[] {
  const [was, is] = [old, now].map((people) => new Map(people.map((one) => [one.username, one])));
  return [...new Map([...old, ...now].map((one) => [one.username, one])).values()]
    .filter(({ username }) => was?.has(username) !== is?.has(username) && stakes.isKept(username))
    .map(({ username, email, account }) => {
      const verb = is?.has(username) ? "names" : "no longer names";
      return {
        reason: `the file ${verb} the e-mail address and account of ${username}: ${email}${account === undefined ? "" : `, ${account}`}`,
        projects: [],
        gainers: [username],
        atoms: [JSON.stringify(["entry", verb, username, email, account])],
      };
    });
}

/** Of this change and of those before it that the baseline remembers. */
function removalPart(state: Known, after: Known, difference: Difference): Part[] {
  const { model, removals } = state;
  const removed = removedIn(removalsAfter(removals, difference), state, after);
  if (difference.lost.length === 0 || !tooMuch(removed, model.limits)) return [];
  const lost = difference.lost.map(({ subject, capability, target }) => [
    subjectLabel(subject),
    capability,
    target,
  ]);
  const before = removals.length === 0 ? "" : " in a week";
  return [
    {
      reason: `${percent(Math.min(removed.share, 1))} of all rights are removed${before}, more than ${percent(model.limits.removal)}`,
      projects: sorted(new Set(difference.lost.map(({ target }) => projectOf(target)))),
      gainers: [],
      atoms: [JSON.stringify(["removal", lost])],
    },
  ];
}

function programPart(program: readonly string[]): Part[] {
  if (program.length === 0) return [];
  const named = program.slice(0, mostNamed).join(", ");
  const more = program.length > mostNamed ? ` and ${program.length - mostNamed} more` : "";
  return [
    { reason: `the program changes: ${named}${more}`, projects: [], gainers: [], atoms: [programAtom] },
  ];
}

const mostNamed = 3;

/** Who can do more by it: the people, or who answers for the agent. */
function gainersOf({ subject, people }: RightChange, models: readonly Model[]): readonly string[] {
  return subject.kind === "agent" ? gainersBehind(subject.name, models) : people;
}

/** An agent's owner of before as well: who gives the agent away by the same change may hold its key all the same. */
function gainersBehind(name: string, models: readonly Model[]): string[] {
  const agents = models.flatMap((model) => model.agents.filter((agent) => agent.name === name));
  return agents.length === 0 ? [name] : sorted(new Set(agents.map(({ owner }) => owner)));
}
