/**
 * That a real Keycloak does with a group's parent, a profile, members and the rule on user names what
 * `packages/keycloak-identity` takes for granted: what a move, a rename and another address leave as they are, what is
 * refused, and what each next run mends.
 */
import { randomBytes } from "node:crypto";
import { Connection } from "@pulumi/keycloak-identity/client/connection";
import {
  KeycloakAdmin,
  type KeycloakGroup,
  type KeycloakUser,
} from "@pulumi/keycloak-identity/client/keycloak";
import { keycloakIdentity } from "@pulumi/keycloak-identity/provider";
import { type Engine, type Held, startEngine } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import type { ValueObject } from "@bitbucket-keycloak/pulumi-plugin/values";
import { sharedWorld } from "./world/shared";

jest.setTimeout(180_000);

const { keycloak: server } = sharedWorld();
const env = { KEYCLOAK_USER: server.user, KEYCLOAK_PASSWORD: server.password };
const nobody = "00000000-0000-4000-8000-000000000000";
const password = randomBytes(12).toString("base64url");
const said: string[] = [];
const realm = `identity-${randomBytes(6).toString("hex")}`;
let fresh: unknown;
let keycloak: KeycloakAdmin;
let connection: Connection;
let engine: Engine;

beforeAll(async () => {
  Object.assign(process.env, env);
  jest.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
  connection = Connection.from(server.url, env);
  keycloak = new KeycloakAdmin(connection, realm);
  await connection.request("POST", "/admin/realms", { json: { realm, enabled: true } });
  fresh = await keycloak.get("users/profile");
  engine = await startEngine(keycloakIdentity);
  await engine.configure({ url: server.url });
});
afterAll(async () => {
  engine.stop();
  await keycloak.delete("");
});
// One realm for all, which is as it was after each test: making one takes seconds.
afterEach(async () => {
  said.length = 0;
  const [users, groups] = await Promise.all([
    keycloak.people("users"),
    keycloak.list<KeycloakGroup>("groups"),
  ]);
  await Promise.all([
    ...users.map(({ id }) => keycloak.delete(`users/${id}`)),
    ...groups.map(({ id }) => keycloak.delete(`groups/${id}`)),
    keycloak.put("", { editUsernameAllowed: false }),
    keycloak.put("users/profile", fresh),
  ]);
});

const made = async (path: string, body: object) => (await keycloak.post(path, body)) ?? "";
const group = (name: string, parent?: string, more: object = {}) =>
  made(parent === undefined ? "groups" : `groups/${parent}/children`, { name, ...more });
const person = (username: string, more: object = {}) =>
  made("users", {
    username,
    email: `${username}@acme.example`,
    emailVerified: true,
    enabled: true,
    firstName: "Ana",
    lastName: "Silva",
    ...more,
  });
const userOf = (id: string) => keycloak.get<KeycloakUser & Record<string, unknown>>(`users/${id}`);
const groupAt = (id: string) => keycloak.get<KeycloakGroup>(`groups/${id}`);
const namesIn = async (id: string) => (await keycloak.members(id)).map(({ username }) => username);
const profileOf = (userId: string, username: string, more: ValueObject = {}): ValueObject => ({
  realm,
  userId,
  username,
  email: `${username}@acme.example`,
  firstName: "Ana",
  lastName: "Silva",
  emailVerified: true,
  ...more,
});
const without = (all: object | undefined, names: readonly string[]) =>
  Object.fromEntries(Object.entries(all ?? {}).filter(([name]) => !names.includes(name)));
/** A resource of a type, as an engine deals with it. */
const created = async (type: string, inputs: ValueObject) =>
  engine.create(type, (await engine.check(type, inputs)).inputs);
const updated = async (type: string, held: Held, inputs: ValueObject) =>
  engine.update(type, held, (await engine.check(type, inputs, held.inputs)).inputs);
/** What a refresh and a plan find to do. */
const differs = async (type: string, held: Held, inputs: ValueObject) => {
  const found = await engine.read(type, held.id, held);
  if (found === undefined) return "gone";
  return engine.diff(type, found, (await engine.check(type, inputs, found.inputs)).inputs);
};

