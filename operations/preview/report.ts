/**
 * What a preview found, as plain data: the text for a terminal, the markdown for a pull request and the JSON for a
 * script are three views of it.
 */
import {
  decodeBaseline,
  differenceOf,
  entitlementsOf,
  guardChangesOf,
  needsOf,
  type Difference,
  type GuardChange,
  type Members,
  type Model,
  type Need,
  type Problem,
  type Standing,
} from "../../access";

/** `nothing` to do, `changes`, changes that need a `second person`. */
export type Verdict = "nothing" | "changes" | "second person";

/** A step of the engine. Example: `{ op: "update", type: "bitbucket:index:ProjectPermissions", name: "PAY" }`. */
export interface Step {
  readonly op: string;
  readonly type: string;
  readonly name: string;
}

/** A dial that a proposal sets otherwise. */
export interface DialChange {
  /** Example: `stacks/Pulumi.prod.yaml`. */
  readonly file: string;
  /** Example: `keycloak.url`; outside of this program's dials, the key of the file; empty for all of it. */
  readonly dial: string;
  /** As text; undefined where there was none, or where it is not ours to show. */
  readonly before?: string;
  readonly after?: string;
  /** False: the preview still has the value from before. */
  readonly previewed: boolean;
}

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
  /** Without those that change nothing. */
  readonly steps: readonly Step[];
  readonly warnings: readonly Problem[];
  /** Of a proposal: what its stack files say otherwise. */
  readonly dials?: readonly DialChange[];
  /** The model that is compared, for names of places. */
  readonly model: Model;
}

export interface Findings {
  readonly stack: string;
  readonly model: Model;
  readonly asOf: Date;
  /** The stack's output; undefined where it has none. */
  readonly baseline: string | undefined;
  /** The members of teams that `access.yaml` does not name. */
  readonly members: Members;
  readonly steps: readonly Step[];
  readonly warnings: readonly Problem[];
}

export function reportOf({ stack, model, asOf, baseline, members, steps, warnings }: Findings): Report {
  const known = baseline === undefined ? undefined : decodeBaseline(baseline);
  const after = standingOf(model, asOf, members);
  const before = known && standingOf(known.model, new Date(known.asOf), members);
  const { lostShare, ...difference } = differenceOf(before, after);
  const guards = before ? guardChangesOf(before.model, model) : [];
  const needs = needsOf(before, after, { lostShare, ...difference }, guards);
  const { gained, lost, altered } = difference;
  const isQuiet = [gained, lost, altered, guards, steps].every((list) => list.length === 0);
  return {
    stack,
    verdict: needs.length > 0 ? "second person" : isQuiet ? "nothing" : "changes",
    needs,
    ...(known && {
      since: { asOf: known.asOf, ...(known.commit !== undefined && { commit: known.commit }) },
    }),
    ...(!known && {
      unknown: baseline === undefined ? "it was never brought up" : "its baseline is of another version",
    }),
    ...difference,
    guards,
    steps,
    warnings,
    model,
  };
}

function standingOf(model: Model, asOf: Date, others: Members): Standing {
  const declared = new Map(model.teams.map(({ name, members }) => [name, members]));
  return {
    model,
    entitlements: entitlementsOf(model, asOf),
    members: (team) => declared.get(team) ?? others(team),
  };
}

/** The fields that scripts may rely on: all but the model. */
export function jsonOf(report: Report): Omit<Report, "model"> {
  return Object.fromEntries(Object.entries(report).filter(([field]) => field !== "model")) as Report;
}
