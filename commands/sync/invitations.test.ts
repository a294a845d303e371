/** People of a team whom the workspace does not know, in the emulator. */
import { startEmulator, type Emulator, type Seed } from "@bitbucket-keycloak/bitbucket-emulator";
import { labSeed, people, tokenOf } from "@bitbucket-keycloak/bitbucket-emulator/testing/lab";
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import { Addresses } from "../../clients/addresses";
import { Inviter, mostInvitations } from "./invitations";
import type { RealmPerson } from "./membership";

const key = "organization-key-0123456789";
const environment = {
  BITBUCKET_EMAIL: people.admin,
  BITBUCKET_API_TOKEN: tokenOf("admin"),
  BITBUCKET_ORGANIZATION_ID: "org-1",
  BITBUCKET_ORGANIZATION_API_KEY: key,
};
type Organization = Partial<NonNullable<Seed["workspace"]["organization"]>>;

let emulator: Emulator;
afterEach(async () => {
  expect(emulator.log.strict()).toEqual([]);
  await emulator.close();
});

async function start(organization: Organization | undefined, env: NodeJS.ProcessEnv = environment) {
  const { workspace, ...seed } = labSeed();
  const all = organization && { id: "org-1", directory: "dir-1", apiKey: key, ...organization };
  emulator = await startEmulator({
    seed: { ...seed, workspace: { ...workspace, ...(all && { organization: all }) } },
  });
  const session = Bitbucket.session(emulator.url, env);
  return { inviter: new Inviter(session, "lab"), addresses: new Addresses(session, "lab") };
}

const person = (username: string): RealmPerson => ({
  ...{ id: username, username, email: `${username}@lab.example`, emailVerified: true, enabled: true },
});
const [fay, gil] = [person("fay"), person("gil")];
const writes = () =>
  emulator.log.since().filter(({ method, path }) => method !== "GET" && !path.endsWith("/search")).length;
const accept = (email: string) =>
  fetch(`${emulator.url}/emulator/accept`, { method: "POST", body: JSON.stringify({ email }) });

test("whoever is named is invited, once, to no group; then they are waited for, and then they are known", async () => {
  const { inviter, addresses } = await start({});
  expect(await inviter.plan([fay, gil], [])).toEqual({ invite: [], waiting: [], byHand: [] });
  expect(await inviter.plan([fay, gil], ["fay"])).toEqual({ invite: ["fay"], waiting: [], byHand: [] });
  expect(writes()).toBe(0);
  expect(await inviter.carryOut([fay])).toEqual({ invited: ["fay"], failures: [] });
  expect(await addresses.accountOf("fay@lab.example")).toBeUndefined();
  expect(await inviter.plan([fay, gil], ["fay"])).toEqual({ invite: [], waiting: ["fay"], byHand: [] });
  expect((await accept("fay@lab.example")).status).toBe(204);
  const account = await addresses.accountOf("fay@lab.example");
  expect(account).toMatch(/^\{.*\}$/);
  const { groups } = (await (await fetch(`${emulator.url}/emulator/state`)).json()) as { groups: object };
  expect(JSON.stringify(groups)).not.toContain(account);
  expect(writes()).toBe(1);
});

const noScope = "the API key lacks the scope read:directories:admin";
test.each<[string, Organization | undefined, NodeJS.ProcessEnv, string[]]>([
  ["that is older", undefined, environment, ["the API key of the organisation is wrong"]],
  ["that is linked", { migrated: false }, environment, []],
  ["without an organisation's key", {}, { ...environment, BITBUCKET_ORGANIZATION_API_KEY: "" }, []],
  ["whose key may not", { apiKeyScopes: ["read:groups:admin"] }, environment, [noScope]],
])("in a workspace %s the step by hand is named", async (_, organization, env, why) => {
  const { inviter } = await start(organization, env);
  const planned = await inviter.plan([fay, gil], ["fay"]);
  expect(planned).toEqual({
    ...{ invite: [], waiting: [] },
    byHand: [
      expect.stringMatching(
        /^invite fay \(fay@lab\.example\) at https:\/\/bitbucket\.org\/lab\/workspace\/settings\/user-directory; where/,
      ),
      ...why.map((text) => expect.stringContaining(text) as unknown),
    ],
  });
  // Nobody was asked for: then nothing is missing.
  expect(await inviter.plan([fay, gil], [])).toEqual({ invite: [], waiting: [], byHand: [] });
  expect(writes()).toBe(0);
});

test("who was suspended is not invited again", async () => {
  const { inviter } = await start({});
  await inviter.carryOut([fay]);
  const { accounts } = (await (await fetch(`${emulator.url}/emulator/state`)).json()) as {
    accounts: { email: string; accountId: string }[];
  };
  const id = accounts.find(({ email }) => email === fay.email)?.accountId ?? "";
  const path = `/admin/v2/orgs/org-1/directories/dir-1/users/${id}/suspend`;
  await fetch(emulator.url + path, { method: "POST", headers: { authorization: `Bearer ${key}` } });
  const { invite, waiting, byHand } = await inviter.plan([fay], ["fay"]);
  expect([invite, waiting, byHand]).toEqual([
    [],
    [],
    [expect.stringContaining("fay (fay@lab.example) is suspended or disabled in the organisation")],
  ]);
});

test("too many at once are refused before anything is asked", async () => {
  const { inviter } = await start({});
  const many = Array.from({ length: mostInvitations + 1 }, (_, index) => `p${index}`);
  await expect(inviter.plan(many.map(person), many)).rejects.toThrow(
    "found 21 people to invite; at most 20 go at once: name fewer, and run it again for the others",
  );
  expect(emulator.log.since()).toEqual([]);
});

test.each([
  { reset: true, when: "before" },
  { reset: true, when: "after" },
  { status: 500, when: "after" },
])("an answer that is lost (%j) invites nobody twice", async (fault) => {
  const { inviter } = await start({});
  emulator.faults.add({ ...fault, method: "POST", path: "*/users/invite" });
  expect(await inviter.carryOut([fay])).toEqual({ invited: ["fay"], failures: [] });
  const done = emulator.log.since().filter(({ path }) => path.endsWith("/invite"));
  expect(done).toHaveLength(fault.when === "after" ? 1 : 2);
});
