/**
 * A team's state on a server: two runs at once, a backup brought back, a run that is killed and leaves its lock, and how
 * the history grows. On PostgreSQL and S3 as they are; every other test has a folder.
 *
 * Only by `npm run test:exhaustive`: it needs Go and PostgreSQL (`apt-get install postgresql`).
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ended } from "./world";
import { CrashWorld, isWrite } from "./world/crash";
import { chain, errorsOf, everyStrike, strikesAt, uninterrupted, type End } from "./world/crashChain";
import { stateServers, type StateServer } from "./world/stateServers";
import { Strikes, type Point } from "./world/strikes";

jest.setTimeout(3_600_000);

const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
/** Of all strikes of a run, each of this many is tried; crash.test tries all, in a folder. */
const oneOf = 60;

const names = ["postgres", "s3"] as const;
(exhaustive ? describe : describe.skip).each(names)("a team's state on %s", (name) => {
  let server: StateServer;
  let world: CrashWorld;
  let points: Point[];
  let end: End;
  /** Bytes that the server keeps, by what has been done. */
  const sizes: [string, number][] = [];
  const measured = async (what: string): Promise<void> => {
    sizes.push([what, await server.size()]);
  };

  beforeAll(async () => {
    server = await stateServers[name]();
    world = await CrashWorld.start(server.env);
  });
  afterAll(async () => {
    console.info(
      `${name}: ${sizes.map(([what, bytes]) => `${what} ${Math.round(bytes / 1000)} kB`).join(", ")}`,
    );
    await world.stop();
    await server.stop();
  });

  const timed = async <T>(what: string, run: () => Promise<T>): Promise<T> => {
    const began = Date.now();
    const result = await run();
    console.info(`${name}: ${what} ${((Date.now() - began) / 1000).toFixed(1)} s`);
    return result;
  };

  test("a first up, and a second that changes nothing", async () => {
    ({ points, end } = await timed("first up", () => uninterrupted(world, { to: "first" })));
    await measured("first up");
    const { code, text } = await timed("second up", () => world.up("--expect-no-changes"));
    expect({ code, text: code === 0 ? "" : errorsOf(text) }).toEqual({ code: 0, text: "" });
    await measured("second up");
  });

  test("of two runs at once one is refused, which names the other; what the other began is whole", async () => {
    world.declare("second");
    const start = (): Promise<{ code: number; text: string }> =>
      ended(world.world.start("up", "--stack", "local", "--yes", "--skip-preview"));
    const [one, other] = await Promise.all([start(), start()]);
    const [went, refused] = one.code === 0 ? [one, other] : [other, one];
    expect([went.code, refused.code]).toEqual([0, 1]);
    expect(refused.text).toMatch(
      /the stack is currently locked by 1 lock.*created by \S+@\S+ \(pid \d+\) at /s,
    );
    expect((await world.up("--expect-no-changes")).code).toBe(0);
  });

  test("a backup of the state, brought back after the systems went on, is mended", async () => {
    const file = join(world.world.folder, "backup.json");
    writeFileSync(file, await world.world.succeed("stack", "export", "--stack", "local"));
    world.declare("second");
    expect((await world.up()).code).toBe(0);
    await world.world.succeed("stack", "import", "--stack", "local", "--file", file);
    const { code, text } = await world.up("--refresh");
    expect({ code, text: code === 0 ? "" : errorsOf(text) }).toEqual({ code: 0, text: "" });
    expect((await world.up("--expect-no-changes")).code).toBe(0);
    await measured("eight runs later");
  });

  test("a first up that dies at some of its requests, and leaves its lock, is mended", async () => {
    const strikes = strikesAt(points).filter((_, index) => index % oneOf === 0);
    await world.reset();
    world.declare("first");
    const [write] = strikesAt(points.filter(isWrite));
    await world.runUnder(new Strikes(write === undefined ? [] : [write]));
    expect((await world.recover())[0]).toMatch(/^removed the lock of process \d+ of .*, which is gone$/);
    world.bury();
    await world.reset();
    const problems = await everyStrike(world, strikes, async (left) => {
      const found = await chain(world, { to: "first" }, end, left);
      await world.reset();
      return found;
    });
    expect(problems).toEqual([]);
  });
});
