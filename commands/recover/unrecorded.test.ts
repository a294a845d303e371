import type { ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import type { KeycloakAdmin } from "../../clients/keycloak";
import type { PendingCreate, Systems } from "./pending";
import { isGone, looksDeclared, mayBeOurs, mended, planOf, type Doomed } from "./unrecorded";
import { parent, provider, urn } from "./testing/urns";

const realmType = "keycloak:index/realm:Realm";

const group: PendingCreate = {
  urn: urn("keycloak:index/group:Group", "payments"),
  type: "keycloak:index/group:Group",
  name: "payments",
  parent,
  provider,
  inputs: { realmId: "acme", name: "payments" },
};
const realm: PendingCreate = {
  ...group,
  urn: urn(realmType, "realm"),
  type: realmType,
  name: "realm",
  inputs: { realm: "acme", displayName: "Acme (dev)", attributes: { owners: "Ana <ana@acme.example>" } },
};

/** A state that holds these, with the ids of those that have one. */
const stateOf = (...resources: ResourceState[]) => ({ version: 3, deployment: { resources } });
const recordedParent = { urn: parent, type: "bitbucket-keycloak:index:Teams" };
const recordedProvider = {
  urn: urn("pulumi:providers:keycloak", "keycloak"),
  type: "pulumi:providers:keycloak",
};
const recordedRealm = { urn: urn(realmType, "realm"), type: realmType, id: "acme" };

/** Keycloak with these paths, by realm. */
function keycloakWith(answers: Record<string, unknown>): Systems {
  return {
    keycloak: (name: string) =>
      ({ get: (path: string) => Promise.resolve(answers[`${name}/${path}`]) }) as unknown as KeycloakAdmin,
  } as Systems;
}

test("a plan is what a preview would make and delete; nothing else of it", () => {
  const { urn: name, type, inputs } = group;
  const state = { urn: name, type, inputs, parent, provider };
  const steps = [
    { op: "same", urn: name, oldState: state, newState: state },
    { op: "update", urn: name, oldState: state, newState: state },
    { op: "create-replacement", urn: name, newState: state },
    { op: "create", urn: name, newState: state },
    { op: "delete", urn: name, oldState: { ...state, id: "7" } },
  ];
  expect(planOf(`a warning\n${JSON.stringify({ steps })}`)).toEqual({
    creates: [group],
    deletes: [{ urn: name, type, name: "payments", id: "7", inputs }],
  });
  expect(planOf("{}")).toEqual({ creates: [], deletes: [] });
});

describe("what Keycloak has under the name of something that the next run would make", () => {
  test("is ours in a realm that this stack made", () => {
    expect(mayBeOurs(group, stateOf(recordedParent, recordedProvider, recordedRealm))).toBe(true);
  });

  test("may name its realm in its own way", () => {
    const { realmId: realm, ...inputs } = group.inputs;
    const provider = { ...group, inputs: { ...inputs, realm } };
    expect(mayBeOurs(provider, stateOf(recordedParent, recordedProvider, recordedRealm))).toBe(true);
  });

  test("is not in another realm, nor where the realm is not known yet", () => {
    const other = { ...recordedRealm, id: "other" };
    expect(mayBeOurs(group, stateOf(recordedParent, recordedProvider, other))).toBe(false);
    expect(mayBeOurs(group, stateOf(recordedParent, recordedProvider))).toBe(false);
  });

  test("cannot be imported below a parent, or with a provider, that the state does not know", () => {
    expect(mayBeOurs(group, stateOf(recordedProvider, recordedRealm))).toBe(false);
    expect(mayBeOurs(group, stateOf(recordedParent, recordedRealm))).toBe(false);
  });

  test("is left to Bitbucket's plugin in Bitbucket", () => {
    const type = "bitbucket:index:Group";
    const state = stateOf(recordedParent, recordedProvider, recordedRealm);
    expect(mayBeOurs({ ...group, type }, state)).toBe(false);
  });
});

describe("a realm", () => {
  const there = { displayName: "Acme (dev)", attributes: { owners: "Ana <ana@acme.example>", other: "x" } };

  test("with the title and the owners that are declared is ours", async () => {
    expect(mayBeOurs(realm, stateOf(recordedParent, recordedProvider))).toBe(true);
    expect(await looksDeclared(realm, keycloakWith({ "acme/": there }))).toBe(true);
  });

  test.each([
    [{ ...there, displayName: "Acme" }],
    [{ ...there, attributes: { owners: "Eve <eve@other.example>" } }],
    [{ displayName: "Acme (dev)" }],
  ])("that looks so is somebody else's: %j", async (other) => {
    expect(await looksDeclared(realm, keycloakWith({ "acme/": other }))).toBe(false);
  });
});

describe("what the next run would delete", () => {
  const doomed = (type: string, inputs: Record<string, string> = {}, id = "7"): Doomed => ({
    urn: urn(type, "x"),
    type,
    name: "x",
    id,
    inputs: { realmId: "acme", ...inputs },
  });
  const mapper = "keycloak:openid/fullNameProtocolMapper:FullNameProtocolMapper";

  test.each<[Doomed, string]>([
    [doomed(realmType, {}, "acme"), "acme/"],
    [doomed("keycloak:openid/client:Client"), "acme/clients/7"],
    [doomed("keycloak:index/role:Role"), "acme/roles-by-id/7"],
    [doomed("keycloak:index/group:Group"), "acme/groups/7"],
    [doomed("keycloak:index/user:User"), "acme/users/7"],
    [
      { ...doomed("keycloak:oidc/identityProvider:IdentityProvider"), inputs: { realm: "acme", alias: "a" } },
      "acme/identity-provider/instances/a",
    ],
    [doomed(mapper, { clientId: "c" }), "acme/clients/c/protocol-mappers/models/7"],
    [doomed("keycloak:index/groupRoles:GroupRoles", { groupId: "g" }), "acme/groups/g"],
    [doomed("keycloak:index/userRoles:UserRoles", { userId: "u" }), "acme/users/u"],
    [doomed("keycloak:openid/clientDefaultScopes:ClientDefaultScopes", { clientId: "c" }), "acme/clients/c"],
  ])("%# is gone where Keycloak has nothing at its place", async (one, place) => {
    expect(await isGone(one, keycloakWith({ [place]: {} }))).toBe(false);
    expect(await isGone(one, keycloakWith({}))).toBe(true);
  });

  test.each([
    doomed("bitbucket:index:Group", { workspace: "acme", name: "crew" }),
    doomed("bitbucket:index:Deployment", { workspace: "acme", repository: "web", name: "prod" }),
  ])("%# is gone where Bitbucket does not have it", async (one) => {
    const bitbucketWith = (isThere: boolean) => {
      const exists = () => Promise.resolve(isThere);
      return { bitbucket: { groupExists: exists, environmentExists: exists } } as unknown as Systems;
    };
    expect(await isGone(one, bitbucketWith(true))).toBe(false);
    expect(await isGone(one, bitbucketWith(false))).toBe(true);
  });

  test("is left to the next run where nobody has to look", async () => {
    expect(await isGone(doomed("bitbucket:index:RepositoryPermissions"), keycloakWith({}))).toBe(false);
    expect(await isGone(doomed("random:index/randomPassword:RandomPassword"), keycloakWith({}))).toBe(false);
  });
});

test("a mended state lacks what is gone and what was pending, and keeps the rest", () => {
  const state = stateOf(recordedProvider, recordedRealm);
  const pending = {
    ...state,
    deployment: { ...state.deployment, pending_operations: [{ type: "deleting", resource: recordedRealm }] },
  };
  const gone = [{ ...recordedRealm, name: "realm", inputs: {} }];
  expect(mended(pending, gone)).toEqual({
    version: 3,
    deployment: { resources: [recordedProvider], pending_operations: [] },
  });
  const another = [{ ...recordedRealm, name: "realm", inputs: {}, id: "other" }];
  expect(mended(pending, another).deployment.resources).toEqual([recordedProvider, recordedRealm]);
});
