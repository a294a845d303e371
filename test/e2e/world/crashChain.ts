/**
 * Chains of runs: each dies at a request and is mended, until one is left alone. What that makes is what a run without a
 * crash makes; what there was has become the same; and nobody had or lacked a right on the way that no end of it explains.
 */
import { isDeepStrictEqual } from "node:util";
import { duration } from "../../../toolchain/progress";
import { becameOf, strayRights, type Seen } from "./comparable";
import { isWrite, type Access, type CrashWorld, type Recorded, type Run } from "./crash";
import { deaths, inWords, type Death, type Point, type Strike, Strikes } from "./strikes";

/** Every strike; else those that the seeds choose. */
export const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
export const seeds = (process.env.BITBUCKET_KEYCLOAK_SEEDS ?? "1").split(" ").map(Number);
/** Several runs share all strikes: "2/3" tries the second third of them. */
const [part = 1, parts = 1] = (process.env.BITBUCKET_KEYCLOAK_PART ?? "1/1").split("/").map(Number);

/** Where a run without a crash ends. */
export interface End {
  readonly held: unknown;
  readonly recorded: Recorded;
  /** What each id was called, by what it had been called. */
  readonly became: Readonly<Record<string, string>>;
}

/** What a run makes of the world as it is, which is then what is declared. */
export interface Goal {
  readonly to: Access;
  /** Default: `up`. */
  readonly by?: Run;
}

/** A run without a crash: its requests, and its end. */
export async function uninterrupted(
  world: CrashWorld,
  { to, by = "up" }: Goal,
): Promise<{ points: Point[]; end: End }> {
  const { names } = await world.now();
  world.declare(to);
  const { code, text } = await world.run(by);
  if (code !== 0) throw new Error(`${by} failed: ${errorsOf(text)}`);
  const points = world.points();
  return { points, end: await endOf(world, names) };
}

async function endOf(world: CrashWorld, before: ReadonlyMap<string, string>): Promise<End> {
  const { held, names } = await world.now();
  return { held, recorded: await world.recorded(), became: becameOf(before, names) };
}

/** Chains until everything has struck; one that is left unmended does not spoil the next. */
export async function everyStrike(
  world: CrashWorld,
  all: readonly Strike[],
  attempt: (strikes: Strikes) => Promise<string[]>,
): Promise<string[]> {
  const began = Date.now();
  const strikes = new Strikes(all);
  const problems: string[] = [];
  let chains = 0;
  while (strikes.remaining.length > 0) {
    const { length } = strikes.remaining;
    const found = await attempt(strikes).catch((error: unknown) => [String(error)]);
    chains++;
    problems.push(...found);
    if (found.length > 0) await world.reset();
    if (strikes.remaining.length < length) continue;
    problems.push(...strikes.remaining.map((one) => `never sent: ${inWords(one)}`));
    break;
  }
  console.info(`${all.length} strikes in ${chains} chains: ${duration(Date.now() - began)}`);
  return problems;
}

/** One chain: what is not as without any crash. */
export async function chain(
  world: CrashWorld,
  { to, by = "up" }: Goal,
  expected: End | undefined,
  strikes: Strikes,
): Promise<string[]> {
  const { names } = await world.now();
  const seen: Seen[] = [];
  const look = async (when: string) => seen.push({ when, rights: await world.rights() });
  await look("before");
  world.declare(to);
  strikes.beginChain();
  const said: string[] = [];
  for (;;) {
    const since = Date.now();
    const { struck, outcome } = await world.runUnder(strikes, by);
    if (struck === undefined) {
      if (outcome.code !== 0) return [`${by} failed: ${errorsOf(outcome.text)}`, ...said.slice(-12)];
      break;
    }
    await look(inWords(struck));
    const done = await world.recover().catch((error: unknown) => [`recover failed: ${String(error)}`]);
    world.bury();
    await look(`recover after ${inWords(struck)}`);
    said.push(inWords(struck), ...done.map((line) => `  ${line}`));
    const seconds = Math.round((Date.now() - since) / 1000);
    process.stderr.write(`${strikes.remaining.length} left, ${seconds} s: ${inWords(struck)}\n`);
  }
  await look("after");
  const now = await endOf(world, names);
  const problems = [
    ...differences(now.held, expected?.held),
    ...differences(now.recorded, expected?.recorded),
    ...differences(now.became, expected?.became),
    ...strayRights(seen),
    ...(await world.brokenCredentials()),
  ];
  const again = await world.up("--expect-no-changes");
  if (again.code !== 0) problems.push(`the second up changed something: ${errorsOf(again.text)}`);
  process.stderr.write(`${problems.length === 0 ? "mended" : ["NOT MENDED", ...problems].join("\n  ")}\n`);
  return problems.length === 0 ? [] : [...problems, ...said];
}

