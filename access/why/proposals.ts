/** What each thing that could be written would bring with it: for whom else, who approves of it, and what stands against it. */
import { findAll } from "../checks/validate";
import type { Model, Target } from "../model";
import { compare, sentenceOf } from "../problem";
import { asksOf, needsOf, type Ask } from "../rights/approvals";
import { approversOf } from "../rights/approvers";
import { differenceOf, type RightChange } from "../rights/difference";
import { knownAt, type Known } from "../rights/known";
import { projectOf, Tree } from "../tree";
import { modelWith, type Candidate } from "./candidates";
import type { Setting } from "./reason";

export interface Proposal {
  readonly candidate: Candidate;
  /** Everything that somebody gains by it, what is asked for included. */
  readonly gained: readonly RightChange[];
  /** How many rights of people that are: of a team whose people nobody knows, of one person at least. */
  readonly size: number;
  /** Who has to approve, and of what; none: nobody has to. */
  readonly asks: readonly Ask[];
  /** User names of those to ask: who answers for the team, or for the project. */
  readonly owners: readonly string[];
  /** Why it cannot be written as it is, a sentence each; none: it can. */
  readonly against: readonly string[];
}

/** What can be written comes first, then what is by a team, then what gives least. */
export function proposalsOf(candidates: readonly Candidate[], setting: Setting): Proposal[] {
  const before = knownIn(setting, setting.model);
  const known = new Set(findingsOf(setting.model, setting));
  const all = candidates.map((candidate): Proposal => {
    const after = knownIn(setting, modelWith(candidate, setting.model));
    const { gained } = differenceOf(before, after);
    return {
      candidate,
      gained,
      size: gained.reduce((sum, { people }) => sum + Math.max(1, people.length), 0),
      asks: asksOf(needsOf(before, after), before),
      owners: ownersFor(candidate, before),
      against: [
        ...unwritable(candidate, setting.model),
        ...findingsOf(after.model, setting).filter((one) => !known.has(one)),
      ],
    };
  });
  const rank = ({ candidate, against }: Proposal) =>
    (against.length > 0 ? 2 : 0) +
    (candidate.kind !== "member" && candidate.grant.subject.kind === "person" ? 1 : 0);
  return all.sort((a, b) => rank(a) - rank(b) || a.size - b.size || compare(keyOf(a), keyOf(b)));
}

const keyOf = ({ candidate }: Proposal) => JSON.stringify(candidate);

/** Of a team that Keycloak keeps, one person at most is known here, who is not all of it. */
function knownIn({ settings, exceptions, asOf }: Setting, model: Model): Known {
  return knownAt({ model, settings, exceptions, asOf }, () => undefined);
}

function unwritable(candidate: Candidate, { teams }: Model): string[] {
  if (candidate.kind !== "member") return [];
  const team = teams.find(({ name }) => name === candidate.team);
  return team?.members === undefined
    ? [`who is in team ${candidate.team} is kept in Keycloak: it is done there`]
    : [];
}

function findingsOf(model: Model, { positions, settings, asOf }: Setting): string[] {
  const context = { model, tree: new Tree(model), settings, asOf };
  return findAll("problem", context, positions).map((problem) => sentenceOf({ ...problem, path: "" }));
}

/** Of a team, its owner; of a grant, whoever answers for the project. */
function ownersFor(candidate: Candidate, before: Known): string[] {
  if (candidate.kind === "member") {
    const owner = before.model.teams.find(({ name }) => name === candidate.team)?.owner;
    return owner === undefined ? [] : [owner];
  }
  const projects = new Set(candidate.grant.on.map((target: Target) => projectOf(target)));
  const names = approversOf(before).flatMap(({ project, names: all }) =>
    project !== undefined && projects.has(project) ? [...all] : [],
  );
  return [...new Set(names)].sort(compare);
}
