import { parseAccess } from "../../../access";
import { propose } from "../../../access/adopt/propose/propose";
import { foundCompany } from "../../../access/testing/found";
import { statusOf } from "./status";

const { text, report } = propose(foundCompany, { environment: "prod", plan: "premium" });
const read = parseAccess(text, "access.yaml");
const model = read.ok ? read.model : undefined;
const identity = {
  urn: "urn:pulumi:main::bitbucket-keycloak::bitbucket:index:ProjectIdentity::APP",
  type: "bitbucket:index:ProjectIdentity",
  inputs: { project: "APP" },
  retainOnDelete: true,
};

test("without a file nothing is declared", () => {
  expect(statusOf(foundCompany, report, undefined, [])).toEqual({
    projects: { owned: [], observed: [], declared: [], undeclared: ["APP"] },
    repositories: { owned: 0, observed: 0 },
    teams: { owned: 0, observed: 0 },
    people: { covered: 2, all: 2 },
    waiting: 0,
    open: {
      decisions: 0,
      findings: {
        "administrator whom the realm does not have": 1,
        "branching model": 1,
        "mergers where permissions are observed": 1,
        "members differ": 1,
      },
    },
  });
});

test("what is observed is no owned project, and what is taken waits for its deploy", () => {
  const { projects, repositories, teams, waiting } = statusOf(foundCompany, report, model, [identity]);
  expect(projects).toEqual({ owned: [], observed: ["APP"], declared: [], undeclared: [] });
  expect(repositories).toEqual({ owned: 0, observed: 2 });
  expect(teams).toEqual({ owned: 1, observed: 1 });
  expect(waiting).toBe(1);
});

test("a project is owned once it is in the state; a right that was found and ends is a decision", () => {
  if (model === undefined) throw new Error("the proposal is well formed");
  const owned = {
    ...model,
    repositories: model.repositories.map(({ observed, ...one }) => ({ ...one, observed: observed && [] })),
    grants: [
      { subject: { kind: "person" as const, name: "ben" }, can: ["read" as const], on: ["APP"], until: "2026-09-13", reason: "found at adoption" }, // prettier-ignore
    ],
  };
  expect(statusOf(foundCompany, report, owned, []).projects.declared).toEqual(["APP"]);
  const { projects, open } = statusOf(foundCompany, report, owned, [identity]);
  expect([projects.owned, open.decisions]).toEqual([["APP"], 1]);
});
