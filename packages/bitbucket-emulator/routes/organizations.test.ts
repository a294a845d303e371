import type { Seed } from "..";
import { labSeed, people, startLab, tokenOf, type Answer, type Lab } from "../testing/lab";

const key = "organization-key-0123456789";
const directory = "/admin/v2/orgs/org-1/directories/dir-1";

let lab: Lab;
beforeEach(async () => {
  lab = await startLab({ seed: seedOf({}) });
});

/** @param differing of the organisation, and of people by name */
function seedOf(
  differing: Partial<NonNullable<Seed["workspace"]["organization"]>>,
  people: Readonly<Record<string, object>> = {},
): Seed {
  const { workspace, accounts = [], ...seed } = labSeed();
  const organization = { id: "org-1", directory: "dir-1", apiKey: key, ...differing };
  return {
    ...seed,
    accounts: accounts.map((one) => ({ ...one, ...people[one.name] })),
    workspace: { ...workspace, organization },
  };
}

async function account(name: string): Promise<{ accountId: string }> {
  const { accounts } = (await lab.as("admin").get("/emulator/state")).json;
  return accounts.find((each: { name: string }) => each.name === name);
}
afterEach(() => lab.emulator.close());

interface Got {
  readonly status: number;
  readonly json: Answer["json"];
}

