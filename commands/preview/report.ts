/**
 * What a preview found, as plain data: the text for a terminal, the markdown for a pull request and the JSON for a
 * script are three views of it.
 */
import {
  decodeBaseline,
  differenceOf,
  guardChangesOf,
  knownAt,
  knownBy,
  lostByOwning,
  namesBetween,
  needsOf,
  owningNeed,
  type Difference,
  type Exception,
  type FormerGroups,
  type GuardChange,
  type Known,
  type Members,
  type Model,
  type NameChange,
  type Need,
  type Problem,
  type Settings,
} from "../../access";
import { numberOf } from "./digest";
import type { Look } from "../../clients/look/look";
import type { Drift } from "./drift";
import type { Due } from "../../engine/rotations/status";
import type { Forecast } from "./forecast";
import type { Unrecorded } from "./unrecorded";
import type { Step } from "../../engine/steps";

/** `nothing` to do, `changes`, changes that need a `second person`. */
export type Verdict = "nothing" | "changes" | "second person";

/** A setting that a proposal sets otherwise. */
export interface SettingChange {
  /** Example: `stacks/Pulumi.prod.yaml`. */
  readonly file: string;
  /**
   * Example: `keycloak.url`, or `two-owners on realm`; outside of this program's settings, the key of the file; empty for all
   * of it.
   */
  readonly setting: string;
  /** As text; undefined where there was none, or where it is not ours to show. */
  readonly before?: string;
  readonly after?: string;
  /** False: the preview still has the value from before. */
  readonly previewed: boolean;
}

/** `owned`: what stands in places that become owned, and goes or becomes another. Absent: nothing does. */
type ShownLook = Pick<Look, "takenOver" | "unread" | "requests"> & Partial<Pick<Look, "owned">>;

export interface Report extends Omit<Difference, "lostShare"> {
  readonly stack: string;
  readonly verdict: Verdict;
  /** What a second person has to approve. */
  readonly needs: readonly Need[];
  /** What the rights are compared with; undefined: nothing, and everything counts as gained. */
  readonly since?: { readonly asOf: string; readonly commit?: string };
  /** Why there is nothing to compare with. */
  readonly unknown?: string;
  readonly guards: readonly GuardChange[];
  /** What is renamed, moves, is split or dissolved, and what that means. */
  readonly names: readonly NameChange[];
  /** What was changed by hand on the targets that this change touches. */
  readonly drift: Drift;
  /** What the workspace was looked at for, besides; absent for a run that goes by the last one. */
  readonly look?: ShownLook;
  /** Without those that change nothing. */
  readonly steps: readonly Step[];
  /** Secrets and keys that rotate with it, whatever else it changes. */
  readonly due: readonly Due[];
  /** Groups of Bitbucket that go at the end of a deploy, by those that take their place. */
  readonly formerGroups: FormerGroups;
  /** How many requests to Bitbucket a deploy of it needs, about. */
  readonly requests: Forecast;
  readonly warnings: readonly Problem[];
  /** Of a proposal: what its stack files, and its exceptions, say otherwise. */
  readonly settings?: readonly SettingChange[];
  /** Stands for just this change: whoever deploys it without a second person repeats it. */
  readonly number: string;
  /** What is compared: for names of places, and for who may approve. */
  readonly before?: Known;
  readonly unrecorded?: Unrecorded;
  readonly model: Model;
  /** The moment of the preview: what ends soon tells how long that is from here. Default: nothing tells it. */
  readonly asOf?: Date;
}

/** What only the program itself looks at. */
const inner = ["before", "unrecorded", "model", "asOf"] as const;

