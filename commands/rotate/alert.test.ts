/** Who is told what is older than its limit, against the emulator and an address that listens. */
import { startLab, tokenOf, people, type Lab } from "@bitbucket-keycloak/bitbucket-emulator/testing/lab";
import { startServer, type Server } from "@bitbucket-keycloak/http/testing/server";
import { insightsOf, tell } from "./alert";
import type { Report } from "../../engine/rotations/report";

const age = { kind: "credential", rotatedAt: "2026-05-01T00:00:00.000Z", ageDaysBefore: 40 } as const;
const fine: Report = {
  stack: "dev",
  asOf: "2026-06-10T00:00:00.000Z",
  rotated: ["web.dev"],
  due: [],
  ages: [{ ...age, name: "web.dev", ageDays: 0, limitDays: 33 }],
  apiToken: { expires: "unknown" },
  overdue: [],
  notes: [],
};
const late: Report = {
  ...fine,
  ages: [...fine.ages, { ...age, name: "api.dev", ageDays: 40, limitDays: 33 }],
  overdue: ["api.dev"],
};

let lab: Lab;
let commit: string;
let env: NodeJS.ProcessEnv;
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
  env = {
    BITBUCKET_EMAIL: people.admin,
    BITBUCKET_API_TOKEN: tokenOf("admin"),
    ROTATION_ALERT_URL: `${listener.url}/secret-of-the-hook`,
  };
});
afterEach(() => listener.close());

const url = () => lab.emulator.url;
const inPipeline = () => ({
  ...env,
  BITBUCKET_WORKSPACE: "lab",
  BITBUCKET_REPO_SLUG: "alpha",
  BITBUCKET_COMMIT: commit,
});
const reports = async () =>
  (
    (await lab.as("admin").get(`/2.0/repositories/lab/alpha/commit/${commit}/reports`)).json as {
      values: { external_id: string; result: string; details: string }[];
    }
  ).values.map(({ external_id, result, details }) => ({ external_id, result, details }));

test("what is older than its limit is posted, with its age, and nothing else", async () => {
  expect(await tell({ report: late }, url(), env)).toEqual([]);
  expect(posted()).toEqual([
    {
      text: "dev: older than their limit: api.dev",
      stack: "dev",
      asOf: "2026-06-10T00:00:00.000Z",
      overdue: [{ ...age, name: "api.dev", ageDays: 40, limitDays: 33 }],
      failed: false,
    },
  ]);
});

test("nobody is bothered by what is fine", async () => {
  expect(await tell({ report: fine }, url(), env)).toEqual([]);
  expect(posted()).toEqual([]);
});

test("in a pipeline the commit gets a report, which the next run's takes the place of", async () => {
  expect(await tell({ report: late, failure: "the engine failed" }, url(), inPipeline())).toEqual([]);
  expect(await reports()).toEqual([
    {
      external_id: "rotation-dev",
      result: "FAILED",
      details: "older than their limit: api.dev; the run failed; its log says why",
    },
  ]);
  expect(await tell({ report: fine }, url(), inPipeline())).toEqual([]);
  expect(await reports()).toEqual([
    { external_id: "rotation-dev", result: "PASSED", details: "nothing is older than its limit" },
  ]);
});

test("a run that failed is no report of something fine", () => {
  expect(insightsOf({ report: fine, failure: "F" })).toMatchObject({ result: "FAILED" });
  expect(insightsOf({ report: fine })).toMatchObject({ result: "PASSED" });
});

test("what could not be told is said, without the address", async () => {
  listener.reply = () => ({ status: 500 });
  expect(await tell({ report: late }, url(), env)).toEqual([
    "nobody was told at ROTATION_ALERT_URL: it answered 500",
  ]);
  const plain = { ...env, ROTATION_ALERT_URL: "http://hooks.example/secret-of-the-hook" };
  expect(await tell({ report: late }, url(), plain)).toEqual([
    "nobody was told: ROTATION_ALERT_URL holds no https address; set it to one, or take it out",
  ]);
  const gone = { ...inPipeline(), BITBUCKET_COMMIT: "0".repeat(40), ROTATION_ALERT_URL: "" };
  expect(await tell({ report: late }, url(), gone)).toEqual([
    expect.stringMatching(/^the commit 0{40} got no report: /),
  ]);
});
