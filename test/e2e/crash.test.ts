/**
 * A run may die at any of its requests, to either system, before the request has its effect or after: the engine, the
 * plugin that sent it, or by Ctrl-C. After `recover` the next run goes on, and dies at another request; the one that
 * is left alone makes of it what a run without a crash makes, nothing twice and nothing left over, and the one after
 * that changes nothing.
 *
 * A few requests are tried here; all of them, engine and plugin, by `npm run test:exhaustive`.
 */
import { isDeepStrictEqual } from "node:util";
import { CrashWorld, isWrite, type Access } from "./world/crash";
import {
  chain,
  differences,
  errorsOf,
  everyStrike,
  exhaustive,
  seeds,
  strikesAt,
  uninterrupted,
  type End,
} from "./world/crashChain";
import type { Point } from "./world/strikes";

jest.setTimeout(exhaustive ? 12 * 3_600_000 : seeds.length * 300_000);

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
  firstUp = await pointsOf("first");
  update = await pointsOf("second");
  console.info(
    `requests: ${firstUp.length} of a first up (${firstUp.filter(isWrite).length} writes), ${update.length} of an update (${update.filter(isWrite).length})`,
  );
  await bringUp("first");
  expect(differences(await world.held(), ends.get("first")?.held)).toEqual([]);
  await destroyLeavesNothing();
});

afterAll(async () => {
  await world.stop();
});

test("a first up: what dies at any of its requests is mended", async () => {
  const problems = await everyStrike(world, strikesAt(firstUp), async (strikes) => {
    const found = await chain(world, { to: "first" }, ends.get("first"), strikes);
    await world.reset();
    return found;
  });
  expect(problems).toEqual([]);
});

test("an update: what dies at any of its requests is mended", async () => {
  const problems = await everyStrike(world, strikesAt(update), async (strikes) => {
    await bringUp("first");
    return chain(world, { to: "second" }, ends.get("second"), strikes);
  });
  expect(problems).toEqual([]);
  await destroyLeavesNothing();
});

/** The requests that bring a world to what is declared. */
async function pointsOf(to: Access): Promise<Point[]> {
  const { points, end } = await uninterrupted(world, { to });
  ends.set(to, end);
  return points;
}

/** Brings it there unless it is there. */
async function bringUp(access: Access): Promise<void> {
  if (isDeepStrictEqual(await world.held(), ends.get(access)?.held)) return;
  await uninterrupted(world, { to: access });
}

async function destroyLeavesNothing(): Promise<void> {
  const { code, text } = await world.destroy();
  expect({ code, text: code === 0 ? "" : errorsOf(text) }).toEqual({ code: 0, text: "" });
  expect(differences(await world.held(), nothing)).toEqual([]);
}
