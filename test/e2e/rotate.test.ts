/**
 * `npm run rotate`: a night on which nothing is due, one on which something is, and a leak. Real engine, real
 * Keycloak, emulated workspace.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readTrail, runsOf } from "../../trail";
import { duration } from "../../toolchain/progress";
import { ended } from "./world";
import { changesOf, RotationWorld, day } from "./world/rotation";

jest.setTimeout(240_000);

let world: RotationWorld;
let seen = "";

beforeAll(async () => {
  world = await RotationWorld.start();
  seen += await world.upAt(0);
});

afterAll(async () => {
  await world.stop();
});

/** Of a text that is made of letters and digits by chance. */
const bitsOf = (text: string) => (/^[A-Za-z0-9]+$/.test(text) ? text.length * Math.log2(62) : 0);
const adminEvents = async () =>
  (await world.world.keycloak("GET", `/${world.world.realm}/admin-events?max=1000`)).json as unknown[];
const baseline = async () => (await world.world.outputs<{ baseline: string }>()).baseline;
const stackFile = () => readFileSync(join(world.world.folder, "stacks/Pulumi.local.yaml"), "utf8");

test("nothing due: nobody is asked anything, and the ages are told", async () => {
  world.setDay(10 * day);
  world.world.emulator.log.clear();
  const events = (await adminEvents()).length;
  const report = await world.rotate();
  expect(report).toMatchObject({ rotated: [], due: [], overdue: [], asOf: "2026-01-11T00:00:00.000Z" });
  expect(report.ages.map(({ name, ageDays, limitDays }) => [name, ageDays, limitDays])).toEqual(
    expect.arrayContaining([
      ["api.dev", 10, 33],
      ["signing-keys", 10, 93],
    ]),
  );
  expect(world.world.emulator.log.since()).toEqual([]);
  expect(await adminEvents()).toHaveLength(events);
});

test("a dry run tells what is due, and does nothing", async () => {
  world.setDay(31 * day);
  const before = await world.recorded();
  const report = await world.rotate({ dryRun: true });
  expect(report).toMatchObject({ rotated: [], due: [{ name: "api.dev" }] });
  expect(await world.recorded()).toEqual(before);
});

test("what is due rotates and is proved; a change of rights that waits goes on waiting", async () => {
  const [first, kept] = [world.published(), await baseline()];
  const access = readFileSync(join(world.world.folder, "access.yaml"), "utf8");
  world.world.writeAccess(access.replace("can: [read], on: PAY/api", "can: [trigger], on: PAY/api"));
  world.world.emulator.log.clear();
  const report = await world.rotate();
  world.world.writeAccess(access);

  expect(report).toMatchObject({ rotated: ["api.dev"], due: [], overdue: [], notes: [] });
  expect(report.ages.find(({ name }) => name === "api.dev")).toMatchObject({ ageDays: 0, ageDaysBefore: 31 });
  expect(await Promise.all([first, world.published()].map((one) => world.tokenOf(one)))).toEqual([200, 200]);
  expect(world.published()).not.toBe(first);
  expect(await baseline()).toBe(kept);
  const writes = world.world.emulator.log.since().filter(({ method }) => method !== "GET");
  expect(writes).toHaveLength(1);
  // Nights on which nothing was due left no entry.
  const trail = runsOf(readTrail(join(world.world.folder, ".local/audit")).entries);
  expect(trail.map(({ began, ended, what }) => [began.command, ended?.result, what.rotated])).toEqual([
    ["rotate", "succeeded", [{ name: "api.dev", why: expect.stringMatching(/^since /) as string }]],
  ]);
  console.info(`a rotation: ${world.world.emulator.log.since().length} requests to Bitbucket`);
  await world.upAt(31 * day, "--expect-no-changes");
});

test("rotated by hand within the overlap it is refused, before anything changes", async () => {
  const text = stackFile();
  const byHand = `bitbucket-keycloak:rotations:\n    api.dev: { manualRotations: 1, revocations: 0, reason: an exercise }`;
  world.world.writeStackText(text.replace("bitbucket-keycloak:rotations: {}", byHand));
  const { code, text: said } = await world.tryAt(31 * day);
  expect(said).toContain("a rotation is refused: the last rotation was at 2026-02-01T00:00:00.000Z");
  expect(code).toBeGreaterThan(0);
  world.world.writeStackText(text);
});

test("a leak: the leaked secret and its tokens are refused, nothing else changes, and Git knows", async () => {
  const [leaked, before] = [world.published(), await world.recorded()];
  const token = await world.mint(leaked);
  expect(await world.takes(token)).toBe(200);
  const began = Date.now();
  const report = await world.rotate({ now: { name: "api.dev", reason: "printed into a log" } });
  console.info(`a leak, from the command to the refusal: ${duration(Date.now() - began)}`);

  expect(report).toMatchObject({ rotated: ["api.dev"], due: [] });
  expect(report.notes[0]).toMatch(/^what was in use before is ended: /);
  expect(await world.tokenOf(leaked)).toBe(401);
  expect(await world.takes(token)).toBe(401);
  expect(await world.tokenOf(world.published())).toBe(200);
  const slots = ["api.dev", "api.dev-a", "api.dev-a", "api.dev-b", "api.dev-b"];
  expect(changesOf(before, await world.recorded())).toEqual(slots);
  expect(stackFile()).toContain(
    "    api.dev: { manualRotations: 1, revocations: 1, reason: printed into a log }\n",
  );
  await world.upAt(31 * day, "--expect-no-changes");
});

