import type { KeycloakAdmin } from "../../clients/keycloak";
import {
  importFileOf,
  importIdOf,
  isPending,
  pendingCreates,
  takesTime,
  type PendingCreate,
  type Systems,
} from "./pending";
import { parent, provider, urn } from "./testing/urns";

const state = {
  version: 3,
  deployment: {
    resources: [{ urn: urn("pulumi:pulumi:Stack", "s"), type: "pulumi:pulumi:Stack" }],
    pending_operations: [
      {
        type: "creating",
        resource: {
          urn: urn("keycloak:index/group:Group", "payments"),
          type: "keycloak:index/group:Group",
          provider,
          parent,
          inputs: { realmId: "acme", name: "payments" },
        },
      },
      { type: "deleting", resource: { urn: urn("x:y:Z", "old"), type: "x:y:Z" } },
    ],
  },
};

test("only begun creates are looked up", () => {
  expect(pendingCreates(state)).toEqual([
    {
      urn: urn("keycloak:index/group:Group", "payments"),
      type: "keycloak:index/group:Group",
      name: "payments",
      parent,
      provider,
      inputs: { realmId: "acme", name: "payments" },
    },
  ]);
  expect(pendingCreates({ deployment: {} })).toEqual([]);
});

test("what a recover that did not come to its end has imported already is pending no more", () => {
  const { deployment } = state;
  const type = "keycloak:index/group:Group";
  const payments = { urn: urn(type, "payments"), type };
  expect(pendingCreates({ deployment: { ...deployment, resources: [payments] } })).toEqual([]);
});

test("whatever was begun and not ended is pending", () => {
  expect(isPending(state)).toBe(true);
  expect(isPending({ deployment: { resources: [] } })).toBe(false);
});

test("what is imported keeps its parent and its provider", () => {
  const [pending] = pendingCreates(state);
  expect(importFileOf([{ ...(pending as PendingCreate), id: "acme/42" }])).toEqual({
    nameTable: { resource_0: parent, resource_1: urn("pulumi:providers:keycloak", "keycloak") },
    resources: [
      {
        type: "keycloak:index/group:Group",
        name: "payments",
        id: "acme/42",
        parent: "resource_0",
        provider: "resource_1",
      },
    ],
  });
});

test("parents of the same name, one within the other, stay apart", () => {
  const [pending] = pendingCreates(state) as [PendingCreate];
  const parents = ["SignIn", "SignIn$Rotated"].map((type) => urn(type, "sign-in")) as [string, string];
  const found = parents.map((parent) => ({ ...pending, parent, id: "acme/42" }));
  const { nameTable, resources } = importFileOf(found) as {
    nameTable: Record<string, string>;
    resources: { parent: string }[];
  };
  expect(resources.map((one) => nameTable[one.parent])).toEqual(parents);
});