describe("a group that moves", () => {
  /** All that a group is, its place left out. */
  async function being(id: string) {
    const rest = without(await groupAt(id), ["path", "parentId"]);
    const roles = await keycloak.get<object>(`groups/${id}/role-mappings`);
    const within = (await keycloak.list<KeycloakGroup>(`groups/${id}/children`)).map((one) => one.id);
    return { ...rest, roles, members: await namesIn(id), within };
  }

  test("into another, to the top and back stays the same one, with all that it has", async () => {
    const [left, right] = [await group("left"), await group("right")];
    const id = await group("payments", left, { description: "Pays", attributes: { owner: ["ana"] } });
    const cards = await group("cards", id);
    await keycloak.put(`users/${await person("ana")}/groups/${id}`);
    await keycloak.post("roles", { name: "auditor" });
    await keycloak.post(`groups/${id}/role-mappings/realm`, [await keycloak.get("roles/auditor")]);
    const before = await being(id);
    expect(before).toMatchObject({ description: "Pays", members: ["ana"], attributes: { owner: ["ana"] } });

    let held = await created("GroupParent", { realm, groupId: id, parentId: left });
    const path = async () => (await groupAt(id))?.path;
    expect([held.id, await path()]).toEqual([`${realm}/${id}`, "/left/payments"]);
    for (const [parentId, where] of [
      [right, "/right/payments"],
      [undefined, "/payments"],
      [left, "/left/payments"],
    ] as const) {
      const wanted = { realm, groupId: id, ...(parentId && { parentId }) };
      expect(Object.keys((await differs("GroupParent", held, wanted)) as object)).toEqual(["parentId"]);
      held = await updated("GroupParent", held, wanted);
      expect(await path()).toBe(where);
      expect(await being(id)).toEqual(before);
      expect(await differs("GroupParent", held, wanted)).toEqual({});
      const imported = await engine.read("GroupParent", `${realm}/${id}`);
      expect(imported?.inputs).toEqual(wanted);
    }
    await expect(engine.delete("GroupParent", held)).rejects.toThrow("still has groups within it");
    await keycloak.delete(`groups/${cards}`);
    await engine.delete("GroupParent", held);
    expect(await path()).toBe("/left/payments");
    await keycloak.delete(`groups/${id}`);
    expect(await differs("GroupParent", held, {})).toBe("gone");
  });

  test("by hand is brought back", async () => {
    const [left, id] = [await group("left"), await group("payments")];
    const held = await created("GroupParent", { realm, groupId: id, parentId: left });
    await keycloak.post("groups", { id, name: "payments" });
    expect(await differs("GroupParent", held, held.inputs)).toEqual({ parentId: "ADD" });
    await updated("GroupParent", held, held.inputs);
    expect((await groupAt(id))?.parentId).toBe(left);
  });

  test("is refused beside one of its name, below or into itself, and into what is gone", async () => {
    const [left, id] = [await group("left"), await group("payments")];
    const inner = await group("inner", await group("cards", id));
    const to = (groupId: string, parentId?: string) => created("GroupParent", { realm, groupId, ...(parentId && { parentId }) }); // prettier-ignore
    const twin = await group("payments", left);
    await expect(to(id, left)).rejects.toThrow(`group /payments of realm ${realm} cannot move to /left: another group payments is there already`); // prettier-ignore
    await expect(to(twin)).rejects.toThrow("group /left/payments of realm " + realm + " cannot move to the top: another group payments is there already"); // prettier-ignore
    await expect(to(id, inner)).rejects.toThrow("cannot move into /payments/cards/inner, which is within it");
    await expect(to(id, id)).rejects.toThrow("cannot move into /payments, which is within it");
    await expect(to(id, nobody)).rejects.toThrow(`cannot move into group ${nobody}, which is not there`);
    await expect(to(nobody)).rejects.toThrow(`realm ${realm} has no group ${nobody} any more`);
    expect((await keycloak.groups()).map(({ path }) => path).sort()).toEqual(["/left", "/left/payments", "/payments", "/payments/cards", "/payments/cards/inner"]); // prettier-ignore
  });

  test("changes places with its parent, from the top down", async () => {
    const outer = await group("outer");
    const inner = await group("inner", outer);
    await created("GroupParent", { realm, groupId: inner });
    await created("GroupParent", { realm, groupId: outer, parentId: inner });
    expect((await groupAt(outer))?.path).toBe("/inner/outer");
  });
});

