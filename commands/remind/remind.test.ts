/** Who is told what ends soon, once: against the emulator, an address that listens, and a trail. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { people, startLab, tokenOf, type Lab } from "@bitbucket-keycloak/bitbucket-emulator/testing/lab";
import { startServer, type Server } from "@bitbucket-keycloak/http/testing/server";
import { withGrants } from "../../access/testing/company";
import type { Engine } from "../../engine/engine";
import { root } from "../../toolchain/places";
import { readTrail } from "../../trail/trail";
import { textOf } from "./command";
import { lineOf, remindersOf, type Reminders } from "./remind";

let lab: Lab;
let cwd: string;
let env: NodeJS.ProcessEnv;
let commit: string;
let listener: Server;
/** What was posted to it. */
const posted = () => listener.asked.map(({ body }) => JSON.parse(body) as { text: string });

beforeAll(async () => {
  lab = await startLab();
  const answer = await lab.as("admin").get("/2.0/repositories/lab/alpha/refs/branches");
  commit = (answer.json as { values: { target: { hash: string } }[] }).values[0]?.target.hash ?? "";
});
afterAll(() => lab.emulator.close());

beforeEach(async () => {
  listener = await startServer();
  cwd = await mkdtemp(join(tmpdir(), "remind-"));
  await mkdir(join(cwd, "stacks"));
  await grants("2026-12-10");
  const settings = await readFile(join(root, "stacks", "Pulumi.dev.yaml"), "utf8");
  await writeFile(
    join(cwd, "stacks", "Pulumi.dev.yaml"),
    settings
      .replace("https://api.bitbucket.org", lab.emulator.url)
      .replace("credential: keyless", "credential: rotated"),
  );
  env = {
    BITBUCKET_EMAIL: people.admin,
    BITBUCKET_API_TOKEN: tokenOf("admin"),
    ROTATION_ALERT_URL: `${listener.url}/secret-of-the-hook`,
  };
});
afterEach(async () => {
  await listener.close();
  await rm(cwd, { recursive: true });
});

const grants = (until: string) =>
  writeFile(
    join(cwd, "access.yaml"),
    withGrants(
      `team: hands, can: [trigger], on: ONE/api, until: "${until}"`,
      "team: leads, can: [merge], on: ONE/api",
    ),
  );
const state = (rotatedAt: string) =>
  JSON.stringify({
    version: 3,
    deployment: {
      resources: [
        {
          urn: "urn:pulumi:dev::bitbucket-keycloak::rotation:index:Schedule::signing-keys",
          type: "rotation:index:Schedule",
          inputs: { rotation: 1, rotatedAt, manualRotations: 0, revocations: 0 },
        },
      ],
    },
  });
const remind = (more: { asOf?: string; dryRun?: true; rotatedAt?: string } = {}): Promise<Reminders> => {
  const { asOf = "2026-12-01T09:00:00Z", rotatedAt = "2026-11-01T00:00:00.000Z", dryRun } = more;
  const engine = { cwd, env } as Engine;
  return remindersOf("dev", engine, { within: 14, asOf: new Date(asOf), dryRun }, state(rotatedAt));
};
const line =
  'team hands: trigger on ONE/api ends on 2026-12-10 (ana): move its "until" in access.yaml, by a pull request';

test("what ends is told once, and again once it ends on another day", async () => {
  const first = await remind();
  expect(textOf(first)).toBe(`dev: 1 ends within 14 days\n  ${line}\ntold: ROTATION_ALERT_URL`);
  expect(posted().map(({ text }) => text)).toEqual([`dev: ends soon\n${line}`]);
  expect(textOf(await remind())).toBe(
    "dev: nothing new ends within 14 days; of 1 more somebody was told before",
  );
  await grants("2026-12-12");
  expect((await remind()).news.map(({ until }) => until)).toEqual(["2026-12-12"]);
  expect(posted()).toHaveLength(2);
  const { problems, entries } = readTrail(join(cwd, ".local", "audit"));
  expect([problems, entries.map(({ act }) => act)]).toEqual([[], ["began", "ended", "began", "ended"]]);
  expect(JSON.stringify(entries)).not.toContain("secret-of-the-hook");
});