describe("natural keys", () => {
  /** A realm that answers these paths. */
  function systems(answers: Record<string, unknown>, deleted: string[] = []): Systems {
    const admin = {
      get: (path: string) => Promise.resolve(answers[path]),
      list: (path: string) => Promise.resolve(answers[path]),
      delete: (path: string) => Promise.resolve(void deleted.push(path)),
    } as unknown as KeycloakAdmin;
    return {
      keycloak: () => admin,
      bitbucket: {
        groupExists: (_, slug) => Promise.resolve(slug === "payments"),
        environmentExists: (_, __, name) => Promise.resolve(name === "dev"),
      },
    };
  }
  const create = (type: string, inputs: Record<string, unknown>): PendingCreate => ({
    urn: urn(type, "x"),
    type,
    name: "x",
    provider,
    inputs,
  });

  test.each<[string, Record<string, string>, Record<string, unknown>, string | undefined]>([
    ["keycloak:index/realm:Realm", { realm: "acme" }, { "": { realm: "acme" } }, "acme"],
    ["keycloak:index/realm:Realm", { realm: "acme" }, {}, undefined],
    [
      "keycloak:openid/client:Client",
      { realmId: "r", clientId: "c" },
      { clients: [{ id: "1", clientId: "c" }] },
      "r/1",
    ],
    ["keycloak:openid/client:Client", { realmId: "r", clientId: "c" }, { clients: [] }, undefined],
    ["keycloak:openid/client:Client", { realmId: "r" }, { clients: [{ id: "1", clientId: "c" }] }, undefined],
    [
      "keycloak:oidc/identityProvider:IdentityProvider",
      { realm: "r", alias: "a" },
      { "identity-provider/instances/a": { alias: "a" } },
      "r/a",
    ],
    ["keycloak:oidc/identityProvider:IdentityProvider", { realm: "r", alias: "a" }, {}, undefined],
    [
      "keycloak:index/role:Role",
      { realmId: "r", clientId: "1", name: "merge:PAY/api" },
      { "clients/1/roles/merge%3APAY%2Fapi": { id: "2" } },
      "r/2",
    ],
    [
      "keycloak:index/group:Group",
      { realmId: "r", name: "b" },
      { "": { realm: "r" }, groups: [{ id: "3", name: "b" }] },
      "r/3",
    ],
    [
      "keycloak:index/group:Group",
      { realmId: "r", name: "b", parentId: "1" },
      {
        groups: [{ id: "3", name: "b" }],
        "groups/1": { id: "1" },
        "groups/1/children": [{ id: "7", name: "b" }],
      },
      "r/7",
    ],
    [
      "keycloak:index/group:Group",
      { realmId: "r", name: "b", parentId: "1" },
      { groups: [{ id: "3", name: "b" }], "groups/1": { id: "1" }, "groups/1/children": [] },
      undefined,
    ],
    ["keycloak:index/group:Group", { realmId: "r", name: "b", parentId: "gone" }, {}, undefined],
    [
      "keycloak:openid/fullNameProtocolMapper:FullNameProtocolMapper",
      { realmId: "r", clientId: "1", name: "name" },
      { "clients/1/protocol-mappers/models": [{ id: "4", name: "name" }] },
      "r/client/1/4",
    ],
    ["bitbucket:index:Group", { workspace: "w", name: "payments" }, {}, "w/payments"],
    ["bitbucket:index:Group", { workspace: "w", name: "other" }, {}, undefined],
    ["bitbucket:index:Deployment", { workspace: "w", repository: "r", name: "dev" }, {}, "w/r/dev"],
    ["bitbucket:index:RepositoryPermissions", { workspace: "w", repository: "r" }, {}, "w/r"],
    ["keycloak:index/groupRoles:GroupRoles", { realmId: "r", groupId: "3" }, {}, undefined],
  ])("%s %j", async (type, inputs, answers, expected) => {
    expect(await importIdOf(create(type, inputs), systems(answers))).toBe(expected);
  });

  test("an account that can already sign in is imported", async () => {
    const answers = { users: [{ id: "5", username: "dora" }], "users/5/credentials": [{ type: "password" }] };
    const deleted: string[] = [];
    const user = create("keycloak:index/user:User", { realmId: "r", username: "dora" });
    expect(await importIdOf(user, systems(answers, deleted))).toBe("r/5");
    expect(deleted).toEqual([]);
  });

  test("a person of a directory is imported, never deleted", async () => {
    const deleted: string[] = [];
    const user = create("keycloak:index/user:User", { realmId: "r", username: "dora" });
    const answers = { users: [{ id: "5", username: "dora", federationLink: "ldap" }] };
    expect(await importIdOf(user, systems(answers, deleted))).toBe("r/5");
    expect(deleted).toEqual([]);
  });

  test("an account without any means to sign in is made again", async () => {
    const deleted: string[] = [];
    const user = create("keycloak:index/user:User", { realmId: "r", username: "dora" });
    expect(
      await importIdOf(user, systems({ users: [{ id: "5", username: "dora" }] }, deleted)),
    ).toBeUndefined();
    expect(deleted).toEqual(["users/5"]);
  });

  test("nobody else is deleted for somebody, nor for nobody", async () => {
    const deleted: string[] = [];
    const there = systems({ users: [{ id: "5", username: "dora" }] }, deleted);
    for (const inputs of [
      { realmId: "r", username: "dor" },
      { realmId: "r", username: "" },
      { realmId: "r" },
    ])
      expect(await importIdOf(create("keycloak:index/user:User", inputs), there)).toBeUndefined();
    expect(deleted).toEqual([]);
  });
});

test("only a realm is waited for", () => {
  expect(takesTime("keycloak:index/realm:Realm")).toBe(true);
  expect(takesTime("keycloak:openid/client:Client")).toBe(false);
  expect(takesTime("bitbucket:index:Group")).toBe(false);
});
