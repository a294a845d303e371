/**
 * A run may die at any of its requests, to either system, before the request has its effect or after: the engine, the
 * plugin that sent it, or by Ctrl-C. After `recover` the next run makes of it what a run without a crash makes,
 * nothing twice and nothing left over, and the one after that changes nothing.
 *
 * A few requests are tried here; all of them by `npm run test:exhaustive`.
 */
import { isDeepStrictEqual } from "node:util";
import { duration } from "../../toolchain/progress";
import { CrashWorld, deaths, isWrite, type Death, type Point, type Recorded } from "./world/crash";
import type { Moment } from "./world/proxy";

/** Every case; else those that the seeds choose, one of each run. */
const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
const seeds = (process.env.BITBUCKET_KEYCLOAK_SEEDS ?? "1").split(" ").map(Number);
/** Several runs share all cases: "2/3" tries the second third of them. */
const [part = 1, parts = 1] = (process.env.BITBUCKET_KEYCLOAK_PART ?? "1/1").split("/").map(Number);
jest.setTimeout(exhaustive ? 12 * 3_600_000 : seeds.length * 300_000);

/** Where a run without a crash ends. */
interface End {
  readonly held: unknown;
  readonly recorded: Recorded;
}

interface Case {
  readonly point: Point;
  readonly moment: Moment;
  readonly death: Death;
  /** What is declared when it dies. */
  readonly to: Access;
}

type Access = "first" | "second";

let world: CrashWorld;
let nothing: unknown;
/** By what is declared. */
const ends = new Map<Access, End>();
/** The requests of a first `up`, and of an update there and back. */
let firstUp: Point[];
let update: Point[];
let back: Point[];

beforeAll(async () => {
  world = await CrashWorld.start();
  nothing = await world.held();
  firstUp = await requestsOf("first");
  ends.set("first", await end());
  update = await requestsOf("second");
  ends.set("second", await end());
  back = await requestsOf("first");
  console.info(
    `requests: ${firstUp.length} of a first up (${firstUp.filter(isWrite).length} writes), ${update.length} of an update (${update.filter(isWrite).length}), ${back.length} back (${back.filter(isWrite).length})`,
  );
  expect(differences((await end()).held, ends.get("first")?.held)).toEqual([]);
  await destroyLeavesNothing();
});

afterAll(async () => {
  await world.stop();
});

test("a first up: what dies at any of its requests is mended", async () => {
  const problems = await tryAll(casesOf(firstUp, "first"), async (one) => {
    const found = await dies(one);
    await destroyLeavesNothing();
    return found;
  });
  expect(problems).toEqual([]);
});

test("an update: what dies at any of its requests is mended", async () => {
  // There and back in turns: where one case ends the next begins.
  const there = casesOf(update, "second");
  const cases = there.flatMap((one, index) => [one, ...casesOf(back, "first").slice(index, index + 1)]);
  const problems = await tryAll(cases, async (one) => {
    await bringUp(one.to === "second" ? "first" : "second");
    return dies(one);
  });
  expect(problems).toEqual([]);
  await destroyLeavesNothing();
});

/** Tries each case; one that leaves the world unmended does not spoil the next. @returns what was wrong, by case */
async function tryAll(cases: readonly Case[], attempt: (one: Case) => Promise<string[]>): Promise<string[]> {
  const began = Date.now();
  const problems: string[] = [];
  for (const one of cases) {
    const { point, moment, death } = one;
    const name = `${death} at ${moment} ${point.system} ${point.request} #${point.nth}`;
    const since = Date.now();
    const found = await attempt(one).catch((error: unknown) => [String(error)]);
    world.bury();
    const line = `${found.length === 0 ? "mended" : "NOT MENDED"} ${Math.round((Date.now() - since) / 1000)} s: ${name}`;
    if (cases.length > 1) process.stderr.write(`${[line, ...found].join("\n  ")}\n`);
    if (found.length === 0) continue;
    problems.push(`${name}:\n  ${found.join("\n  ")}`);
    await world.reset();
  }
  console.info(`${cases.length} cases: ${duration(Date.now() - began)}`);
  return problems;
}

/** One run that dies, `recover`, and the next: what is not as a run without a crash leaves it. */
async function dies({ point, moment, death, to }: Case): Promise<string[]> {
  world.declare(to);
  const crashed = await world.upUntil(point, moment, death);
  if (crashed === undefined) return ["the request was never sent"];
  const said = await world.recover().catch((error: unknown) => [`recover failed: ${String(error)}`]);
  const problems: string[] = [];
  const next = await world.up();
  if (next.code !== 0) problems.push(`up failed: ${errorsOf(next.text)}`);
  else {
    const now = await end();
    const expected = ends.get(to);
    problems.push(...differences(now.held, expected?.held), ...differences(now.recorded, expected?.recorded));
    problems.push(...(await world.brokenCredentials()));
    const again = await world.up("--expect-no-changes");
    if (again.code !== 0) problems.push(`the second up changed something: ${errorsOf(again.text)}`);
  }
  return problems.length === 0 ? [] : [...problems, ...said.map((line) => `recover: ${line}`)];
}

/** Every case of these requests, or those that the seeds choose among the ones that had an effect. */
function casesOf(points: readonly Point[], to: Access): Case[] {
  const all = points.flatMap((point) =>
    // Before or after a read is the same.
    (isWrite(point) ? (["before", "after"] as const) : (["before"] as const)).flatMap((moment) =>
      deaths
        // A Ctrl-C lets what has begun come to its end: where it is pressed matters less.
        .filter((death) => death !== "interrupt" || moment === "after")
        .map((death): Case => ({ point, moment, death, to })),
    ),
  );
  if (exhaustive) return all.filter((_, index) => index % parts === part - 1);
  const order = shuffled(all.filter(({ point, moment }) => isWrite(point) && moment === "after"));
  return seeds.flatMap((seed) => order.slice((seed - 1) % order.length).slice(0, 1));
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
  return { held: await world.held(), recorded: await world.recorded() };
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
