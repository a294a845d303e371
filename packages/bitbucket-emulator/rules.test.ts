import { type RestrictionKind } from "./contract";
import { type PullRequest } from "./code";
import { type Plan, type Repository, type State } from "./entities";
import { isAdministrator, projectPermission, repositoryPermission } from "./permissionRules";
import { deleteRefusal, deployRefusal, mergeRefusal, pushRefusal, unmetChecks } from "./rules";
import { tipOf } from "./git/bare";
import { stateOf } from "./seed";
import { labSeed, people, type Person } from "./testing/lab";

interface Extra {
  readonly plan?: Plan;
  readonly restrictions?: NonNullable<
    NonNullable<ReturnType<typeof labSeed>["repositories"]>[number]["restrictions"]
  >;
  readonly users?: Record<string, "read" | "write" | "admin">;
}

/** The small workspace, with more on its repository alpha. */
function world({ plan = "premium", restrictions = [], users = {} }: Extra = {}): {
  readonly state: State;
  readonly alpha: Repository;
  readonly uuid: (person: Person) => string;
} {
  const seed = labSeed();
  const [alpha, ...others] = seed.repositories ?? [];
  const state = stateOf({
    ...seed,
    workspace: { ...seed.workspace, plan },
    repositories: [{ ...alpha!, restrictions, grants: { users } }, ...others],
  });
  return {
    state,
    alpha: state.repositories[0]!,
    uuid: (person) => state.accounts.find((account) => account.email === people[person])!.uuid,
  };
}

describe("the highest of workspace, project and repository wins", () => {
  test.each([
    ["admin", {}, "admin"],
    ["ann", {}, "write"],
    ["ann", { [people.ann]: "read" }, "write"],
    ["ann", { [people.ann]: "admin" }, "admin"],
    ["bob", {}, "read"],
    ["bob", { [people.bob]: "write" }, "write"],
    ["cas", {}, undefined],
    ["eve", { [people.eve]: "admin" }, undefined],
  ] as const)("%s with %j has %s", (person, users, expected) => {
    const { state, alpha, uuid } = world({ users });
    expect(repositoryPermission(state, alpha, uuid(person))).toBe(expected);
  });

  test("create-repo on a project is write on its repositories", () => {
    const { state, alpha, uuid } = world();
    state.projects[0]!.grants.users = [{ holder: uuid("cas"), permission: "create-repo" }];
    expect(repositoryPermission(state, alpha, uuid("cas"))).toBe("write");
    expect(projectPermission(state, state.projects[0]!, uuid("cas"))).toBe("create-repo");
  });
});

test("who has left the workspace administers nothing, though still in the group", () => {
  const { state, alpha, uuid } = world();
  state.groups.find(({ slug }) => slug === "administrators")!.members.push(uuid("eve"));
  expect(isAdministrator(state, uuid("admin"))).toBe(true);
  expect(isAdministrator(state, uuid("eve"))).toBe(false);
  expect(projectPermission(state, state.projects[0]!, uuid("eve"))).toBeUndefined();
  expect(repositoryPermission(state, alpha, uuid("eve"))).toBeUndefined();
});

describe("push and delete", () => {
  const restrict = (
    kind: RestrictionKind,
    holders: { users?: string[]; groups?: string[] } = {},
    pattern = "main",
  ) => ({ kind, pattern, ...holders });

  test.each([
    ["ann", [], undefined],
    ["bob", [], "write permission on alpha is needed"],
    ["ann", [restrict("push")], "pushing to main is restricted to others"],
    ["admin", [restrict("push")], "pushing to main is restricted to others"],
    ["ann", [restrict("push", {}, "release/*")], undefined],
    ["ann", [restrict("push", { groups: ["writers"] })], undefined],
    ["ann", [restrict("push", { users: [people.ann] })], undefined],
    [
      "ann",
      [restrict("push", { users: [people.ann] }), restrict("push", {}, "*")],
      "pushing to main is restricted to others",
    ],
    ["ann", [restrict("restrict_merges")], undefined],
  ] as const)("%s, restricted by %j: %s", (person, restrictions, refusal) => {
    const { state, alpha, uuid } = world({ restrictions: [...restrictions] });
    expect(pushRefusal(state, alpha, uuid(person), "main")).toBe(refusal);
  });

  test("a delete restriction spares nobody", () => {
    const { state, alpha, uuid } = world({ restrictions: [restrict("delete")] });
    expect(deleteRefusal(state, alpha, uuid("admin"), "main")).toBe("deleting main is restricted");
    expect(deleteRefusal(state, alpha, uuid("ann"), "other")).toBeUndefined();
  });
});

