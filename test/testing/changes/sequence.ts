/** Sequences of changes made by chance: what a company was, what changes, and by which pull requests it arrives. */
import fc from "fast-check";
import { knownAt, readDeclared, readSettings, type Known } from "../../../access";
import { Chance, Nothing } from "./chance";
import { accounts, filesOf, keptByKeycloak, type Account, type State } from "./company";
import { edits } from "./edits";
import { plots, type Plot } from "./plots";

export const asOf = new Date("2026-06-15T12:00:00Z");

export interface Change {
  readonly edit: string;
  readonly numbers: readonly number[];
  /** About the one person, team and place that the sequence is about. */
  readonly isSteady?: boolean;
}

interface Approving {
  readonly who: Account;
  /** After so many of the pushes. */
  readonly after: number;
}

/** How one part of the change arrives. */
export interface Arrival {
  readonly how: "pull request" | "led to main later" | "into side" | "pushed past";
  readonly author: Account;
  /** The first of them makes the branch; who is named as the author of the commit. */
  readonly pushes: readonly { readonly by: Account; readonly named?: Account }[];
  readonly approvals: readonly Approving[];
  /** Everybody approves of the last push. */
  readonly isAgreed: boolean;
  /** Opened from what was there at first, before any of the others was merged. */
  readonly isEarly: boolean;
  /** Leaves what cannot be read. */
  readonly isBroken: boolean;
  readonly strategy: "merge_commit" | "squash" | "fast_forward";
  /** The message of a push claims to be the merge of a pull request. */
  readonly claims: number;
}

export interface Sequence {
  /** Whether production is open to whoever may write, to begin with. */
  readonly isOpen: boolean;
  readonly base: readonly Change[];
  readonly focus: number;
  readonly plot: Plot | undefined;
  readonly changes: readonly Change[];
  /** By which arrival each of the changes comes. */
  readonly split: readonly number[];
  readonly arrivals: readonly Arrival[];
  /** All arrive as they should but this one; undefined: as it comes. */
  readonly villain: number | undefined;
  readonly disabled: Account | undefined;
}

const numbers = fc.array(fc.nat(9_999), { minLength: 8, maxLength: 8 });
const change = fc.record({ edit: fc.constantFrom(...Object.keys(edits)), numbers });
const account = fc.constantFrom<Account>("mal", "mal", ...accounts);
const seldom = (weight: number) =>
  fc.oneof({ weight, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });

const arrival: fc.Arbitrary<Arrival> = fc.record({
  how: fc.oneof(
    { weight: 6, arbitrary: fc.constant("pull request" as const) },
    { weight: 1, arbitrary: fc.constantFrom("led to main later" as const, "into side" as const, "pushed past" as const) }, // prettier-ignore
  ),
  author: account,
  pushes: fc.array(
    fc
      .record({ by: account, named: fc.option(account, { nil: undefined, freq: 5 }) })
      .map(({ by, named }) => ({
        by,
        ...(named !== undefined && { named }),
      })),
    { minLength: 1, maxLength: 3 },
  ),
  approvals: fc
    .tuple(fc.subarray([...accounts]), fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }))
    .map(([some, after]) => some.map((who, index) => ({ who, after: after[index % after.length] ?? 0 }))),
  isAgreed: seldom(2),
  isEarly: seldom(5),
  isBroken: seldom(9),
  strategy: fc.constantFrom("merge_commit", "merge_commit", "squash", "fast_forward"),
  claims: fc.integer({ min: 1, max: 4 }),
});

const sequences = fc.record({
  isOpen: seldom(4),
  base: fc.array(change, { maxLength: 5 }),
  focus: fc.nat(9_999),
  plot: fc.option(fc.constantFrom(...plots), { nil: undefined, freq: 3 }),
  changes: fc.array(change, { minLength: 1, maxLength: 6 }),
  split: fc.array(fc.nat(9_999), { minLength: 12, maxLength: 12 }),
  arrivals: fc.array(arrival, { minLength: 1, maxLength: 4 }),
  villain: fc.option(fc.nat(3), { nil: undefined, freq: 3 }),
  disabled: fc.option(fc.constantFrom<Account>("ana", "ben", "cem"), { nil: undefined, freq: 20 }),
});

/** By somebody who has nothing to do with anything, and approved of by everybody else. */
export const proper: Arrival = {
  how: "pull request",
  author: "yan",
  pushes: [{ by: "yan" }],
  approvals: [],
  isAgreed: true,
  isEarly: false,
  isBroken: false,
  strategy: "merge_commit",
  claims: 1,
};

/** A plot has a pull request for each of its changes, in its own order or another. */
function plotted(one: Sequence): Sequence {
  const { plot, split, arrivals, focus, villain } = one;
  if (plot === undefined) return one;
  const each = plot.edits.map((_, index) => index);
  const order = focus % 3 === 0 ? each.sort((a, b) => (split[a] ?? 0) - (split[b] ?? 0)) : each;
  const cycled = each.map((index) => ({ ...(arrivals[index % arrivals.length] ?? proper), isEarly: false }));
  return { ...one, split: order, arrivals: cycled, villain: villain ?? focus };
}

export const sequence: fc.Arbitrary<Sequence> = sequences.map(plotted).map((one) => ({
  ...one,
  arrivals: one.arrivals.map((each, index) =>
    one.villain === undefined || index === one.villain % one.arrivals.length
      ? each
      : { ...proper, isEarly: each.isEarly, isBroken: each.isBroken && index % 2 === 0 },
  ),
}));

const known = new Map<string, Known | undefined>();

/** A state as the product reads it; undefined where that says it has problems. */
export function readOf(state: State): Known | undefined {
  const texts = new Map(Object.entries(filesOf(state)));
  const key = [...texts].filter(([path]) => path.endsWith(".yaml")).join();
  if (known.has(key)) return known.get(key);
  const read = readDeclared(texts, readSettings(texts, "main", {}), asOf, "any");
  const { model, settings, exceptions, problems } = read;
  const isRead = problems.length === 0 && model !== undefined && settings !== undefined;
  const one = isRead ? knownAt({ model, settings, exceptions, asOf }, keptByKeycloak) : undefined;
  if (known.size > 1_000) known.clear();
  known.set(key, one);
  return one;
}

/** What makes no sense by itself is left out. */
export function changedBy(state: State, changes: readonly Change[], focus: number): State {
  return changes.reduce((from, { edit, numbers: given, isSteady }) => {
    const to = structuredClone(from);
    try {
      edits[edit]?.(to, new Chance(given, focus, isSteady));
    } catch (error) {
      if (!(error instanceof Nothing)) throw error;
    }
    return readOf(to) === undefined ? from : to;
  }, state);
}

/** Each pull request with what it changes, in their order. */
export function arrivalsOf({ arrivals, split, plot, changes }: Sequence): {
  readonly arrival: Arrival;
  readonly changes: readonly Change[];
}[] {
  const given = plot?.edits.map((edit, index) => ({
    edit,
    numbers: changes[index % changes.length]?.numbers ?? [],
    isSteady: true,
  }));
  const all = given ?? changes;
  return arrivals.map((arrival, index) => {
    // Only where it comes last is it what is deployed.
    const isElsewhere = arrival.how === "into side" && index < arrivals.length - 1;
    return {
      arrival: isElsewhere ? { ...arrival, how: "pull request" } : arrival,
      changes: all.filter((_, number) => (split[number] ?? 0) % arrivals.length === index),
    };
  });
}
