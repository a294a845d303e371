import type { EngineStep } from "../../engine/steps";
import { isRemoval } from "./removal";

const step = (type: string, before?: object, after?: object, op = "update"): EngineStep => ({
  op,
  urn: `urn:pulumi:prod::bitbucket-keycloak::acme:index:WorkspaceAccess$${type}::it`,
  ...(before && { oldState: { type, inputs: before as Record<string, unknown> } }),
  ...(after && { newState: { type, inputs: after as Record<string, unknown> } }),
});
const permissions = "bitbucket:index:RepositoryPermissions";
const group = (name: string, permission: string) => ({ group: name, permission });
const restrictions = "bitbucket:index:BranchRestrictions";
const roles = "keycloak:index/groupRoles:GroupRoles";
const merges = (...groups: string[]) => ({ kind: "restrict_merges", pattern: "main", groups, users: [] });
const push = { kind: "push", pattern: "main", groups: [], users: [] };
const list = (...all: object[]) => ({ workspace: "acme", restrictions: all });
const held = (...holders: object[]) => ({ workspace: "acme", holders });

test.each([
  ["a holder goes", permissions, held(group("a", "write"), group("b", "read")), held(group("b", "read"))],
  ["a holder may do less", permissions, held(group("a", "admin")), held(group("a", "read"))],
  ["somebody merges no more", restrictions, list(push, merges("a", "b")), list(merges("a"), push)],
  ["nobody merges any more", restrictions, list(merges("a")), list(merges())],
  ["a role goes", roles, { groupId: "1", roleIds: ["x", "y"] }, { groupId: "1", roleIds: ["y"] }],
  ["a role holds less", "keycloak:index/role:Role", { compositeRoles: ["x"] }, { compositeRoles: [] }],
])("takes away: %s", (_, type, before, after) => {
  expect(isRemoval(step(type, before, after))).toBe(true);
  expect(isRemoval(step(type, after, before))).toBe(false);
});

test.each([
  ["another holder instead", permissions, held(group("a", "write")), held(group("b", "read"))],
  ["another workspace", permissions, held(group("a", "write")), { ...held(), workspace: "other" }],
  ["a gate goes", restrictions, list(push, merges("a")), list(merges("a"))],
  ["a gate is of another branch", restrictions, list(push), list({ ...push, pattern: "x" })],
  [
    "a client's redirect goes",
    "keycloak:openid/client:Client",
    { validRedirectUris: ["x"] },
    { validRedirectUris: [] },
  ],
])("does something else: %s", (_, type, before, after) => {
  expect(isRemoval(step(type, before, after))).toBe(false);
});

test("what holds rights may go as a whole, a gate may not, and nothing is made or replaced", () => {
  const types = ["keycloak:index/role:Role", roles, permissions, restrictions, "keycloak:index/user:User"];
  const gone = types.map((type) => isRemoval(step(type, {}, undefined, "delete")));
  expect(gone).toEqual([true, true, true, false, false]);
  for (const op of ["create", "replace", "create-replacement"])
    expect(isRemoval(step(permissions, held(group("a", "read")), held(), op))).toBe(false);
});