export interface Findings {
  readonly stack: string;
  readonly model: Model;
  readonly asOf: Date;
  /** The stack's output; undefined where it has none. */
  readonly baseline: string | undefined;
  /** The members of teams that `access.yaml` does not name. */
  readonly members: Members;
  readonly settings: Settings;
  readonly exceptions: readonly Exception[];
  readonly steps: readonly Step[];
  readonly drift: Drift;
  readonly look?: Omit<Look, "problems"> | undefined;
  readonly requests: Forecast;
  /** Default: none. */
  readonly formerGroups?: FormerGroups;
  /** What changes besides data, in words. Default: nothing does. */
  readonly program?: readonly string[];
  /** What stands where nobody knows what it was brought up with. Default: nothing does. */
  readonly unrecorded?: Unrecorded | undefined;
  /** Default: nothing. */
  readonly due?: readonly Due[];
  readonly warnings: readonly Problem[];
}

/**
 * Compares what is declared with the baseline, at `asOf`. Without a baseline of this version everything counts as
 * gained, and `unknown` says why there is none.
 */
export function reportOf(findings: Findings): Report {
  const {
    stack,
    model,
    asOf,
    baseline,
    members,
    settings,
    exceptions,
    steps,
    drift,
    look,
    requests,
    due = [],
    formerGroups = {},
    program = [],
    unrecorded,
    warnings,
  } = findings;
  const known = decodeBaseline(baseline);
  const after = knownAt({ model, settings, exceptions, asOf }, members);
  const before = known && knownBy(known, asOf, members);
  const difference = differenceOf(before, after);
  const guards = before ? guardChangesOf(before, after) : [];
  const names = before ? namesBetween(before, after, difference) : [];
  const found = look?.found ?? [];
  const owning = owningNeed(before, after, found);
  const needs = [
    ...needsOf(before, after, program),
    ...(owning ? [owning] : []),
    ...(unrecorded ? [needOf(stack, unrecorded)] : []),
  ];
  const { gained, altered } = difference;
  const lost = [...difference.lost, ...lostByOwning(before, after, found)];
  const rights = { gained, lost, altered, guards, needs };
  const isQuiet = [gained, lost, altered, guards, steps, Object.keys(formerGroups)].every(
    ({ length }) => length === 0,
  );
  return {
    stack,
    asOf,
    verdict: needs.length > 0 ? "second person" : isQuiet ? "nothing" : "changes",
    needs,
    ...(known && {
      since: { asOf: known.asOf, ...(known.commit !== undefined && { commit: known.commit }) },
    }),
    ...(!known && {
      unknown: baseline === undefined ? "it was never brought up" : "its baseline is of another version",
    }),
    gained,
    lost,
    altered,
    guards,
    names,
    drift,
    ...(look && { look: shownLook(look) }),
    steps,
    due,
    formerGroups,
    requests,
    warnings,
    number: numberOf([stack, baseline ?? "", model, settings, rights]),
    ...(before && { before }),
    ...(unrecorded && { unrecorded }),
    model,
  };
}

function shownLook({ takenOver, owned, unread, requests }: Omit<Look, "problems">): ShownLook {
  return { takenOver, ...(owned.length > 0 && { owned }), unread, requests };
}

function needOf(stack: string, { why }: Unrecorded): Need {
  const reason = `nobody knows what stack ${stack} holds: ${why}`;
  return { reason, projects: [], beneficiaries: [], atoms: [JSON.stringify(["unrecorded", reason])] };
}

/** The fields that scripts may rely on. */
export function jsonOf(report: Report): Shown {
  const isInner = (field: string): boolean => inner.some((one) => one === field);
  const shown = Object.fromEntries(Object.entries(report).filter(([field]) => !isInner(field))) as Report;
  // By its parts only the program compares it with what was approved.
  return { ...shown, needs: report.needs.map(shownNeed) };
}

function shownNeed({ reason, projects, beneficiaries, unknown }: Need): Omit<Need, "atoms"> {
  return { reason, projects, beneficiaries, ...(unknown && { unknown }) };
}

type Shown = Omit<Report, (typeof inner)[number] | "needs"> & {
  readonly needs: readonly Omit<Need, "atoms">[];
};
