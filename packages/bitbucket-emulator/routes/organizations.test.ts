import { labSeed, people, startLab, tokenOf, type Answer, type Lab } from "../testing/lab";

const key = "organization-key-0123456789";
const directory = "/admin/v2/orgs/org-1/directories/dir-1";

let lab: Lab;
beforeEach(async () => {
  const { workspace, ...seed } = labSeed();
  const organization = { id: "org-1", directory: "dir-1", apiKey: key };
  lab = await startLab({ seed: { ...seed, workspace: { ...workspace, organization } } });
});
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
  expect((await ask("POST", `${directory}/groups`, { name: "Payments Leads" })).status).toBe(409);
  const slugs = (await lab.as("admin").get("/1.0/groups/lab")).json.map(
    (each: { slug: string }) => each.slug,
  );
  expect(slugs).toContain("payments-leads");
  const id = await idOf("payments");
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
