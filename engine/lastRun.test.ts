import { encodeBaseline, type Model } from "../access";
import { companyText, modelOf, settingsFor, withGrants } from "../access/testing/company";
import type { ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { lastRunOf, type LastRun } from "./lastRun";

const asOf = new Date("2026-06-15T12:00:00Z");
const commit = "0123456789abcdef";
const role = (name: string): ResourceState => ({
  urn: `urn:${name}`,
  type: "keycloak:index/role:Role",
  id: `id of ${name}`,
  inputs: { name },
});
const named = (type: string, name: string): ResourceState => ({
  urn: `urn:pulumi:dev::p::${type}::${name}`,
  type,
  id: `id of ${name}`,
});
const schedule = (rotatedAt: string): ResourceState => ({
  urn: "urn:pulumi:dev::p::rotation:index:Schedule::api.dev",
  type: "rotation:index:Schedule",
  inputs: { rotation: 1, rotatedAt, manualRotations: 0, revocations: 0 },
});

interface Left {
  readonly model?: Model;
  readonly commit?: string;
  readonly baseline?: string;
  readonly more?: readonly ResourceState[];
}

/** What is known where a run left this, and that is declared and checked out now. */
function lastRun(left: Left, now: { model?: Model; commit?: string; asOf?: Date } = {}): LastRun {
  const { model = modelOf(companyText), more = [] } = left;
  const baseline =
    left.baseline ??
    encodeBaseline({
      model,
      settings: settingsFor("dev"),
      asOf: "2026-06-15",
      commit: left.commit ?? commit,
    });
  const stack = { urn: "urn:stack", type: "pulumi:pulumi:Stack", outputs: { baseline } };
  return lastRunOf({
    model: modelOf(companyText),
    settings: settingsFor("dev"),
    asOf,
    commit,
    ...now,
    resources: [
      stack,
      role("trigger:ONE"),
      named("keycloak:index/group:Group", "makers"),
      ...["ben", "cem"].map((username) => named("keycloak:index/user:User", username)),
      ...more,
    ],
  });
}

test("nothing waits where the same commit is checked out, and time has changed nothing", () => {
  expect(lastRun({}).isCurrent).toBe(true);
});

test.each<[string, LastRun]>([
  ["another commit is checked out", lastRun({ commit: "fedcba9876543210" })],
  ["files differ from their commit", lastRun({ commit: `${commit}+` }, { commit: `${commit}+` })],
  ["nobody knows of a commit", lastRun({}, { commit: undefined })],
  [
    "a grant has ended since",
    lastRun(
      { model: modelOf(withGrants("team: guests, can: [read], on: TWO, until: 2026-06-15")) },
      {
        model: modelOf(withGrants("team: guests, can: [read], on: TWO, until: 2026-06-15")),
        asOf: new Date("2026-06-16T00:00:00Z"),
      },
    ),
  ],
  ["a credential is due", lastRun({ more: [schedule("2020-01-01T00:00:00Z")] })],
  ["no run has come to its end", lastRun({ baseline: "of another version" })],
])("something may wait where %s", (_, { isCurrent }) => {
  expect(isCurrent).toBe(false);
});

test("what the last run declared follows from its own model, not from the one of now", () => {
  const { resources } = lastRun({}, { model: modelOf(withGrants("team: guests, can: [read], on: TWO")) });
  const of = (type: string, name: string) =>
    resources.find((one) => one.type === type && one.name === name)?.inputs;
  expect(of("bitbucket:index:ProjectPermissions", "TWO")).toEqual({ project: "TWO", holders: [] });
  expect(of("bitbucket:index:ProjectPermissions", "ONE")).toEqual({
    project: "ONE",
    holders: [
      { group: "hands", permission: "write" },
      { group: "leads", permission: "write" },
      { group: "makers", permission: "write" },
    ],
  });
  expect(of("keycloak:index/groupRoles:GroupRoles", "makers")).toEqual({ roleIds: ["id of trigger:ONE"] });
  const members = "keycloak-identity:index:Members";
  expect(of(members, "hands")).toEqual({ userIds: ["id of ben", "id of cem"] });
  expect(of(members, "makers")).toBeUndefined();
  expect(of("keycloak-identity:index:GroupParent", "hands")).toEqual({ parentId: "id of makers" });
  expect(of("keycloak-identity:index:GroupParent", "makers")).toEqual({});
  expect(of("keycloak-identity:index:Profile", "ben")).toEqual({
    username: "ben",
    email: "ben@small.example",
  });
  expect(of("bitbucket:index:Deployment", "api.dev")).toEqual({
    ...{ repository: "api", name: "dev", type: "Test", adminOnly: false },
  });
});

test("where no run has come to its end, nothing is known", () => {
  expect(lastRun({ baseline: "of another version" })).toEqual({ isCurrent: false, resources: [] });
});

test("what waits to be renamed is known by both names, with what it was declared with", () => {
  const model = modelOf(
    companyText
      .replaceAll("hands", "fingers")
      .replace("fingers: {", "fingers: { previously: hands,")
      .replace("guests: {", "guests: { group: visitors,"),
  );
  const { resources } = lastRun({}, { model });
  const named = (name: string) => resources.filter((one) => one.name === name);
  expect(named("fingers")).toStrictEqual(named("hands").map((one) => ({ ...one, name: "fingers" })));
  expect(named("hands").map(({ type }) => type)).toStrictEqual([
    "bitbucket:index:Group",
    "keycloak:index/group:Group",
    "keycloak-identity:index:GroupParent",
    "keycloak:index/groupRoles:GroupRoles",
    "keycloak-identity:index:Members",
  ]);
});
