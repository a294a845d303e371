/** Who an approver is, asked of a real Keycloak: the account that was remembered, an enabled person, the very group. */
import { randomBytes } from "node:crypto";
import type { Model, Settings } from "../../access";
import { KeycloakAdmin } from "../../clients/keycloak";
import { pinsRole, writePins } from "../../clients/pins";
import { realmOwners } from "../../clients/realmOwners";
import { Accounts } from "../../commands/deploy/accounts";
import { membersOf } from "../../commands/preview/members";
import { unrecordedBefore } from "../../commands/preview/unrecorded";
import { sharedWorld } from "./world/shared";

jest.setTimeout(120_000);

const name = `approvers-${randomBytes(4).toString("hex")}`;
const { url, user, password } = sharedWorld().keycloak;
const env = { KEYCLOAK_CLIENT_ID: "admin-cli", KEYCLOAK_USER: user, KEYCLOAK_PASSWORD: password };
const realm = KeycloakAdmin.from(url, name, env);
const ids: Record<string, string> = {};

const names = ["ana", "ben", "cem", "dan"];
const addressOf = (username: string) => ({ email: `${username}@small.example` });

beforeAll(async () => {
  await KeycloakAdmin.from(url, "", env).post("", { realm: name, enabled: true });
  for (const username of names) {
    const user = { username, ...addressOf(username), enabled: username !== "dan" };
    ids[username] = (await realm.post("users", user)) ?? "";
  }
});
afterAll(() => realm.delete(""));
beforeEach(async () => {
  await realm.delete(`roles/${pinsRole}`);
  for (const username of [...names].reverse()) await realm.put(`users/${ids[username]}`, addressOf(username));
});

const people = [
  { username: "ana", name: "Ana", email: "ana@small.example", account: "{ana}" },
  { username: "ben", name: "Ben", email: "ben@small.example" },
  { username: "dan", name: "Dan", email: "dan@small.example", account: "{dan}" },
] as unknown as Model["people"];
const accounts = (of = realm) =>
  new Accounts({ people, realm: of, name }, (email) => Promise.resolve(`{whoever has ${email} today}`));
const pin = (pins: Record<string, string>) =>
  writePins(realm, undefined, new Map(Object.entries(pins).map(([who, account]) => [ids[who]!, { account, email: "" }]))); // prettier-ignore

test("an account is the declared one, else the remembered one, whatever address somebody has today", async () => {
  await pin({ ben: "{ben}" });
  await realm.put(`users/${ids.ben}`, { email: "moved@small.example" });
  await realm.put(`users/${ids.cem}`, { email: "ben@small.example" });
  expect(await accounts().of("ana")).toEqual({ account: "{ana}", by: "access.yaml" });
  expect(await accounts().of("ben")).toEqual({ account: "{ben}", by: "pin" });
  expect((await accounts().of("cem")).why).toMatch("has no Bitbucket account that sync remembers");
});

test("only where nobody was ever remembered an address counts, and that of access.yaml alone", async () => {
  expect(await accounts().of("ben")).toEqual({
    account: "{whoever has ben@small.example today}",
    by: "e-mail address",
  });
  expect((await accounts().of("cem")).why).toMatch("has no Bitbucket account that is known");
  await realm.put(`users/${ids.ben}`, { email: "moved@small.example" });
  expect((await accounts().of("ben")).why).toMatch("another e-mail address in Keycloak");
});

test.each<[string, string, RegExp]>([
  ["disabled", "dan", /^is disabled in realm/],
  ["not there", "eve", /^is not in realm/],
  ["named in other letters", "ANA", /^is not in realm/],
])("somebody who is %s is no approver", async (_, username, why) => {
  const { account, why: said } = await accounts().of(username);
  expect([account, said]).toEqual([undefined, expect.stringMatching(why)]);
});