/** Which of a run's requests are struck at. */
export interface Choice {
  /** How many for each seed, where not all are. Default: 2. */
  readonly ofEachSeed?: number;
  /** Who dies at a request that changes nothing. Default: the engine, and the plugin. */
  readonly atReads?: readonly Death[];
  /** Whether of those that look the same the first alone is struck at: the world is as the write before it has left it. Default: false. */
  readonly firstReads?: boolean;
  /** Whether the command may die that has started the engine, and leave it running. Default: false. */
  readonly leavesEngine?: boolean;
}

/** Every one of these requests, or those that the seeds choose among the ones that had an effect, some for each seed. */
export function strikesAt(
  points: readonly Point[],
  { ofEachSeed = 2, atReads = ["engine", "plugin"], firstReads = false, leavesEngine = false }: Choice = {},
): Strike[] {
  if (exhaustive) {
    const all = points.flatMap((point): Strike[] => {
      // Before or after a read is the same.
      if (!isWrite(point) && firstReads && point.nth > 1) return [];
      if (!isWrite(point)) return atReads.map((death) => ({ point, moment: "before", death }));
      const cut = (["before", "after"] as const).flatMap((moment) =>
        (["engine", "plugin"] as const).map((death): Strike => ({ point, moment, death })),
      );
      return leavesEngine ? [...cut, { point, moment: "after", death: "command" }] : cut;
    });
    return all.filter((_, index) => index % parts === part - 1);
  }
  const order = shuffled(points.filter(isWrite));
  const kinds: readonly Death[] = leavesEngine ? ["command", ...deaths] : deaths;
  return seeds.flatMap((seed) =>
    Array.from({ length: ofEachSeed }, (_, nth): Strike => {
      const index = ofEachSeed * (seed - 1) + nth;
      const death = kinds[index % kinds.length] ?? "engine";
      return { point: order[index % order.length] as Point, moment: "after", death };
    }),
  );
}

/** In an order that looks like none and is always the same. */
function shuffled<T>(items: readonly T[]): T[] {
  const all = [...items];
  let state = 1;
  for (let last = all.length - 1; last > 0; last--) {
    // Numerical Recipes' generator.
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    [all[last], all[other]] = [all[other] as T, all[last] as T];
  }
  return all;
}

/** Lines that only one of two worlds has. */
export function differences(found: unknown, expected: unknown): string[] {
  if (isDeepStrictEqual(found, expected)) return [];
  const lines = (value: unknown): string[] => JSON.stringify(value, undefined, 1).split("\n");
  const [has, wants] = [lines(found), lines(expected)];
  const without = (all: string[], others: string[]): string[] => {
    const left = [...others];
    return all.filter((line) => {
      const index = left.indexOf(line);
      if (index >= 0) left.splice(index, 1);
      return index < 0;
    });
  };
  return [
    ...without(has, wants).map((line) => `too much: ${line.trim()}`),
    ...without(wants, has).map((line) => `missing: ${line.trim()}`),
    "differs",
  ].slice(0, 12);
}

export function errorsOf(text: string): string {
  const [, summary = text] = text.split("Diagnostics:\n");
  return summary.slice(0, 1500);
}
