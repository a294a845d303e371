/**
 * A run that renames and moves may die at any of its requests, like any other: a person's user name, a team's place and
 * a repository's by plain `up`; then the names of two teams by `deploy`, which fills Bitbucket's new groups before the old
 * ones go. Ids, members, links and rights become what they become without a crash, and nobody had or lacked a right on
 * the way that neither or both of what was declared give.
 *
 * Six requests of the `up` are tried here, and with more seeds than one three of the `deploy` for each; all of them by
 * `npm run test:exhaustive`.
 */
import { isDeepStrictEqual } from "node:util";
import { moveRepository, settle } from "./world/byHand";
import { CrashWorld, isWrite } from "./world/crash";
import {
  chain,
  everyStrike,
  exhaustive,
  seeds,
  strikesAt,
  uninterrupted,
  type Choice,
  type End,
  type Goal,
} from "./world/crashChain";
import type { Point } from "./world/strikes";

jest.setTimeout(exhaustive ? 12 * 3_600_000 : seeds.length * 400_000);

const move: Goal = { to: "moved", by: "up" };
const rename: Goal = { to: "renamed", by: "deploy" };
/** Each deploy takes as long as four times `up`. */
const goals = exhaustive || seeds.length > 1 ? [move, rename] : [move];

let world: CrashWorld;
const ends = new Map<Goal, End>();
const points = new Map<Goal, readonly Point[]>();

beforeAll(async () => {
  world = await CrashWorld.start();
  await uninterrupted(world, { to: "first" });
  await settle(world.world);
  await moveRepository(world.world);
  for (const goal of goals) {
    const { points: all, end } = await uninterrupted(world, goal);
    points.set(goal, all);
    ends.set(goal, end);
    console.info(`${goal.to}: ${all.length} requests, ${all.filter(isWrite).length} of them write`);
  }
});

afterAll(async () => {
  await world.stop();
});

/** What is called otherwise afterwards; roles are made for the new places. */
const renamed: Readonly<Record<string, readonly string[]>> = {
  moved: [
    "/bitbucket/repositories/core/groups/repository/project SHOP -> /bitbucket/projects/SHOP/groups/project SHOP",
    "/keycloak/realm/groups /builders -> /keycloak/realm/groups/subGroups /guests/builders",
    "/keycloak/realm/roles/client/bitbucket deploy:PAY -> gone",
    "/keycloak/realm/roles/client/bitbucket deploy:PAY/api -> gone",
    "/keycloak/realm/roles/client/bitbucket read:PAY/api -> gone",
    "/keycloak/users ana -> /keycloak/users anna",
  ],
  renamed: [
    "/keycloak/realm/groups /guests -> /keycloak/realm/groups /visitors",
    "/keycloak/realm/groups/subGroups /guests/builders -> /keycloak/realm/groups/subGroups /visitors/makers",
  ],
};

test.each(goals)("$to by $by: groups, people and places are the same ones afterwards", (goal) => {
  const changed = Object.entries(ends.get(goal)?.became ?? {})
    .filter(([before, after]) => before !== after)
    .map(([before, after]) => `${before} -> ${after}`);
  expect(changed).toEqual(renamed[goal.to]);
});

test.each(goals)("$to by $by: what dies at any of its requests is mended", async (goal) => {
  const isDeploy = goal.by === "deploy";
  const choice: Choice = {
    ofEachSeed: isDeploy ? 3 : 6,
    atReads: ["engine"],
    firstReads: isDeploy,
    leavesEngine: isDeploy,
  };
  const problems = await everyStrike(world, strikesAt(points.get(goal) ?? [], choice), async (strikes) => {
    await (isDeploy ? bringMoved() : bringUp());
    return chain(world, goal, ends.get(goal), strikes);
  });
  expect(problems).toEqual([]);
});

async function bringMoved(): Promise<void> {
  if (isDeepStrictEqual(await world.held(), ends.get(move)?.held)) return;
  await bringUp();
  await uninterrupted(world, move);
}

/** From the beginning, to what is to be renamed and moved. */
async function bringUp(): Promise<void> {
  await world.reset();
  await uninterrupted(world, { to: "first" });
  await settle(world.world);
  await moveRepository(world.world);
}
