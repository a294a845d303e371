import type { ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { settingsFor } from "../../access/testing/company";
import { parseStackFile, type ManualRotation } from "../../access";
import { reportOf, textOf } from "../../engine/rotations/report";
import { withRotation } from "./stackFile";
import { apiTokenOf, dueOf, rotatablesOf } from "../../engine/rotations/status";

const settings = settingsFor("dev");
const urn = (type: string, name: string) =>
  `urn:pulumi:dev::bitbucket-keycloak::a:b:Component$${type}::${name}`;
const schedule = (
  name: string,
  rotatedAt: string,
  done = { manualRotations: 0, revocations: 0 },
): ResourceState => ({
  urn: urn("rotation:index:Schedule", name),
  type: "rotation:index:Schedule",
  inputs: { rotation: Number(rotatedAt.slice(5, 7)), rotatedAt, ...done },
});
const resource = (type: string, name: string): ResourceState => ({ urn: urn(type, name), type });
const password = "random:index/randomPassword:RandomPassword";
const client = "keycloak:openid/client:Client";
const state: ResourceState[] = [
  schedule("api.dev", "2026-05-20T00:00:00.000Z"),
  schedule("web.dev", "2026-05-01T00:00:00.000Z"),
  schedule("signing-keys", "2026-05-01T00:00:00.000Z"),
  ...["a", "b"].flatMap((slot) => [
    resource(password, `api.dev-${slot}`),
    resource(client, `api.dev-${slot}`),
  ]),
  resource(client, "api.dev-c"),
  resource(client, "api.dev"),
  resource("keycloak:index/group:Group", "api.dev-a"),
  resource("bitbucket:index:DeploymentVariables", "api.dev"),
  resource("keycloak:index/realmKeystoreEcdsaGenerated:RealmKeystoreEcdsaGenerated", "signing-keys-es256-2"),
  schedule("sign-in", "2026-01-01T00:00:00.000Z"),
  ...["a", "b"].map((slot) => resource(client, `sign-in-${slot}`)),
];
const asOf = new Date("2026-06-01T12:00:00Z");

test("what rotates is read from the state, the oldest first, each with all that a rotation of it changes", () => {
  const all = rotatablesOf(state, settings);
  expect(all.map(({ name, kind, limitDays }) => [name, kind, limitDays])).toEqual([
    ["sign-in", "sign-in secret", undefined],
    ["signing-keys", "signing keys", 93],
    ["web.dev", "credential", 33],
    ["api.dev", "credential", 33],
  ]);
  const names = (of: string) =>
    all.find(({ name }) => name === of)?.urns.map((one) => one.split("$")[1]?.split("::").join(" "));
  expect(names("api.dev")).toEqual([
    "rotation:index:Schedule api.dev",
    `${password} api.dev-a`,
    `${client} api.dev-a`,
    `${password} api.dev-b`,
    `${client} api.dev-b`,
    `${client} api.dev`,
    "bitbucket:index:DeploymentVariables api.dev",
  ]);
  expect(names("signing-keys")).toHaveLength(2);
});

test("due is what is past its period, and what somebody asked for and no run has done", () => {
  const rotations = {
    "api.dev": { manualRotations: 1, revocations: 1, reason: "printed into a log" },
    "web.dev": { manualRotations: 0, revocations: 0, reason: "" },
  };
  expect(dueOf(rotatablesOf(state, settings), { ...settings, rotations }, asOf)).toEqual([
    { name: "web.dev", reason: "since 2026-05-31T00:00:00.000Z" },
    { name: "api.dev", reason: "by hand: printed into a log" },
  ]);
  const rotated = schedule("api.dev", "2026-05-20T00:00:00.000Z", { manualRotations: 1, revocations: 0 });
  expect(dueOf(rotatablesOf([rotated], settings), { ...settings, rotations }, asOf)).toEqual([
    { name: "api.dev", reason: "to be ended: printed into a log" },
  ]);
});

test("a report tells ages before and after, and what is older than its limit", () => {
  const before = rotatablesOf(state, settings);
  const rotated = state.map((one) =>
    one.urn.endsWith("::web.dev") ? schedule("web.dev", "2026-06-01T12:00:00.000Z") : one,
  );
  const after = rotatablesOf(rotated, settings);
  const late = new Date("2026-06-25T00:00:00Z");
  const apiToken = apiTokenOf("2026-06-27", late);
  const report = reportOf({ stack: "dev", settings, asOf: late, before, after, apiToken });
  expect(report).toMatchObject({
    rotated: ["web.dev"],
    due: [{ name: "api.dev" }],
    overdue: ["api.dev"],
  });
  expect(report.ages.at(-1)).toEqual({
    name: "web.dev",
    kind: "credential",
    rotatedAt: "2026-06-01T12:00:00.000Z",
    ageDays: 23.5,
    limitDays: 33,
    ageDaysBefore: 55,
  });
  expect(textOf(report)).toMatchSnapshot();
});

test.each<[string, string, number | undefined, boolean]>([
  ["unknown", "2026-06-25", undefined, false],
  ["2026-12-31", "2026-06-25", 189, false],
  ["2026-07-26", "2026-06-25", 31, false],
  ["2026-07-25", "2026-06-25", 30, true],
  ["2026-06-25", "2026-06-25", 0, true],
  ["2026-06-24", "2026-06-25", -1, true],
])("an API token that ends on %s, on %s: %s days left, said: %s", (expires, today, daysLeft, isSaid) => {
  const token = apiTokenOf(expires, new Date(`${today}T09:00:00Z`));
  expect([token.daysLeft, token.warning !== undefined]).toEqual([daysLeft, isSaid]);
});

test("a rotation by hand is written into the stack file, and nothing else changes there", () => {
  const text = readFileSync(join(__dirname, "../../stacks/Pulumi.prod.yaml"), "utf8");
  const byHand = (rotation: ManualRotation) => ({ change: { rotations: { "api.prod": rotation } } });
  const once = withRotation(
    text,
    "f",
    byHand({ manualRotations: 1, revocations: 1, reason: "printed into a log" }),
  );
  const added = once.split("\n").filter((line) => !text.split("\n").includes(line));
  expect(added).toEqual([
    "  bitbucket-keycloak:rotations:",
    "    api.prod: { manualRotations: 1, revocations: 1, reason: printed into a log }",
  ]);
  const read = parseStackFile(
    withRotation(
      once,
      "f",
      byHand({ manualRotations: 2, revocations: 1, reason: 'seen in "a: chat" # {x}' }),
    ),
    "f",
  );
  expect(read.ok && read.settings.rotations).toEqual({
    "api.prod": { manualRotations: 2, revocations: 1, reason: 'seen in "a: chat" # {x}' },
  });
  for (const reason of ["2027-06-30", "0o17", "yes", "null"]) {
    const again = parseStackFile(
      withRotation(once, "f", byHand({ manualRotations: 2, revocations: 1, reason })),
      "f",
    );
    expect(again.ok && again.settings.rotations["api.prod"]?.reason).toBe(reason);
  }
  const samlKey = { newest: 1, signing: 0, reason: "ends next year" };
  const withKey = withRotation(once, "f", { change: { samlKey } });
  expect(withKey.split("\n").filter((line) => !once.split("\n").includes(line))).toEqual([
    "  bitbucket-keycloak:samlKey: { newest: 1, signing: 0, reason: ends next year }",
  ]);
});