describe("somebody's profile", () => {
  /** All that an account is, what a profile writes left out. */
  async function being(id: string) {
    const rest = without(await userOf(id), ["username", "email", "firstName", "lastName", "emailVerified"]);
    const lists = ["groups", "federated-identity", "credentials", "sessions", "role-mappings"];
    return [rest, ...(await Promise.all(lists.map((list) => keycloak.get<unknown>(`users/${id}/${list}`))))];
  }
  /** Attributes that the realm's user profile does not know are kept, and seen by administrators only if it says so. */
  async function seesAttributes(unmanagedAttributePolicy?: "ADMIN_EDIT") {
    const { attributes, groups } = (await keycloak.get<Record<string, unknown>>("users/profile")) ?? {};
    await keycloak.put("users/profile", { attributes, groups, unmanagedAttributePolicy });
  }

  test("changes in name, user name and address; all else stays, a disabled account disabled", async () => {
    await seesAttributes("ADMIN_EDIT");
    await keycloak.post("identity-provider/instances", {
      alias: "corporate",
      providerId: "oidc",
      enabled: true,
      config: {
        clientId: "c",
        clientSecret: "s",
        tokenUrl: "https://a.example",
        authorizationUrl: "https://a.example",
      },
    });
    const id = await person("ana", {
      attributes: { badge: ["7"] },
      credentials: [{ type: "password", value: password, temporary: false }],
    });
    await keycloak.put(`users/${id}/groups/${await group("payments")}`);
    await keycloak.post(`users/${id}/federated-identity/corporate`, { userId: "1", userName: "ana" });
    await signIn("ana");
    await keycloak.put(`users/${id}`, { requiredActions: ["CONFIGURE_TOTP"], enabled: false });
    await keycloak.put("", { editUsernameAllowed: true });
    const before = await being(id);
    expect(before).toMatchObject([
      { enabled: false, requiredActions: ["CONFIGURE_TOTP"], attributes: { badge: ["7"] } },
      [{ name: "payments" }],
      [{ identityProvider: "corporate" }],
      [{ type: "password" }],
      [{ username: "ana" }],
      { realmMappings: [{}] },
    ]);
    await seesAttributes();

    let held = await created("Profile", profileOf(id, "ana"));
    const wanted = profileOf(id, "Anna.Costa", {
      email: "Anna@Acme.example",
      firstName: "Anna",
      lastName: "Costa",
    });
    held = await updated("Profile", held, wanted);
    expect(await userOf(id)).toMatchObject({ id, username: "anna.costa", email: "anna@acme.example", firstName: "Anna", lastName: "Costa", emailVerified: true, enabled: false }); // prettier-ignore
    expect(await differs("Profile", held, wanted)).toEqual({});
    await engine.delete("Profile", held);
    await seesAttributes("ADMIN_EDIT");
    const now = await being(id);
    expect(now.slice(0, 4).concat(now.slice(5))).toEqual(before.slice(0, 4).concat(before.slice(5)));
    expect(now[4]).toMatchObject([{ username: "anna.costa" }]);
    expect((await engine.read("Profile", `${realm}/${id}`))?.inputs).toEqual({ ...wanted, username: "anna.costa", email: "anna@acme.example" }); // prettier-ignore
  });

  async function signIn(username: string) {
    const form = new URLSearchParams({ grant_type: "password", client_id: "admin-cli", username, password });
    const answer = await fetch(`${server.url}/realms/${realm}/protocol/openid-connect/token`, { method: "POST", body: form }); // prettier-ignore
    expect(answer.status).toBe(200);
  }

  test("leaves what is not declared, and takes away what is no longer", async () => {
    const id = await person("ana", { emailVerified: false });
    const { lastName, emailVerified, ...few } = profileOf(id, "ana");
    let held = await created("Profile", few);
    expect(await userOf(id)).toMatchObject({ lastName: "Silva", emailVerified: false });
    expect(await differs("Profile", held, few)).toEqual({});
    held = await updated("Profile", held, { ...few, lastName, emailVerified } as ValueObject);
    expect(await userOf(id)).toMatchObject({ lastName: "Silva", emailVerified: true });
    held = await updated("Profile", held, few);
    expect((await userOf(id))?.lastName).toBeUndefined();
    expect(await differs("Profile", held, few)).toEqual({});
  });

  test("changed by hand is brought back; an account that is gone is", async () => {
    const id = await person("ana");
    const held = await created("Profile", profileOf(id, "ana"));
    await keycloak.put(`users/${id}`, { email: "other@acme.example", firstName: "Eve" });
    expect(await differs("Profile", held, held.inputs)).toEqual({ email: "UPDATE", firstName: "UPDATE" });
    await updated("Profile", held, held.inputs);
    expect(await userOf(id)).toMatchObject({ email: "ana@acme.example", firstName: "Ana" });
    await keycloak.delete(`users/${id}`);
    expect(await differs("Profile", held, held.inputs)).toBe("gone");
    await expect(updated("Profile", held, profileOf(id, "anna"))).rejects.toThrow(`realm ${realm} has no account ${id} (anna) any more: run this again with --refresh`); // prettier-ignore
  });

  test("with another user name needs a realm that lets administrators change it", async () => {
    const id = await person("ana");
    const held = await created("Profile", profileOf(id, "ana"));
    const wanted = profileOf(id, "anna", { email: "ana@acme.example" });
    await expect(updated("Profile", held, wanted)).rejects.toThrow(
      `realm ${realm} does not let anybody change user names, so ana cannot become anna: set editUsernameAllowed`,
    );
    await keycloak.put("", { editUsernameAllowed: true });
    await updated("Profile", held, wanted);
    expect(await userOf(id)).toMatchObject({ id, username: "anna" });
    const ben = await person("ben");
    await expect(created("Profile", profileOf(ben, "anna", { email: "ben@acme.example" }))).rejects.toThrow(`another account, ${id}, has the user name anna`); // prettier-ignore
  });

  describe("addresses", () => {
    const addressOf = async (id: string) => (await userOf(id))?.email;
    const with_ = (id: string, name: string, address: string, from: readonly string[] = []) =>
      profileOf(id, name, { email: `${address}@acme.example`, emailFrom: [...from] });

    test.each(["ana first", "ben first", "together"])("are swapped in one run: %s", async (order) => {
      const [ana, ben] = [await person("ana"), await person("ben")];
      const olds = [
        await created("Profile", profileOf(ana, "ana")),
        await created("Profile", profileOf(ben, "ben")),
      ];
      const news = [with_(ana, "ana", "ben", ["ben"]), with_(ben, "ben", "ana", ["ana"])];
      const acts = news.map((wanted, index) => () => updated("Profile", olds[index]!, wanted));
      if (order === "ben first") acts.reverse();
      const helds: Held[] = [];
      if (order === "together") helds.push(...(await Promise.all(acts.map((act) => act()))));
      else for (const act of acts) helds.push(await act());
      expect([await addressOf(ana), await addressOf(ben)]).toEqual(["ben@acme.example", "ana@acme.example"]);
      for (const held of helds)
        expect(await differs("Profile", held, { ...held.inputs, emailFrom: [] })).toEqual({});
      expect(said.join("")).toMatch(/gave the address \w+@acme\.example up for \w+, and has none until/);
    });

    test("go round three", async () => {
      const names = ["ana", "ben", "cleo"];
      const ids = await Promise.all(names.map((name) => person(name)));
      const acts = names.map((name, at) => created("Profile", with_(ids[at]!, name, names[(at + 1) % 3]!, [names[(at + 1) % 3]!]))); // prettier-ignore
      await Promise.all(acts);
      expect(await Promise.all(ids.map(addressOf))).toEqual(
        ["ben", "cleo", "ana"].map((name) => `${name}@acme.example`),
      );
    });

    test("of somebody who left go to their successor, who stays without one otherwise", async () => {
      const [leaver, ana] = [await person("leaver"), await person("ana")];
      await keycloak.put(`users/${leaver}`, { enabled: false });
      const held = await created("Profile", profileOf(ana, "ana"));
      await expect(updated("Profile", held, with_(ana, "ana", "leaver"))).rejects.toThrow(
        `account ana of realm ${realm}: the address leaver@acme.example belongs to leaver (${leaver}); give that account another address or remove it`,
      );
      await expect(updated("Profile", held, with_(ana, "ana", "leaver", ["ben"]))).rejects.toThrow(
        "belongs to leaver",
      );
      expect(await addressOf(ana)).toBe("ana@acme.example");
      await updated("Profile", held, with_(ana, "ana", "leaver", ["before", "LEAVER"]));
      expect(await addressOf(ana)).toBe("leaver@acme.example");
      expect(await userOf(leaver)).toMatchObject({
        email: `${leaver}@address-moved.invalid`,
        enabled: false,
      });
    });

    test("are refused where they are none", async () => {
      const wanted = profileOf(await person("ana"), "ana", { email: "nowhere", firstName: "A<b" });
      await expect(created("Profile", wanted)).rejects.toThrow(/error-invalid-email.*error-person-name/);
    });
  });
});

