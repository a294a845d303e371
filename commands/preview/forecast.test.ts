import type { ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { forecastOf } from "./forecast";
import type { EngineStep } from "../../engine/steps";

const there = (name: string): ResourceState => ({ urn: `urn:${name}`, type: `bitbucket:index:${name}` });
const created = (name: string, inputs = {}): EngineStep => ({
  op: "create",
  urn: `urn:${name}`,
  newState: { type: `bitbucket:index:${name}`, inputs },
});
const nothing = forecastOf([], []);

test("a keyless pipeline costs what finding its issuer and its repository takes, and no write", () => {
  const keyless = forecastOf([there("PipelinesIssuer"), there("RepositoryIdentity")], []);
  expect([keyless.reads - nothing.reads, keyless.writes]).toEqual([2 * (1 + 1), 0]);
  const first = forecastOf([], [created("PipelinesIssuer"), created("RepositoryIdentity")]);
  expect([first.reads - nothing.reads, first.writes]).toEqual([1 + 1, 0]);
});

test("what is created costs a reading, and a write for each entry", () => {
  const holders = [
    { group: "a", permission: "read" },
    { group: "b", permission: "write" },
  ];
  const made = forecastOf([], [created("RepositoryPermissions", { holders })]);
  expect([made.reads - nothing.reads, made.writes]).toEqual([2, 2]);
});

test("what belongs to other packages costs nothing", () => {
  expect(forecastOf([{ type: "keycloak:index/realm:Realm" }], [])).toEqual(nothing);
});