describe("merge", () => {
  const request = (author: string, approvals: string[]): PullRequest => ({
    id: 1,
    title: "t",
    description: "",
    author,
    source: "main",
    destination: "main",
    closeSourceBranch: false,
    createdOn: "",
    updatedOn: "",
    state: "OPEN",
    approvals,
  });
  const approvals = { kind: "require_approvals_to_merge", pattern: "main", value: 1 } as const;
  const enforce = { kind: "enforce_merge_checks", pattern: "main" } as const;

  test.each([
    ["a writer where nothing is restricted", "ann", [], undefined],
    ["a reader", "bob", [], "write permission on alpha is needed"],
    [
      "nobody listed",
      "admin",
      [{ kind: "restrict_merges", pattern: "main" }],
      "merging into main is restricted to others",
    ],
    ["listed", "ann", [{ kind: "restrict_merges", pattern: "main", groups: ["writers"] }], undefined],
    ["checks that only warn", "ann", [approvals], undefined],
    ["checks that are enforced", "ann", [approvals, enforce], "merge checks are not met: 0 of 1 approvals"],
  ] as const)("%s", (_, person, restrictions, refusal) => {
    const { state, alpha, uuid } = world({
      restrictions: [...restrictions].map((each) => ({
        ...each,
        groups: "groups" in each ? [...each.groups] : [],
      })),
    });
    expect(mergeRefusal(state, alpha, uuid(person), request(uuid(person), []))).toBe(refusal);
  });

  test("without the Premium plan checks only warn", () => {
    const { state, alpha, uuid } = world({ plan: "standard", restrictions: [approvals, enforce] });
    expect(mergeRefusal(state, alpha, uuid("ann"), request(uuid("ann"), []))).toBeUndefined();
  });

  test("approvals of others and successful builds of the source's tip count", () => {
    const builds = { kind: "require_passing_builds_to_merge", pattern: "main", value: 1 } as const;
    const { alpha, uuid } = world({ restrictions: [approvals, builds] });
    expect(unmetChecks(alpha, request(uuid("ann"), [uuid("ann")]))).toEqual([
      "0 of 1 approvals",
      "0 of 1 successful builds",
    ]);
    alpha.pipelines.push({
      uuid: "{1}",
      number: 1,
      creator: uuid("ann"),
      branch: "main",
      commit: tipOf(alpha, "main")!,
      selector: { type: "default" },
      variables: [],
      createdOn: "",
      status: "SUCCESSFUL",
      steps: [],
    });
    expect(unmetChecks(alpha, request(uuid("ann"), [uuid("bob")]))).toEqual([]);
  });
});

describe("deploy", () => {
  const environment = (adminOnly: boolean) => ({
    uuid: "{1}",
    name: "prod",
    type: "Production" as const,
    adminOnly,
    createdOn: "",
    variables: [],
  });

  test.each([
    ["ann", false, undefined],
    ["bob", false, "write permission on alpha is needed"],
    ["ann", true, "only administrators of alpha may deploy to prod"],
    ["admin", true, undefined],
  ] as const)("%s, administrators only: %s → %s", (person, adminOnly, refusal) => {
    const { state, alpha, uuid } = world();
    expect(deployRefusal(state, alpha, uuid(person), environment(adminOnly))).toBe(refusal);
  });
});