test("the next rotation uses the ended slot again; tokens from before stay ended", async () => {
  world.setDay(62 * day);
  const before = world.published();
  const report = await world.rotate();
  seen += JSON.stringify(report);
  expect(report.rotated).toEqual(["api.dev"]);
  expect(await Promise.all([before, world.published()].map((one) => world.tokenOf(one)))).toEqual([200, 200]);
});

test("what does not rotate is named; the alternatives too", async () => {
  await expect(world.rotate({ now: { name: "api.prod", reason: "R" } })).rejects.toThrow(
    /^found no credential or key "api\.prod"; allowed: .*api\.dev/,
  );
});

test("what is due is spread over runs, the oldest first", async () => {
  world.setDay(93 * day);
  const first = await world.rotate({ atMost: 1 });
  expect(first).toMatchObject({ rotated: ["signing-keys"], due: [{ name: "api.dev" }] });
  const second = await world.rotate({ atMost: 1 });
  expect(second).toMatchObject({ rotated: ["api.dev"], due: [] });
  await world.upAt(93 * day, "--expect-no-changes");
});

test("two runs do not meet: the second waits until the first has ended", async () => {
  const before = await world.recorded();
  const run = world.world.start("up", "--stack", "local", "--yes", "--skip-preview");
  const outcome = ended(run);
  const locks = join(world.world.folder, "state/.pulumi/locks");
  const isLocked = () =>
    existsSync(locks) &&
    readdirSync(locks, { recursive: true }).some((name) => String(name).endsWith(".json"));
  while (!isLocked()) await sleep(20);
  const second = await world.rotate();
  expect(isLocked()).toBe(false);
  expect([run.exitCode, second.rotated]).toEqual([0, []]);
  expect((await outcome).code).toBe(0);
  expect(changesOf(before, await world.recorded())).toEqual([]);
});

test("a name that nothing has is refused, with its place, before anything changes", async () => {
  const text = stackFile();
  const wrong = text.replace(
    "    api.dev: {",
    "    apu.dev: { manualRotations: 1, revocations: 1, reason: a slip }\n    api.dev: {",
  );
  const line = wrong.split("\n").findIndex((one) => one.includes("apu.dev")) + 1;
  world.world.writeStackText(wrong);
  const { code, text: said } = await world.tryAt(93 * day);
  world.world.writeStackText(text);
  expect(said).toContain(`stacks/Pulumi.local.yaml:${line}:5`);
  expect(said).toContain('found "apu.dev", which does not rotate in this stack; allowed: api.dev,');
  expect(code).toBeGreaterThan(0);
});

test("the governing stack declares the schedule of the runner repository, and takes it away again", async () => {
  const text = stackFile();
  const schedules = async () => {
    const path = "/2.0/repositories/acme/web/pipelines_config/schedules";
    const { json } = await world.world.bitbucket("GET", path);
    type Schedule = { enabled: boolean; cron_pattern: string; target: { selector: { pattern: string } } };
    const { values } = json as { values: Schedule[] };
    return values.map(({ enabled, cron_pattern: cron, target }) => ({ enabled, cron, ...target.selector }));
  };
  world.world.writeStackText(text.replace("runner: none", "runner: web"));
  await world.upAt(93 * day);
  const at = (cron: string, pattern: string) => ({ enabled: true, cron, type: "custom", pattern });
  expect((await schedules()).sort((a, b) => (a.cron < b.cron ? -1 : 1))).toEqual([
    at("0 0 4 * * ? *", "drift"),
    at("0 15 * * * ? *", "expire"),
    at("0 30 2 * * ? *", "rotate"),
  ]);
  world.world.writeStackText(text);
  await world.upAt(93 * day);
  expect(await schedules()).toEqual([]);
});

test("an older state does not publish an older secret", async () => {
  const { stdout: old } = await world.world.pulumi("stack", "export", "--stack", "local");
  world.setDay(124 * day);
  expect((await world.rotate()).rotated).toContain("api.dev");
  const newest = world.published();
  await world.restore(old);

  // Without anything due it knows no better, and leaves all as it is.
  await world.upAt(93 * day);
  expect(world.published()).toBe(newest);
  for (const args of [[], ["--refresh"]]) {
    const { code, text } = await world.tryAt(125 * day, ...args);
    expect(text).toContain("was rotated by a run that this state knows nothing of");
    expect(code).toBeGreaterThan(0);
    expect(world.published()).toBe(newest);
    expect(await world.tokenOf(newest)).toBe(200);
  }
});

test("the secret of each client has more than 256 bits, by chance", async () => {
  const secrets = [...(await world.recorded())]
    .filter(([urn]) => /RandomPassword::(api\.dev|sign-in)-[ab]$/.test(urn))
    .map(([, text]) => (JSON.parse(text) as { result: { plaintext: string } }).result.plaintext)
    .map((text) => JSON.parse(text) as string);
  expect(secrets.map((secret) => bitsOf(secret) > 256)).toEqual([true, true, true, true]);
  expect(new Set(secrets).size).toBe(4);
});

test("no secret was ever to be seen", async () => {
  await world.world.watchSecrets();
  expect(world.world.canaries.length).toBeGreaterThan(4);
  expect(world.world.seenIn(seen)).toEqual([]);
  expect(world.world.seenIn(JSON.stringify(await adminEvents()))).toEqual([]);
  const { folder } = world.world;
  const files = ["state", "stacks"].flatMap((name) =>
    readdirSync(join(folder, name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  expect(files.length).toBeGreaterThan(20);
  const readable = files.filter((file) => world.world.seenIn(readFileSync(file, "latin1")).length > 0);
  expect(readable).toEqual([]);
});
