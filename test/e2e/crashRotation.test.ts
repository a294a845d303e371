/**
 * A rotation of everything may die at any of its requests, to either system, before the request has its effect or after.
 * At each of them what is published works and at most two credentials do; after `recover` the next run finishes the
 * rotation, nothing is left over, and the one after it changes nothing.
 *
 * A few requests are tried here; all of them by `npm run test:exhaustive`.
 */
import { duration } from "../../toolchain/progress";
import { CrashWorld, isWrite } from "./world/crash";
import { day, momentOf } from "./world/rotation";
import { inWords, Strikes, type Strike, type Point } from "./world/strikes";

const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
jest.setTimeout(exhaustive ? 6 * 3_600_000 : 400_000);

/** Credentials and signing keys both rotate in each. */
const step = 91 * day;

let world: CrashWorld;
let today = 0;
let points: Point[];
const given: string[] = [];

beforeAll(async () => {
  world = await CrashWorld.start();
  world.declare("first");
  await run();
  given.push(world.published());
  await rotation();
  // Plugins sign in as often as they like: a point is what two rotations have in common.
  const names = (all: readonly Point[]) => new Set(all.map((point) => JSON.stringify(point)));
  const before = names(await rotation());
  points = (await rotation()).filter((point) => before.has(JSON.stringify(point)));
});

afterAll(async () => {
  await world.stop();
});

test("a rotation asks both systems, and writes a secret once to each", () => {
  const writes = points.filter(isWrite).map(({ system, request }) => `${system} ${request}`);
  expect(writes.filter((write) => write.startsWith("bitbucket"))).toHaveLength(1);
  expect(writes.filter((write) => /clients\/\*$/.test(write))).toHaveLength(1);
  console.info(`a rotation: ${points.length} requests, ${writes.length} of them write`);
});

test("what dies at any of its requests is mended", async () => {
  const began = Date.now();
  const problems: string[] = [];
  const cases = strikes();
  for (const one of cases) {
    const name = inWords(one);
    const found = await dies(one).catch((error: unknown) => [String(error)]);
    world.bury();
    process.stderr.write(`${[found.length === 0 ? "mended" : "NOT MENDED", name, ...found].join("\n  ")}\n`);
    if (found.length > 0) problems.push(`${name}:\n  ${found.join("\n  ")}`);
  }
  console.info(`${cases.length} cases of ${points.length} requests: ${duration(Date.now() - began)}`);
  expect(problems).toEqual([]);
});

async function dies(strike: Strike): Promise<string[]> {
  today += step;
  world.setMoment(momentOf(today));
  if ((await world.runUnder(new Strikes([strike]))).struck === undefined)
    return ["the request was never sent"];
  const problems = await broken("after the crash");
  const said = await world.recover().catch((error: unknown) => [`recover failed: ${String(error)}`]);
  problems.push(...(await broken("after recover")));
  const next = await world.up();
  if (next.code !== 0) problems.push(`up failed: ${next.text.slice(-1500)}`);
  problems.push(...(await broken("after the next up")));
  if (world.published() === given.at(-1)) problems.push("the rotation was not finished");
  given.push(world.published());
  const keys = (await world.keys()).filter((name) => /^(es256|hs512)-\d+$/.test(name));
  if (keys.length !== 6) problems.push(`keys: ${keys.join(" ")}`);
  const again = await world.up("--expect-no-changes");
  if (again.code !== 0) problems.push(`the second up changed something: ${again.text.slice(-1500)}`);
  return problems.length === 0 ? [] : [...problems, ...said.map((line) => `recover: ${line}`)];
}

/** What is published has to work; what it replaced may, and nothing older. */
async function broken(when: string): Promise<string[]> {
  const published = world.published();
  // A slot has one secret at a time: what is older than both has been tried before.
  const all = [...new Set([...given.slice(-4), published])];
  const good = await Promise.all(all.map((one) => world.isGood(one)));
  const count = good.filter(Boolean).length;
  return [
    ...(good[all.indexOf(published)] ? [] : [`${when} what is published is refused`]),
    ...(count <= 2 ? [] : [`${when} ${count} credentials are good`]),
  ];
}

/** Every request; else one after each system's write of the secret, and one that makes a key. */
function strikes(): Strike[] {
  const all = points.flatMap((point) =>
    (isWrite(point) ? (["before", "after"] as const) : (["before"] as const)).flatMap((moment) =>
      (isWrite(point) ? (["engine", "plugin"] as const) : (["engine"] as const)).map((death) => ({
        point,
        moment,
        death,
      })),
    ),
  );
  if (exhaustive) return all;
  const isOne = (pattern: RegExp) =>
    all.find(
      ({ point, moment }) =>
        isWrite(point) && moment === "after" && pattern.test(`${point.system} ${point.request}`),
    );
  return [/^keycloak PUT .*clients/, /^bitbucket/].flatMap((pattern) => isOne(pattern) ?? []);
}

async function rotation(): Promise<Point[]> {
  today += step;
  await run();
  given.push(world.published());
  return world.points();
}

async function run(): Promise<void> {
  world.setMoment(momentOf(today));
  const { code, text } = await world.up();
  expect({ code, text: code === 0 ? "" : text }).toEqual({ code: 0, text: "" });
}