async function ask(method: string, path: string, body?: object, bearer = key): Promise<Got> {
  const response = await fetch(new URL(path, lab.emulator.url), {
    method,
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: text === "" ? undefined : JSON.parse(text) };
}

const idOf = async (name: string): Promise<string> =>
  (await ask("GET", `${directory}/groups?searchTerm=${name}`)).json.data[0].id;

test.each(["405", "403"] as const)("the 1.0 API reads on, and every write of its is %s", async (status) => {
  await lab.read({ legacyGroupWrite: status });
  const admin = lab.as("admin");
  const groups = "/1.0/groups/lab";
  expect((await admin.get(groups)).json).toHaveLength(3);
  expect((await admin.get(`${groups}/writers/members`)).status).toBe(200);
  const writes = [
    admin.form(groups, { name: "more" }),
    admin.put(`${groups}/writers`, { name: "x" }),
    admin.delete(`${groups}/empty`),
    admin.put(`${groups}/writers/members/${lab.uuid("cas")}`),
    admin.delete(`${groups}/writers/members/${lab.uuid("ann")}`),
  ];
  expect((await Promise.all(writes)).map((answer) => answer.status)).toEqual(
    writes.map(() => Number(status)),
  );
  expect((await admin.get(`${groups}/writers/members`)).json).toHaveLength(1);
  // It is Bitbucket that refuses, not this emulator that does not know the method.
  expect(lab.emulator.log.strict()).toEqual([]);
});

test("a group is made, found by name, seen by Bitbucket, and removed", async () => {
  const made = await ask("POST", `${directory}/groups`, { name: "Payments Leads", description: "d" });
  expect(made).toEqual({ status: 201, json: undefined });
  expect((await ask("POST", `${directory}/groups`, { name: "payments leads" })).status).toBe(409);
  const slugs = async (): Promise<string[]> =>
    (await lab.as("admin").get("/1.0/groups/lab")).json.map((each: { slug: string }) => each.slug);
  const id = await idOf("payments");
  // Not before it has the app, whose resource and role those groups show that have it.
  expect(await slugs()).not.toContain("payments-leads");
  const rolesOf = async (group: string) =>
    (await ask("GET", `${directory}/groups/${group}/role-assignments`)).json;
  const { data } = await rolesOf(await idOf("writers"));
  expect((await rolesOf(id)).data).toEqual([]);
  expect(data[0].roles).toEqual(["atlassian/user"]);
  expect((await rolesOf(await idOf("administrators"))).data[0].roles).toEqual(["atlassian/admin"]);
  const role = { resourceId: data[0].resourceId, roleId: "atlassian/user" };
  expect((await ask("POST", `${directory}/groups/${id}/role-assignments/assign`, role)).status).toBe(204);
  expect(await slugs()).toContain("payments-leads");
  expect((await rolesOf(id)).data).toEqual(data);
  expect((await ask("DELETE", `${directory}/groups/${id}`)).status).toBe(204);
  expect((await ask("DELETE", `${directory}/groups/${id}`)).status).toBe(404);
  expect((await ask("GET", `${directory}/groups?groupIds=${id}`)).json.data).toEqual([]);
});

test("memberships, by account id", async () => {
  const state = (await lab.as("admin").get("/emulator/state")).json;
  const { accountId } = state.accounts.find((each: { name: string }) => each.name === "cas");
  const group = await idOf("writers");
  const users = async (): Promise<string[]> => {
    const { json } = await ask("GET", `${directory}/users?groupIds=${group}`);
    return json.data.map((each: { email: string }) => each.email);
  };
  const memberships = `${directory}/groups/${group}/memberships`;
  expect((await ask("POST", memberships, { accountId })).status).toBe(201);
  expect(await users()).toEqual([people.ann, people.cas]);
  expect((await lab.as("cas").get("/2.0/repositories/lab/alpha")).status).toBe(200);
  expect((await ask("DELETE", `${memberships}/${accountId}`)).status).toBe(204);
  expect((await ask("DELETE", `${memberships}/${accountId}`)).status).toBe(404);
  expect((await ask("POST", memberships, { accountId: "nobody" })).status).toBe(404);
});

test("a search finds by whole names, in any case, page by page, and says what comes from elsewhere", async () => {
  const search = async (body: object) => (await ask("POST", `${directory}/groups/search`, body)).json;
  const found = await search({ groupNames: ["WRITERS", "write", "empty"] });
  expect(
    found.data.map(({ name, externalSynced }: { name: string; externalSynced: boolean }) => [
      name,
      externalSynced,
    ]),
  ).toEqual([
    ["writers", false],
    ["empty", false],
  ]);
  const first = await search({ limit: 2 });
  expect((await search({ limit: 2, cursor: first.links.next })).data).toHaveLength(1);
  expect(
    (await ask("POST", `${directory}/groups/search`, { groupNames: ["a"], searchTerm: "b" })).status,
  ).toBe(400);
});

test("what was written is seen a while later", async () => {
  await lab.emulator.close();
  lab = await startLab({ seed: seedOf({}), organizationDelay: 30_000 });
  const { accountId } = await account("cas");
  const group = await idOf("writers");
  const isMember = async () => {
    const { json } = await lab.as("admin").get("/1.0/groups/lab/writers/members");
    return json.some((one: { display_name: string }) => one.display_name === "cas");
  };
  expect((await ask("POST", `${directory}/groups`, { name: "later" })).status).toBe(201);
  expect((await ask("POST", `${directory}/groups`, { name: "later" })).status).toBe(409);
  expect((await ask("POST", `${directory}/groups/${group}/memberships`, { accountId })).status).toBe(201);
  const search = async () =>
    (await ask("POST", `${directory}/groups/search`, { groupNames: ["later"] })).json.data;
  expect([await search(), await isMember()]).toEqual([[], false]);
  lab.emulator.clock.advance(30_000);
  expect([await search(), await isMember()]).toEqual([[expect.objectContaining({ name: "later" })], true]);
  expect((await ask("DELETE", `${directory}/groups/${group}/memberships/${accountId}`)).status).toBe(204);
  expect((await ask("DELETE", `${directory}/groups/${group}/memberships/${accountId}`)).status).toBe(404);
  expect(await isMember()).toBe(true);
  lab.emulator.clock.advance(30_000);
  expect(await isMember()).toBe(false);
});

test("a linked workspace keeps its groups, until it is migrated; those of an identity provider nobody changes", async () => {
  await lab.emulator.close();
  lab = await startLab({
    seed: seedOf({ migrated: false, groups: [{ name: "writers", externalSynced: true }] }),
  });
  const admin = lab.as("admin");
  expect((await admin.put(`/1.0/groups/lab/writers/members/${lab.uuid("cas")}`)).status).toBe(200);
  const { data } = (await ask("POST", `${directory}/groups/search`, {})).json;
  expect(data).toEqual([expect.objectContaining({ name: "writers", externalSynced: true })]);
  const { accountId } = await account("bob");
  const refused = await ask("POST", `${directory}/groups/${data[0].id}/memberships`, { accountId });
  expect([refused.status, refused.json.error.message]).toEqual([
    403,
    "The group is synced from an identity provider.",
  ]);
  const migrated = { id: "org-1", directory: "dir-1", apiKey: key };
  expect((await admin.post("/emulator/organization", migrated)).status).toBe(204);
  expect((await admin.put(`/1.0/groups/lab/writers/members/${lab.uuid("bob")}`)).status).toBe(405);
  expect((await ask("POST", `${directory}/groups/search`, {})).json.data).toHaveLength(3);
});

test("a key that was made with scopes does what they say, and manages no account", async () => {
  await lab.emulator.close();
  lab = await startLab({ seed: seedOf({ apiKeyScopes: ["read:groups:admin", "read:directories:admin"] }) });
  const { accountId } = await account("bob");
  expect((await ask("POST", `${directory}/groups/search`, {})).status).toBe(200);
  const refused = await ask("POST", `${directory}/groups`, { name: "x" });
  expect([refused.status, refused.json.error.message]).toEqual([
    403,
    "The API key lacks the scope write:groups:admin.",
  ]);
  expect((await ask("GET", `/users/${accountId}/manage`)).json.error.message).toContain("manage:org");
});

test("who is suspended has nothing any more, and gets everything back", async () => {
  const { accountId } = await account("ann");
  const reads = async () => (await lab.as("ann").get("/2.0/repositories/lab/alpha")).status;
  const statusOf = async () =>
    (await ask("POST", `${directory}/users/search`, { accountIds: [accountId] })).json.data[0]
      .membershipStatus;
  expect([await reads(), await statusOf()]).toEqual([200, "active"]);
  expect((await ask("POST", `${directory}/users/${accountId}/suspend`)).status).toBe(204);
  expect([await reads(), await statusOf()]).toEqual([404, "suspended"]);
  expect((await ask("POST", `${directory}/users/${accountId}/restore`)).status).toBe(204);
  expect([await reads(), await statusOf()]).toEqual([200, "active"]);
});

test.each(["403", "404"] as const)(
  "an account that nobody manages is refused with %s; one that is provisioned is not disabled here",
  async (status) => {
    await lab.emulator.close();
    lab = await startLab({ seed: seedOf({}, { ann: { managed: false }, bob: { provisioned: true } }) });
    await lab.read({ unmanagedAccount: status });
    const [ann, bob] = [await account("ann"), await account("bob")];
    expect((await ask("GET", `/users/${ann.accountId}/manage`)).status).toBe(Number(status));
    const { json } = await ask("GET", `/users/${bob.accountId}/manage`);
    expect(json["lifecycle.enablement"]).toEqual({
      allowed: false,
      reason: { key: "externalDirectory.scim" },
    });
    expect(json["apiToken.delete"]).toEqual({ allowed: true });
    expect((await ask("POST", `/users/${bob.accountId}/manage/lifecycle/disable`, {})).status).toBe(403);
  },
);

test("lists are led on by a cursor", async () => {
  const first = (await ask("GET", `${directory}/groups?limit=2`)).json;
  expect(first.data).toHaveLength(2);
  const second = (await ask("GET", `${directory}/groups?limit=2&cursor=${first.links.next}`)).json;
  expect(second.data.map(({ name }: { name: string }) => name)).toEqual(["empty"]);
  expect(second.links.next).toBeNull();
  expect((await ask("GET", `${directory}/groups?cursor=eHg`)).status).toBe(400);
});

test("only with the key of this organisation, which nobody gets to see", async () => {
  expect((await ask("GET", `${directory}/groups`, undefined, "another-key")).status).toBe(401);
  expect((await lab.as("admin").get(`${directory}/groups`)).status).toBe(401);
  expect((await ask("GET", directory.replace("org-1", "org-2") + "/groups")).status).toBe(404);
  expect((await ask("GET", `${directory.replace("dir-1", "dir-2")}/groups`)).status).toBe(404);
  expect((await ask("GET", "/admin/v2/orgs/org-2/directories/-/groups")).status).toBe(404);
  expect((await ask("GET", `${directory.replace("dir-1", "-")}/groups`)).status).toBe(200);
  expect((await ask("GET", "/2.0/workspaces/lab")).status).toBe(401);
  const shown = (await lab.as("admin").get("/emulator/state")).text;
  expect(shown).not.toContain("keyHash");
  expect(shown + JSON.stringify(lab.emulator.log.since())).not.toContain(key);
});

test("a workspace without an organisation knows no key", async () => {
  const own = await startLab();
  try {
    const headers = { authorization: `Bearer ${key}` };
    expect((await fetch(new URL(`${directory}/groups`, own.emulator.url), { headers })).status).toBe(401);
  } finally {
    await own.emulator.close();
  }
});

test("a managed account that is disabled says so, and its tokens open nothing, Git neither", async () => {
  const uuid = lab.uuid("bob");
  const { account_id: account } = (await lab.as("bob").get(`/2.0/users/${uuid}`)).json;
  const profile = `/users/${account}/manage/profile`;
  const git = () =>
    fetch(new URL("/lab/alpha.git/info/refs", lab.emulator.url), {
      headers: {
        authorization: `Basic ${Buffer.from(`${people.bob}:${tokenOf("bob")}`).toString("base64")}`,
      },
    });
  expect((await ask("GET", profile)).json.account.account_status).toBe("active");
  expect((await git()).status).toBe(200);
  expect((await ask("POST", `/users/${account}/manage/lifecycle/disable`, { message: "Gone" })).status).toBe(
    204,
  );
  expect((await ask("GET", profile)).json.account.account_status).toBe("inactive");
  expect([(await git()).status, (await lab.as("bob").get("/2.0/user")).status]).toEqual([401, 401]);
  expect((await lab.as("ann").get(`/2.0/users/${uuid}`)).json.account_id).toBe(account);
});
