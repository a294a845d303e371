/**
 * A run may die at any of its requests, to either system, before the request has its effect or after: the engine, the
 * plugin that sent it, or by Ctrl-C. After `recover` the next run goes on, and dies at another request; the one that
 * is left alone makes of it what a run without a crash makes, nothing twice and nothing left over, and the one after
 * that changes nothing.
 *
 * A few requests are tried here; all of them, engine and plugin, by `npm run test:exhaustive`.
 */
import { isDeepStrictEqual } from "node:util";
import { duration } from "../../toolchain/progress";
import { CrashWorld, isWrite, type Recorded } from "./world/crash";
import { inWords, Strikes, type Strike, deaths, type Point } from "./world/strikes";

/** Every strike; else those that the seeds choose, two of each run. */
const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
const seeds = (process.env.BITBUCKET_KEYCLOAK_SEEDS ?? "1").split(" ").map(Number);
/** Several runs share all strikes: "2/3" tries the second third of them. */
const [part = 1, parts = 1] = (process.env.BITBUCKET_KEYCLOAK_PART ?? "1/1").split("/").map(Number);
jest.setTimeout(exhaustive ? 12 * 3_600_000 : seeds.length * 300_000);

/** Where a run without a crash ends. */
interface End {
  readonly held: unknown;
  readonly recorded: Recorded;
}

type Access = "first" | "second";

let world: CrashWorld;
let nothing: unknown;
/** By what is declared. */
const ends = new Map<Access, End>();
/** The requests of a first `up`, and of an update. */
let firstUp: Point[];
let update: Point[];

beforeAll(async () => {
  world = await CrashWorld.start();
  nothing = await world.held();
  firstUp = await requestsOf("first");
  ends.set("first", await end());
  update = await requestsOf("second");
  ends.set("second", await end());
  console.info(
    `requests: ${firstUp.length} of a first up (${firstUp.filter(isWrite).length} writes), ${update.length} of an update (${update.filter(isWrite).length})`,
  );
  await bringUp("first");
  expect(differences((await end()).held, ends.get("first")?.held)).toEqual([]);
  await destroyLeavesNothing();
});

afterAll(async () => {
  await world.stop();
});

test("a first up: what dies at any of its requests is mended", async () => {
  const problems = await everyStrike(strikesAt(firstUp), async (strikes) => {
    const found = await chain("first", strikes);
    await world.reset();
    return found;
  });
  expect(problems).toEqual([]);
});

test("an update: what dies at any of its requests is mended", async () => {
  const problems = await everyStrike(strikesAt(update), async (strikes) => {
    await bringUp("first");
    return chain("second", strikes);
  });
  expect(problems).toEqual([]);
  await destroyLeavesNothing();
});

/** Chains of runs until everything has struck; one that is left unmended does not spoil the next. */
async function everyStrike(
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

/** Runs that die one after the other, each mended, until one is left alone: what is not as without any crash. */
async function chain(to: Access, strikes: Strikes): Promise<string[]> {
  world.declare(to);
  strikes.beginChain();
  const said: string[] = [];
  for (;;) {
    const since = Date.now();
    const { struck, outcome } = await world.upUnder(strikes);
    if (struck === undefined) {
      if (outcome.code !== 0) return [`up failed: ${errorsOf(outcome.text)}`, ...said.slice(-12)];
      break;
    }
    const done = await world.recover().catch((error: unknown) => [`recover failed: ${String(error)}`]);
    world.bury();
    said.push(inWords(struck), ...done.map((line) => `  ${line}`));
    const seconds = Math.round((Date.now() - since) / 1000);
    process.stderr.write(`${strikes.remaining.length} left, ${seconds} s: ${inWords(struck)}\n`);
  }
  const now = await end();
  const expected = ends.get(to);
  const problems = [
    ...differences(now.held, expected?.held),
    ...differences(now.recorded, expected?.recorded),
    ...(await world.brokenCredentials()),
  ];
  const again = await world.up("--expect-no-changes");
  if (again.code !== 0) problems.push(`the second up changed something: ${errorsOf(again.text)}`);
  process.stderr.write(`${problems.length === 0 ? "mended" : ["NOT MENDED", ...problems].join("\n  ")}\n`);
  return problems.length === 0 ? [] : [...problems, ...said];
}

/** Every one of these requests, or those that the seeds choose among the ones that had an effect. */
function strikesAt(points: readonly Point[]): Strike[] {
  if (exhaustive) {
    const all = points.flatMap((point) =>
      // Before or after a read is the same.
      (isWrite(point) ? (["before", "after"] as const) : (["before"] as const)).flatMap((moment) =>
        (["engine", "plugin"] as const).map((death): Strike => ({ point, moment, death })),
      ),
    );
    return all.filter((_, index) => index % parts === part - 1);
  }
  const order = shuffled(points.filter(isWrite));
  return seeds.flatMap((seed) =>
    [0, 1].map((half): Strike => {
      const index = 2 * (seed - 1) + half;
      const death = deaths[index % deaths.length] ?? "engine";
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

/** The requests that bring a world to what is declared. */
async function requestsOf(access: Access): Promise<Point[]> {
  world.declare(access);
  await expectUp();
  return world.points();
}

/** Brings it there unless it is there. */
async function bringUp(access: Access): Promise<void> {
  if (isDeepStrictEqual(await world.held(), ends.get(access)?.held)) return;
  world.declare(access);
  await expectUp();
}

async function expectUp(): Promise<void> {
  const { code, text } = await world.up();
  expect({ code, text: code === 0 ? "" : text }).toEqual({ code: 0, text: "" });
}

async function end(): Promise<End> {
  return { held: await world.held(), recorded: world.recorded() };
}

async function destroyLeavesNothing(): Promise<void> {
  const { code, text } = await world.destroy();
  expect({ code, text: code === 0 ? "" : errorsOf(text) }).toEqual({ code: 0, text: "" });
  expect(differences(await world.held(), nothing)).toEqual([]);
}

/** Lines that only one of two worlds has. */
function differences(found: unknown, expected: unknown): string[] {
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

function errorsOf(text: string): string {
  const [, summary = text] = text.split("Diagnostics:\n");
  return summary.slice(0, 1500);
}
