/** What is found out of a token and of the groups, without a request that could change anything: against the emulator. */
import { startEmulator, type Emulator, type Seed } from "@bitbucket-keycloak/bitbucket-emulator";
import { scopes, type Scope } from "@bitbucket-keycloak/bitbucket-emulator/contract";
import { uuidOf } from "@bitbucket-keycloak/bitbucket-emulator/identifiers";
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import { administrationOf, directoriesOf, keyKindOf } from "./groups";
import { accountOf, scopesOfToken } from "./token";

const admin = "admin@acme.example";
const reads = scopes.filter((scope) => scope.startsWith("read:"));
const few: readonly Scope[] = ["read:user:bitbucket", "read:workspace:bitbucket"];
const tokens = {
  "a token with everything": scopes,
  "a token that reads all": reads,
  "a token with a few scopes": few,
} as const;

const seed = (more: Partial<Seed["workspace"]> = {}): Seed => ({
  workspace: { slug: "acme", ...more },
  accounts: [
    {
      name: "Administrator",
      email: admin,
      tokens: Object.entries(tokens).map(([token, its]) => ({ token, scopes: [...its] })),
    },
  ],
  administrators: [admin],
  groups: [{ name: "payments", members: [admin] }],
  projects: [{ key: "PAY", name: "Payments" }],
  repositories: [{ slug: "web", project: "PAY", environments: [{ name: "Test", type: "Test" }] }],
});
const organization = { id: "org-1", directory: "dir-1", apiKey: "key-of-the-organisation" };

let emulator: Emulator;
const session = (token = "a token with everything") =>
  Bitbucket.session(emulator.url, { BITBUCKET_EMAIL: admin, BITBUCKET_API_TOKEN: token });
const state = async () => (await fetch(`${emulator.url}/emulator/state`)).text();
async function startWith(more?: Partial<Seed["workspace"]>, readings: object = {}): Promise<void> {
  emulator = await startEmulator({ seed: seed(more), readings });
}
afterEach(() => emulator.close());

/** Runs it, and holds that the workspace is as it was. */
async function unchanged<T>(work: () => Promise<T>): Promise<T> {
  const before = await state();
  const result = await work();
  expect(await state()).toBe(before);
  expect(emulator.log.strict()).toEqual([]);
  return result;
}

test.each([
  ["a token with everything", undefined],
  ["a token that reads all", reads],
  ["a token with a few scopes", few],
])("the scopes of %s, as a refusal names them", async (token, expected) => {
  await startWith();
  expect(await unchanged(() => scopesOfToken(session(token), "acme"))).toEqual(expected);
});

test("whose token it is; that of nobody is an error", async () => {
  await startWith();
  expect(await accountOf(session())).toMatchObject({
    uuid: uuidOf(`account ${admin}`),
    name: "Administrator",
  });
  await expect(accountOf(session("a token of nobody"))).rejects.toThrow("bitbucket answered 401");
  await expect(scopesOfToken(session("a token of nobody"), "acme")).rejects.toThrow("bitbucket answered 401");
});

test.each([
  ["an older workspace", undefined, {}, true, "Bitbucket"],
  ["an organisation's", { organization }, {}, true, "organisation"],
  ["an organisation's that answers 403", { organization }, { legacyGroupWrite: "403" }, true, "organisation"],
  ["a 403 that may be the token's", { organization }, { legacyGroupWrite: "403" }, false, undefined],
] as const)("where the groups are administered: %s", async (_, more, readings, mayWrite, expected) => {
  await startWith(more, readings);
  expect(await unchanged(() => administrationOf(session(), "acme", mayWrite))).toBe(expected);
});

test.each([
  ["without scopes", undefined],
  ["with scopes", ["read:directories:admin", "read:groups:admin"]],
] as const)("the organisation's directories, and the kind of its key: %s", async (kind, apiKeyScopes) => {
  await startWith({
    organization: { ...organization, ...(apiKeyScopes && { apiKeyScopes: [...apiKeyScopes] }) },
  });
  const given = { id: "org-1", key: organization.apiKey, directory: undefined };
  const env = { BITBUCKET_ORGANIZATION_ID: "org-1", BITBUCKET_ORGANIZATION_API_KEY: organization.apiKey };
  expect(await directoriesOf(Bitbucket.session(emulator.url, env), given)).toEqual(["dir-1"]);
  const { accountId } = await accountOf(session());
  expect(await keyKindOf(emulator.url, given, accountId)).toBe(kind);
});