describe("a group's members", () => {
  let [payments, ana, ben, cleo, dora] = ["", "", "", "", ""];
  beforeEach(async () => {
    payments = await group("payments");
    [ana, ben, cleo, dora] = await Promise.all([
      person("ana"),
      person("ben"),
      person("cleo"),
      person("dora"),
    ]);
  });
  const all = (...userIds: string[]): ValueObject => ({ realm, groupId: payments, userIds });
  const pathOf = (id: string) => `users/${id}/groups/${payments}`;

  test("come and go with the declaration, alike with and without a refresh", async () => {
    let held = await created("Members", all(ana, ben));
    expect(await namesIn(payments)).toEqual(["ana", "ben"]);
    held = await updated("Members", held, all(ben, cleo));
    expect(await namesIn(payments)).toEqual(["ben", "cleo"]);
    expect(held.properties).toMatchObject({ declared: [ben, cleo], removedByHand: [] });
    expect(await differs("Members", held, all(ben, cleo))).toEqual({});
    expect(await engine.diff("Members", held, all(cleo, ben))).toEqual({});
    const imported = await engine.read("Members", `${realm}/${payments}`);
    expect(imported?.properties).toMatchObject({ userIds: [ben, cleo], declared: [ben, cleo] });
    await engine.delete("Members", held);
    expect(await namesIn(payments)).toEqual([]);
  });

  test("whom somebody took out stay out until they are declared anew, and are named", async () => {
    let held = await created("Members", all(ana, ben));
    await keycloak.delete(pathOf(ben));
    expect(await engine.diff("Members", held, all(ana, ben))).toEqual({});
    expect(await differs("Members", held, all(ana, ben))).toEqual({});
    expect(said.join("")).toContain(`warning: group /payments of realm ${realm}: ben: taken out by somebody`);
    for (const refreshes of [false, true]) {
      if (refreshes) held = (await engine.read("Members", held.id, held))!;
      held = await updated("Members", held, refreshes ? all(ana, ben, cleo, dora) : all(ana, ben, cleo));
      expect(held.properties).toMatchObject({ removedByHand: [ben] });
      expect(await namesIn(payments)).toEqual(refreshes ? ["ana", "cleo", "dora"] : ["ana", "cleo"]);
    }
    held = await updated("Members", held, all(ana, cleo));
    held = await updated("Members", held, all(ana, ben, cleo));
    expect(await namesIn(payments)).toEqual(["ana", "ben", "cleo"]);
  });

  test("whom somebody put in are seen by a refresh, and go", async () => {
    let held = await created("Members", all(ana));
    await keycloak.put(pathOf(dora));
    expect(await engine.diff("Members", held, all(ana))).toEqual({});
    expect(await differs("Members", held, all(ana))).toEqual({ "userIds[1]": "DELETE" });
    held = (await engine.read("Members", held.id, held))!;
    expect(held.properties).toMatchObject({ declared: [ana] });
    // In by hand and declared after that: they stay.
    const stays = await updated("Members", held, all(ana, dora));
    expect([stays.properties.declared, await namesIn(payments)]).toEqual([
      [ana, dora],
      ["ana", "dora"],
    ]);
    await updated("Members", held, all(ana));
    expect(await namesIn(payments)).toEqual(["ana"]);
  });

  test("that were there already are named, not removed unseen", async () => {
    await keycloak.put(pathOf(dora));
    const held = await created("Members", all(ana));
    expect(await namesIn(payments)).toEqual(["ana", "dora"]);
    expect(said.join("")).toContain("dora: in it without being declared; a run with --refresh shows them");
    expect(await differs("Members", held, all(ana))).toEqual({ "userIds[1]": "DELETE" });
  });

  test("who are gone: an error where they are declared, done where they are not", async () => {
    const held = await created("Members", all(ana, ben));
    await keycloak.delete(`users/${ben}`);
    await expect(updated("Members", held, all(ana, nobody))).rejects.toThrow(`account ${nobody} cannot be put into group ${payments} of realm ${realm}`); // prettier-ignore
    await updated("Members", held, all(ana));
    await keycloak.delete(`groups/${payments}`);
    expect(await differs("Members", held, all(ana))).toBe("gone");
    await expect(updated("Members", held, all())).rejects.toThrow(
      `realm ${realm} has no group ${payments} any more`,
    );
    await engine.delete("Members", held);
  });

  test("by the hundred", async () => {
    const many = Array.from({ length: 120 }, (_, index) => ({ username: `p${String(index).padStart(3, "0")}`, enabled: true })); // prettier-ignore
    await keycloak.post("partialImport", { ifResourceExists: "FAIL", users: many });
    const ids = (await keycloak.people("users")).map(({ id }) => id);
    const held = await created("Members", all(...ids));
    expect((await namesIn(payments)).length).toBe(124);
    expect(await differs("Members", held, all(...ids))).toEqual({});
  });
});

