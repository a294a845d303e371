/**
 * Secrets rotate while changes of rights wait: merged, and not deployed yet. A run that rotates declares what the last deploy
 * declared, so nothing else differs; else the engine, whose targeted update goes wrong by chance, would leave a state that
 * is out of order. Here every kind of change waits, on cores that have other things to do.
 *
 * A few rotations are tried here; sixty by `npm run test:exhaustive`.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pulumi } from "../../engine/engine";
import { recover } from "../../commands/recover/recover";
import { Progress } from "../../toolchain/progress";
import { changesOf, day, RotationWorld } from "./world/rotation";

const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
jest.setTimeout(exhaustive ? 3_600_000 : 240_000);

const readers = ["ants", "bees", "cats", "dogs", "eels", "foxes"];

const company = `company: Acme
owners: [ana, ben]
environments:
  dev: { type: test }
people:
  ana: { name: Ana Alvarez, email: ana@acme.example }
  ben: { name: Ben Okafor, email: ben@acme.example }
  cem: { name: Cem Kaya, email: cem@acme.example }
teams:
  builders: { owner: ana, members: [ana] }
  guests: { owner: ben, members: [ben, cem] }
${readers.map((name) => `  ${name}: { owner: ben, members: [cem] }`).join("\n")}
projects:
  PAY:
    name: Payments
    owner: builders
    repositories:
      api: { deploys: [dev] }
      web: { deploys: [dev] }
grants:
  - { team: builders, can: [merge, deploy:dev], on: PAY }
  - { team: guests, can: [read, trigger], on: PAY/api }
${readers.map((name) => `  - { team: ${name}, can: [read, trigger], on: PAY/api }`).join("\n")}
`;

type Change = (text: string) => string;
const swap =
  (from: string | RegExp, to: string): Change =>
  (text) => {
    const changed = text.replaceAll(from, to);
    if (changed === text) throw new Error(`the company has no ${String(from)}`);
    return changed;
  };
const readersCan = (can: string) =>
  swap(/(team: (?:ants|bees|cats|dogs|eels), can: )\[read, trigger\]/g, `$1${can}`);

/** Each leaves something that another one needs. */
const changes: Readonly<Record<string, Change>> = {
  "a role more": readersCan("[read, trigger, merge]"),
  "a role less": readersCan("[read]"),
  "no role any more": swap(/^.*team: (?:ants|bees|cats|dogs|eels), can.*\n/gm, ""),
  "another role": readersCan("[merge]"),
  "a team more": swap("teams:\n", "teams:\n  gulls: { owner: ana, members: [ana] }\n"),
  "a team less": swap(/^.*\bants\b.*\n/gm, ""),
  "a person more": swap("people:\n", "people:\n  dea: { name: Dea Dahl, email: dea@acme.example }\n"),
  "a person less": (text) =>
    swap("members: [cem]", "members: []")(swap(", cem]", "]")(swap(/^ {2}cem: .*\n/gm, "")(text))),
  "a repository more": swap("      web:", "      docs: { deploys: [] }\n      web:"),
  "a repository less": swap(/^ {6}web: .*\n/gm, ""),
  "a pipeline more": swap("      web:", "      docs: { deploys: [dev] }\n      web:"),
  "a pipeline less": swap("web: { deploys: [dev] }", "web: { deploys: [] }"),
};
const together = ["no role any more", "a team more", "a person more", "a pipeline less"];
const everything: Change = (text) => together.reduce((all, kind) => (changes[kind] ?? String)(all), text);

const tried: readonly [string, Change][] = exhaustive
  ? Object.entries(changes)
  : [["several at once", everything]];
const times = exhaustive ? 5 : 2;

let world: RotationWorld;
let busy: ChildProcess[] = [];
let today = 0;

beforeAll(async () => {
  world = await RotationWorld.start(undefined, {}, company);
  await world.upAt(today);
  const spin = ["-e", "setTimeout(() => process.exit(), 7_200_000); for (;;) for (let i = 0; i < 1e9; i++);"];
  busy = Array.from({ length: exhaustive ? 2 * availableParallelism() : 0 }, () =>
    spawn(process.execPath, spin, { stdio: "ignore" }),
  );
});

afterAll(async () => {
  busy.forEach((one) => one.kill("SIGKILL"));
  await world.stop();
});

describe.each(tried)("while this waits: %s", (_, change) => {
  test("secrets rotate, and the state stays in order", async () => {
    world.world.writeAccess(change(company));
    for (let time = 0; time < times; time++) {
      world.setDay((today += 31 * day));
      const { rotated } = await world.rotate();
      expect(rotated).toEqual(expect.arrayContaining(["api.dev", "web.dev"]));
      expect(await world.disorders()).toEqual([]);
    }
  });

  test("the next deploy does the change, and the one after it nothing", async () => {
    const before = await world.recorded();
    await world.upAt(today);
    expect(changesOf(before, await world.recorded())).not.toEqual([]);
    await world.upAt(today, "--expect-no-changes");
    world.world.writeAccess(company);
    if (exhaustive) await world.upAt(today);
  });
});

test("a state that is out of order is refused in one line, and put in order by recover", async () => {
  const { stdout } = await world.world.pulumi("stack", "export", "--stack", "local");
  const state = JSON.parse(stdout) as { deployment: { resources: unknown[] } };
  const sound = await world.recorded();
  state.deployment.resources.reverse();
  const file = join(world.world.folder, "reversed.json");
  writeFileSync(file, JSON.stringify(state));
  await world.world.succeed("stack", "import", "--stack", "local", "--force", "--file", file);
  await expect(pulumi(world.engine, ["preview", "--json", "--stack", "local"])).rejects.toThrow(
    /^the state of the stack is out of order, and the engine refuses it \(resource .*\): run "npm run recover -- <stack>", which mends it$/,
  );
  const done = await recover("local", world.engine, new Progress({ write: () => undefined }));
  expect(done[0]).toMatch(/^the state is in order again: moved behind what they depend on: /);
  expect(await world.disorders()).toEqual([]);
  expect(changesOf(sound, await world.recorded())).toEqual([]);
});
