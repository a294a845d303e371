/** The answer to a question about a right: yes or no, why, and what would change it. Pure. */
import type { Subject, Target } from "../model";
import { entitlementsOf } from "../rights/entitlements";
import { sorted } from "../problem";
import { subjectLabel, targetOf, Tree } from "../tree";
import { isActive } from "../until";
import { plainCapabilities, type Capability } from "../vocabulary";
import { candidatesFor, renewalsFor } from "./candidates";
import { holdersOf, type Holder } from "./holders";
import { pipelineReason } from "./pipeline";
import { proposalsOf, type Proposal } from "./proposals";
import type { Question } from "./question";
import { reasonOf, type Reason, type Setting } from "./reason";
import { waysTo, type Right, type Way } from "./ways";

/** One capability on one repository. */
export interface Cell {
  readonly capability: Capability;
  readonly target: Target;
  /** By which the subject can; none: it cannot. The first says most. */
  readonly reasons: readonly Reason[];
  /** By which it could, until they ended; the latest first. */
  readonly ended: readonly Reason[];
  /** Teams that can, and of which nobody here knows who is in them. */
  readonly unknown: readonly string[];
}

export interface Answer {
  readonly question: Question;
  /** Whether the subject can, on each repository that is meant; without a capability: whether it can do anything. */
  readonly can: boolean;
  /** Where somebody is asked about: each capability that is meant, on each repository where there is such a thing. */
  readonly cells: readonly Cell[];
  /** Where nobody is: who can. */
  readonly holders: readonly Holder[];
  /** What would give it: where a capability is asked about, and missing. */
  readonly proposals: readonly Proposal[];
  /** What the subject can do all the same, wherever it is missing. */
  readonly others: readonly Capability[];
}

/** What a grant to a person says that a proposal is made of. */
export interface Wanted {
  readonly until: string;
  readonly reason: string;
}

export function answerTo(question: Question, setting: Setting, wanted: Wanted): Answer {
  const { model, asOf } = setting;
  const { subject, capability, target } = question;
  const places = placesOf(question, new Tree(model));
  if (subject === undefined) {
    const holders = places.flatMap((place) => holdersOf(place, setting));
    return { question, can: holders.length > 0, cells: [], holders, proposals: [], others: [] };
  }
  const cells = places.map((place): Cell => {
    if (subject.kind === "pipeline") {
      const reasons = pipelineReason({ pipeline: subject.name, ...place }, setting);
      return { ...place, reasons, ended: [], unknown: [] };
    }
    return cellOf({ subject, ...place }, setting);
  });
  const isHeld = ({ reasons }: Cell) => reasons.length > 0;
  const can = cells.length > 0 && (capability === undefined ? cells.some(isHeld) : cells.every(isHeld));
  const answer = { question, can, cells, holders: [], proposals: [], others: [] };
  if (can || cells.length === 0 || subject.kind === "pipeline" || capability === undefined) return answer;
  const lacking = cells.filter((one) => !isHeld(one)).map((one) => one.target);
  const wish = { subject, capability, target, ...wanted };
  return {
    ...answer,
    proposals: proposalsOf(
      [
        ...candidatesFor(wish, model, asOf, setting.members),
        ...renewalsFor(wish, lacking, model, asOf, setting.members),
      ],
      setting,
    ),
    others: everywhere(subject, lacking, setting),
  };
}

/** Each capability on each repository that a question is about. */
function placesOf({ capability, target }: Question, tree: Tree): Omit<Right, "subject">[] {
  return [...tree.repositoriesOf(target)]
    .map((repository) => ({ deploys: repository.deploys, at: targetOf(repository) }))
    .flatMap(({ deploys, at }) => {
      const there = [...plainCapabilities, ...deploys.map((name): Capability => `deploy:${name}`)];
      return there
        .filter((one) => capability === undefined || one === capability)
        .map((one) => ({ capability: one, target: at }));
    });
}

function cellOf(right: Right, setting: Setting): Cell {
  const { model, asOf, members } = setting;
  const told = (way: Way) => reasonOf(way, right, setting);
  const ended = waysTo(right, model, asOf, members, (grant) => !isActive(grant, asOf));
  const reasons = waysTo(right, model, asOf, members).map(told);
  return {
    capability: right.capability,
    target: right.target,
    reasons,
    ended: reasons.length > 0 ? [] : ended.map(told),
    unknown: reasons.length > 0 ? [] : unknownFor(right, { model, asOf, members }),
  };
}

/** A person may be in a team that Keycloak keeps. */
function unknownFor(
  { subject, capability, target }: Right,
  { model, asOf, members }: Pick<Setting, "model" | "asOf" | "members">,
): string[] {
  if (subject.kind !== "person") return [];
  const kept = new Set(model.teams.filter(({ name }) => members(name) === undefined).map(({ name }) => name));
  if (kept.size === 0) return [];
  const teams = entitlementsOf(model, asOf).flatMap((one) =>
    one.subject.kind === "team" && one.capability === capability && one.target === target
      ? [one.subject.name]
      : [],
  );
  return sorted(teams.filter((name) => kept.has(name)));
}

/** What a subject can do on each of some repositories. */
function everywhere(subject: Subject, targets: readonly Target[], setting: Setting): Capability[] {
  const tree = new Tree(setting.model);
  const can = targets.map((target) =>
    placesOf({ target }, tree)
      .filter((place) => cellOf({ subject, ...place }, setting).reasons.length > 0)
      .map(({ capability }) => capability),
  );
  return (can[0] ?? []).filter((one) => can.every((some) => some.includes(one)));
}

/** Example: `dora`, `team payments`, `the pipeline of PAY/payments-api`. */
export function askerLabel({ kind, name }: NonNullable<Question["subject"]>): string {
  if (kind === "pipeline") return `the pipeline of ${name}`;
  return kind === "person" ? name : subjectLabel({ kind, name });
}