test("nor is somebody of a realm that cannot be read, or whom two sources call differently", async () => {
  const locked = KeycloakAdmin.from(url, name, { ...env, KEYCLOAK_PASSWORD: "wrong" });
  expect((await accounts(locked).of("ana")).why).toMatch(/^nobody can say whose account it is: .*refused/);
  const gone = KeycloakAdmin.from(url, `${name}-gone`, env);
  expect((await accounts(gone).of("ana")).account).toBeUndefined();
  await pin({ ana: "{somebody}" });
  expect((await accounts().of("ana")).why).toMatch("sync remembers {somebody}");
});

test("members of a team are those of its own group, enabled, and of no other group of its name", async () => {
  const group = async (at: string, called: string, ...members: string[]) => {
    const id = (await realm.post(at, { name: called })) ?? "";
    for (const one of members) await realm.put(`users/${ids[one]}/groups/${id}`);
    return id;
  };
  const own = await group("groups", "leads", "ana", "dan");
  const model = {
    teams: [{ name: "leads", owner: "ana" }],
    people,
    projects: [],
    repositories: [],
    grants: [],
    agents: [],
    environments: [],
  } as unknown as Model;
  const settings = { keycloak: { url, realm: name } } as Settings;
  const type = "keycloak:index/group:Group";
  const urn = `urn:pulumi:main::p::bitbucket-keycloak:index:Team$${type}::leads`;
  const read = async (...resources: { urn: string; type: string; id: string }[]) =>
    (await membersOf(model, settings, resources, env))("leads");
  expect(await read()).toEqual(["ana"]);
  const elsewhere = await group("groups", "elsewhere");
  await group(`groups/${elsewhere}/children`, "leads", "ben");
  expect(await read()).toBeUndefined();
  expect(await read({ urn, type, id: own })).toEqual(["ana"]);
  await realm.delete(`groups/${own}`);
  expect(await read({ urn, type, id: own })).toBeUndefined();
  expect(await read()).toBeUndefined();
});

/** A client of the realm that may do this, and nothing else. */
async function accountThatMay(role: string | undefined): Promise<NodeJS.ProcessEnv> {
  const clientId = `may-${role ?? "nothing"}`;
  const of = { clientId, secret: clientId, serviceAccountsEnabled: true, publicClient: false };
  const id = (await realm.post("clients", of)) ?? "";
  if (role !== undefined) {
    const account = await realm.get<{ id: string }>(`clients/${id}/service-account-user`);
    const [management] =
      (await realm.get<{ id: string }[]>("clients", { clientId: "realm-management" })) ?? [];
    const at = management?.id ?? "";
    const representation = await realm.get(`clients/${at}/roles/${role}`);
    await realm.post(`users/${account?.id ?? ""}/role-mappings/clients/${at}`, [representation]);
  }
  return { KEYCLOAK_CLIENT_ID: clientId, KEYCLOAK_CLIENT_SECRET: clientId, KEYCLOAK_REALM: name };
}

test("whose a realm is, is what its mark says; who may not see that says nothing", async () => {
  const as = (account: NodeJS.ProcessEnv, of = name) => realmOwners(KeycloakAdmin.from(url, of, account));
  expect([await as(env), await as(env, `${name}-gone`)]).toEqual(["none", "none"]);
  await realm.put("", { attributes: { owners: "Ana <Ana@small.example>, Ben <ben@small.example>" } });
  const owners = ["ana@small.example", "ben@small.example"];
  expect(await as(env)).toEqual(owners);
  expect(await as(await accountThatMay("view-realm"))).toEqual(owners);
  expect(await as(await accountThatMay("query-groups"))).toBe("unseen");
  expect(await as(await accountThatMay(undefined))).toBe("unseen");
});

test("a stack without a baseline whose address moves asks the owners whom the old realm names, or nobody", async () => {
  const old = { "keycloak.url": url, "keycloak.realm": name };
  expect((await unrecordedBefore("main", "of another version", old, env)).owners).toHaveLength(2);
  const { owners, why } = await unrecordedBefore("main", undefined, { "keycloak.url": url }, env);
  expect([owners, why]).toEqual([[], expect.stringContaining("pulumi -- stack rm main")]);
});