test("the next review is told once, also where it is late, and again once one has been", async () => {
  const review = async (last: string) => {
    const text = await readFile(join(cwd, "access.yaml"), "utf8");
    const rest = text.replace(/^review:.*\n/m, "");
    await writeFile(join(cwd, "access.yaml"), `review: { last: ${last}, every: 90 days }\n${rest}`);
  };
  const due = (day: string) =>
    `the time for the next access review ends on ${day} (ana, ben): npm run evidence makes its worksheet; then set review.last in access.yaml, by a pull request`;
  await grants("2027-06-30");
  await review("2026-09-10");
  expect(textOf(await remind())).toBe(
    `dev: 1 ends within 14 days\n  ${due("2026-12-09")}\ntold: ROTATION_ALERT_URL`,
  );
  expect((await remind()).news).toEqual([]);
  expect((await remind({ asOf: "2027-01-20T09:00:00Z", rotatedAt: "2027-01-01T00:00:00Z" })).news).toEqual(
    [],
  );
  await review("2026-08-01");
  expect((await remind()).news.map(lineOf)).toEqual([due("2026-10-30")]);
  await review("2026-11-30");
  expect((await remind()).news).toEqual([]);
  expect(posted()).toHaveLength(2);
});

test("a message that did not arrive is sent again, and the address is not shown", async () => {
  listener.reply = () => ({ status: 500 });
  expect((await remind()).problems).toEqual(["nobody was told at ROTATION_ALERT_URL: it answered 500"]);
  listener.reply = () => ({ status: 200 });
  expect((await remind()).told).toEqual(["ROTATION_ALERT_URL"]);
});

test("where nobody can be told that is said, and nothing is remembered", async () => {
  env = { ...env, ROTATION_ALERT_URL: "" };
  expect(await remind()).toMatchObject({
    news: [expect.anything()],
    told: [],
    problems: [
      "nobody was told, so the next run says it again: no pipeline runs this, and ROTATION_ALERT_URL is not set",
    ],
  });
  expect(readTrail(join(cwd, ".local", "audit")).entries).toEqual([]);
});

test("a rehearsal tells nobody", async () => {
  expect(await remind({ dryRun: true })).toMatchObject({ news: [expect.anything()], told: [], problems: [] });
  expect([posted(), readTrail(join(cwd, ".local", "audit")).entries]).toEqual([[], []]);
});

test("in a pipeline the commit gets a report", async () => {
  env = {
    ...env,
    ROTATION_ALERT_URL: "",
    BITBUCKET_WORKSPACE: "lab",
    BITBUCKET_REPO_SLUG: "alpha",
    BITBUCKET_COMMIT: commit,
  };
  expect((await remind()).told).toEqual([`the commit ${commit.slice(0, 12)}`]);
  const at = `/2.0/repositories/lab/alpha/commit/${commit}/reports/reminders-dev`;
  expect((await lab.as("admin").get(at)).json).toMatchObject({ details: line, result: "PENDING" });
});

// 90 days of signing keys, and three of grace.
test.each([
  ["2026-09-10T00:00:00.000Z", []],
  ["2026-09-01T00:00:00.000Z", ["signing keys signing-keys of dev, due since 2026-11-30 ends on 2026-12-03"]],
  ["2026-08-28T00:00:00.000Z", []],
])("keys that rotated at %s, on the first of December", async (rotatedAt, expected) => {
  const { news } = await remind({ rotatedAt });
  expect(
    news.filter(({ kind }) => kind === "secret").map(({ what, until }) => `${what} ends on ${until}`),
  ).toEqual(expected);
});