test("user names are for administrators to change, whatever else the user profile says", async () => {
  interface UserProfile {
    readonly attributes: { readonly name: string; permissions: { edit: string[] } }[];
  }
  const read = async () => (await keycloak.get<UserProfile>("users/profile"))!;
  const before = await read();
  before.attributes.push({ name: "badge", permissions: { edit: ["admin"] } });
  await keycloak.put("users/profile", { ...before, unmanagedAttributePolicy: "ADMIN_VIEW" });
  const first = await read();
  const [username] = first.attributes;
  expect(username?.permissions.edit).toEqual(["admin", "user"]);

  const held = await created("UserNames", { realm });
  username!.permissions.edit = ["admin"];
  expect(await read()).toEqual(first);
  expect(await differs("UserNames", held, { realm })).toEqual({});
  await keycloak.put("users/profile", { ...first, attributes: first.attributes.map((one) => one.name === "username" ? { ...one, permissions: { ...one.permissions, edit: ["admin", "user"] } } : one) }); // prettier-ignore
  expect(await differs("UserNames", held, { realm })).toEqual({ "editors[1]": "DELETE" });
  await updated("UserNames", held, { realm });
  expect(await read()).toEqual(first);
  expect((await engine.read("UserNames", realm))?.inputs).toEqual({ realm, editors: ["admin"] });
  await engine.delete("UserNames", held);
  expect(await read()).toEqual(first);
  await expect(created("UserNames", { realm: "no-such-realm" })).rejects.toThrow(
    "there is no realm no-such-realm",
  );
  expect(await engine.read("UserNames", "no-such-realm")).toBeUndefined();
});
