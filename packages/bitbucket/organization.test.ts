/**
 * Groups of a workspace that is administered at admin.atlassian.com: the provider over gRPC, as an engine meets it,
 * against the emulator. The resources are the same as elsewhere; where their writes go is not.
 */
import {
  startEmulator,
  type Emulator,
  type EmulatorOptions,
  type Seed,
} from "@bitbucket-keycloak/bitbucket-emulator";
import { accessFrom } from "./api/credentials";
import { Bitbucket } from "./api/client";
import { externalGroups } from "./api/administered";
import { Members } from "./api/groups";
import { organizationPatience, requestPatience } from "./api/retry";
import { bitbucket } from "./provider";
import { type Engine, Failed, startEngine } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import { labSeed, people, tokenOf } from "@bitbucket-keycloak/bitbucket-emulator/testing/lab";

const key = "organization-key-0123456789";
const environment = {
  BITBUCKET_EMAIL: people.admin,
  BITBUCKET_API_TOKEN: tokenOf("admin"),
  BITBUCKET_ORGANIZATION_ID: "org-1",
  BITBUCKET_ORGANIZATION_API_KEY: key,
};

let emulator: Emulator;
let engine: Engine;
let stderr: jest.SpyInstance<boolean>;
const before = process.env;

beforeEach(async () => {
  process.env = { ...before, ...environment };
  emulator = await startEmulator({ seed: seedOfOrganization() });
  engine = await startEngine(bitbucket);
  await engine.configure({ apiUrl: emulator.url });
  stderr = jest.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(async () => {
  const said = stderr.mock.calls.map(([text]) => String(text)).join("");
  jest.restoreAllMocks();
  process.env = before;
  engine.stop();
  expect(emulator.log.strict()).toEqual([]);
  expect(said + JSON.stringify(emulator.log.since())).not.toContain(key);
  await emulator.close();
});

// Node warns by the same stream of what a test runs on.
const said = () =>
  stderr.mock.calls.map(([text]) => String(text)).filter((text) => !text.startsWith("(node:"));
const requests = () =>
  emulator.log
    .since()
    .map(({ method, path, status }) => `${method} ${path.replace(/[0-9a-f-]{36}/, "<id>")} ${status}`);
const group = { workspace: "lab", name: "payments" };
const organizations = "/admin/v2/orgs/org-1/directories";

async function uuidOf(name: string): Promise<string> {
  const state = (await (await fetch(`${emulator.url}/emulator/state`)).json()) as {
    accounts: { name: string; uuid: string }[];
  };
  return state.accounts.find((account) => account.name === name)?.uuid ?? "";
}

async function membersOf(slug: string): Promise<string[]> {
  const { groups } = (await engine.invoke("getGroups", { workspace: "lab" })) as {
    groups: { slug: string; members: string[] }[];
  };
  return groups.find((one) => one.slug === slug)?.members ?? ["no such group"];
}

test("a group is made in the organisation, read as ever, and stays when the resource goes", async () => {
  const made = await engine.create("Group", group);
  expect(made).toEqual({
    id: "lab/payments",
    inputs: group,
    properties: { ...group, slug: "payments", adopted: false },
  });
  expect(requests()).toEqual([
    "GET /1.0/groups/lab 200",
    "POST /1.0/groups/lab 405",
    `GET ${organizations} 200`,
    `POST ${organizations}/dir-1/groups/search 200`,
    `POST ${organizations}/dir-1/groups 201`,
    `POST ${organizations}/dir-1/groups/search 200`,
    "GET /1.0/groups/lab 200",
    `POST ${organizations}/dir-1/groups/search 200`,
    "GET /2.0/workspaces/lab 200",
    // The administrators' group has it by a role that is not to be given.
    `GET ${organizations}/dir-1/groups/<id>/role-assignments 200`,
    `GET ${organizations}/dir-1/groups/<id>/role-assignments 200`,
    `POST ${organizations}/dir-1/groups/<id>/role-assignments/assign 204`,
    "GET /1.0/groups/lab 200",
  ]);
  expect(await engine.read("Group", made.id, made)).toEqual(made);
  expect((await engine.read("Group", "lab/payments"))?.inputs).toEqual(group);

  await engine.delete("Group", made);
  expect(await membersOf("payments")).toEqual([]);
  expect(said()).toEqual([
    "bitbucket: group payments of workspace lab stays where it is: it is its organisation's, and other products may use it; if nobody does, remove it at https://admin.atlassian.com\n",
  ]);
  expect((await engine.create("Group", group)).properties.adopted).toBe(true);
});

test("once the workspace is known to have moved, 1.0 is not asked to write again", async () => {
  await engine.create("Group", group);
  const after = emulator.log.since().length;
  await engine.create("Group", { workspace: "lab", name: "support" });
  expect(
    requests()
      .slice(after)
      .filter((line) => line.endsWith(" 405")),
  ).toEqual([]);
  expect(await membersOf("support")).toEqual([]);
});

test("members come and go by their UUID; strangers stay an error", async () => {
  const [ann, bob, cas] = await Promise.all(["ann", "bob", "cas"].map(uuidOf));
  const inputs = (...members: (string | undefined)[]) => ({
    workspace: "lab",
    group: "writers",
    members: members as string[],
    adopt: false,
  });
  await expect(engine.create("GroupMembers", inputs(bob))).rejects.toThrow(
    `${ann}: present a member, not declared`,
  );
  const made = await engine.create("GroupMembers", inputs(ann, bob));
  expect(made.properties).toMatchObject({ adopted: [ann], placed: [bob] });
  expect((await membersOf("writers")).sort()).toEqual([ann, bob].sort());

  const changed = await engine.update("GroupMembers", made, inputs(ann, cas));
  expect((await membersOf("writers")).sort()).toEqual([ann, cas].sort());
  expect(await engine.read("GroupMembers", changed.id, changed)).toMatchObject({
    inputs: { group: "writers" },
  });
  await engine.delete("GroupMembers", changed);
  expect(await membersOf("writers")).toEqual([ann]);
});

test("an account that is nobody's here is named", async () => {
  const eve = await uuidOf("eve");
  const members = { workspace: "lab", group: "empty", members: [eve], adopt: false };
  await expect(engine.create("GroupMembers", members)).rejects.toThrow(
    `${eve} is in no list of the people of workspace lab; invite the account to the workspace first, or take it out`,
  );
});

test.each([
  [{ BITBUCKET_ORGANIZATION_API_KEY: "" }, "the environment lacks BITBUCKET_ORGANIZATION_API_KEY; set"],
  [{ BITBUCKET_ORGANIZATION_API_KEY: "another-key-0123456789" }, "cannot read the directories of organisation org-1: the organisation answered 401 (The API key of the organization is missing or wrong); the API key of the organisation is wrong, or it has expired or was revoked"],
  [{ BITBUCKET_ORGANIZATION_ID: "org-2" }, "cannot read the directories of organisation org-2: the organisation answered 404 (No organization with id org-2); it is not there; check that BITBUCKET_ORGANIZATION_ID and BITBUCKET_ORGANIZATION_DIRECTORY are those of the organisation"],
  [{ BITBUCKET_ORGANIZATION_DIRECTORY: "dir-2" }, "cannot read the groups in directory dir-2 of organisation org-1: the organisation answered 404"],
])("%j is explained", async (wrong, explanation) => {
  Object.assign(process.env, wrong);
  await expect(engine.create("Group", group)).rejects.toThrow(explanation);
  expect(await membersOf("payments")).toEqual(["no such group"]);
}); // prettier-ignore

test("a key without the scope is told which one", async () => {
  emulator.faults.add({ method: "POST", path: `${organizations}/*/groups`, status: 403 });
  await expect(engine.create("Group", group)).rejects.toThrow(
    "cannot write the groups in directory dir-1 of organisation org-1: the organisation answered 403 (Forbidden); the API key lacks the scope write:groups:admin, or the group comes from an identity provider",
  );
});

test("sync's writer needs nothing else", async () => {
  const life = new AbortController().signal;
  const session = new Bitbucket(emulator.url, accessFrom(environment), life).session(life);
  const cas = await uuidOf("cas");
  const members = new Members(session, "lab", "empty");
  await members.add(cas);
  expect(await membersOf("empty")).toEqual([cas]);
  await members.remove(cas);
  expect(await membersOf("empty")).toEqual([]);
});

test("of 300 groups whose names contain each other, each is found, and those that are not there are made", async () => {
  await emulator.close();
  const names = ["t-t", "x-t", ...Array.from({ length: 298 }, (_, index) => `t${index + 1}`)];
  const seed = seedOfOrganization();
  emulator = await startEmulator({
    seed: { ...seed, groups: [...(seed.groups ?? []), ...names.map((name) => ({ name }))] },
  });
  await engine.configure({ apiUrl: emulator.url });
  const life = new AbortController().signal;
  const session = new Bitbucket(emulator.url, accessFrom(environment), life).session(life);
  const cas = await uuidOf("cas");
  for (const name of ["t1", "t10", "t100", "t298", "t-t"]) {
    await new Members(session, "lab", name).add(cas);
    expect((await engine.create("Group", { workspace: "lab", name })).properties.adopted).toBe(true);
  }
  for (const name of ["t", "t-x", "t299"])
    expect((await engine.create("Group", { workspace: "lab", name })).properties.adopted).toBe(false);
  const { groups } = (await engine.invoke("getGroups", { workspace: "lab" })) as {
    groups: { slug: string; members: string[] }[];
  };
  const joined = groups.filter(({ slug, members }) => slug.startsWith("t") && members.includes(cas));
  expect(joined.map(({ slug }) => slug)).toEqual(["t-t", "t1", "t10", "t100", "t298"]);
  expect(new Set(groups.map(({ slug }) => slug)).size).toBe(groups.length);
});

/** At every request of a life, once: the step completes, or its repetition does, and nothing is there twice. */
test("whatever goes wrong once, both resources converge", async () => {
  // As often as ever, and sooner.
  for (const patience of [requestPatience, organizationPatience]) {
    jest.replaceProperty(patience, "first", 4);
    jest.replaceProperty(patience, "longest", 16);
  }
  const [ann, cas] = [await uuidOf("ann"), await uuidOf("cas")];
  const faults = [
    { status: 500 },
    { status: 429 },
    { reset: true, when: "before" },
    { reset: true, when: "after" },
  ] as const;
  const again = async <T>(step: () => Promise<T>): Promise<T> => {
    try {
      return await step();
    } catch (thrown) {
      if (!(thrown instanceof Failed)) throw thrown;
      return step();
    }
  };
  const live = async (at: number, fault: (typeof faults)[number] | undefined) => {
    const own = await startEmulator({ seed: seedOfOrganization() });
    if (fault) own.faults.add({ ...fault, at });
    const plugin = await startEngine(bitbucket);
    await plugin.configure({ apiUrl: own.url });
    const members = (...uuids: string[]) => ({
      workspace: "lab",
      group: "payments",
      members: uuids,
      adopt: true,
    });
    try {
      const made = await again(() => plugin.create("Group", group));
      const placed = await again(() => plugin.create("GroupMembers", members(ann)));
      const changed = await again(() => plugin.update("GroupMembers", placed, members(cas)));
      const middle = (await plugin.invoke("getGroups", { workspace: "lab" })) as object;
      await again(() => plugin.delete("GroupMembers", changed));
      await again(() => plugin.delete("Group", made));
      const end = (await plugin.invoke("getGroups", { workspace: "lab" })) as object;
      return { seen: [middle, end], requests: own.log.since().length - 2 };
    } finally {
      plugin.stop();
      await own.close();
    }
  };
  const calm = await live(0, undefined);
  expect(calm.requests).toBe(35);
  const cases = Array.from({ length: calm.requests }, (_, index) => index + 1).flatMap((at) =>
    faults.map((fault) => ({ at, fault })),
  );
  expect(cases).toHaveLength(140);
  const lived = await Promise.all(
    cases.map(async (one) => ({ ...one, seen: (await live(one.at, one.fault)).seen })),
  );
  expect(lived).toEqual(cases.map((one) => ({ ...one, seen: calm.seen })));
}, 60_000);

describe("a workspace of each kind", () => {
  /** Restarts on it; the same steps are taken on each: a group, somebody in, somebody out. */
  async function on(
    differing: Differing,
    { groups = [], ...options }: EmulatorOptions & Pick<Seed, "groups"> = {},
  ) {
    await emulator.close();
    const { groups: usual = [], ...seed } = seedOfOrganization(differing);
    emulator = await startEmulator({ seed: { ...seed, groups: [...usual, ...groups] }, ...options });
    await engine.configure({ apiUrl: emulator.url });
    const life = new AbortController().signal;
    return new Bitbucket(emulator.url, accessFrom(process.env), life).session(life);
  }
  const live = async () => {
    const [ann, cas] = [await uuidOf("ann"), await uuidOf("cas")];
    const members = (...uuids: string[]) => ({
      workspace: "lab",
      group: "mobile-devs",
      members: uuids,
      adopt: false,
    });
    const made = await engine.create("Group", { workspace: "lab", name: "Mobile Devs" });
    expect(made.properties).toMatchObject({ slug: "mobile-devs", adopted: false });
    const placed = await engine.create("GroupMembers", members(ann));
    await engine.update("GroupMembers", placed, members(cas));
    expect(await membersOf("mobile-devs")).toEqual([cas]);
  };
  /** Writes that the workspace did itself, and the organisation. */
  const writes = () => {
    const done = emulator.log.since().filter(({ method, status }) => method !== "GET" && status < 300);
    const all = done.filter(({ path }) => !path.endsWith("/search"));
    const own = all.filter(({ path }) => path.startsWith("/1.0/"));
    return [own.length, all.length - own.length];
  };

  test.each<[string, Differing, Partial<EmulatorOptions["readings"]>, number[]]>([
    ["older", "none", {}, [4, 0]],
    ["linked", { migrated: false }, {}, [4, 0]],
    ["linked, with a group of the same name elsewhere", { migrated: false, groups: [{ name: "Mobile Devs", externalSynced: true }] }, {}, [4, 0]],
    ["migrated", {}, {}, [0, 5]],
    ["migrated, and 403 says so", {}, { legacyGroupWrite: "403" }, [0, 5]],
  ])("%s", async (_, differing, readings, expected) => {
    await on(differing, { readings });
    await live();
    expect(writes()).toEqual(expected);
  }); // prettier-ignore

  test("migrated between two runs: the state of before goes on, and the group stays when it goes", async () => {
    await on({ migrated: false });
    const made = await engine.create("Group", group);
    const ann = await uuidOf("ann");
    const members = { workspace: "lab", group: "payments", members: [ann], adopt: false };
    const placed = await engine.create("GroupMembers", members);
    const body = JSON.stringify({ id: "org-1", directory: "dir-1", apiKey: key });
    await fetch(`${emulator.url}/emulator/organization`, { method: "POST", body });
    expect(await engine.read("Group", made.id, made)).toEqual(made);
    const cas = await uuidOf("cas");
    const changed = await engine.update("GroupMembers", placed, { ...members, members: [cas] });
    expect(await membersOf("payments")).toEqual([cas]);
    await engine.delete("GroupMembers", changed);
    await engine.delete("Group", made);
    expect(await membersOf("payments")).toEqual([]);
  });

  test("migrated, without an organisation's key: nothing is written, and what is needed is named", async () => {
    Object.assign(process.env, { BITBUCKET_ORGANIZATION_API_KEY: "" });
    const session = await on({});
    expect(await externalGroups(session, "lab", ["writers"])).toEqual([]);
    await expect(live()).rejects.toThrow("the environment lacks BITBUCKET_ORGANIZATION_API_KEY; set");
    expect(writes()).toEqual([0, 0]);
  });

  test("what is seen 30 seconds later is waited for", async () => {
    await on({}, { organizationDelay: 300 });
    const made = await engine.create("Group", group);
    expect(made.properties).toEqual({ ...group, slug: "payments", adopted: false });
    expect(await membersOf("payments")).toEqual([]);
    const { attempts, first, longest } = organizationPatience;
    const waits = Array.from({ length: attempts - 1 }, (_, index) => Math.min(first * 2 ** index, longest));
    // A pause is half of it at least.
    expect(waits.reduce((sum, wait) => sum + wait, 0) / 2).toBeGreaterThanOrEqual(30_000);
  });

  test("a group of an identity provider is told apart, and nobody is put in or taken out", async () => {
    const session = await on(
      {},
      { groups: [{ name: "Staff", members: [people.ann], externalSynced: true }] },
    );
    expect(await externalGroups(session, "lab", ["staff", "writers"])).toEqual(["staff"]);
    const made = { workspace: "lab", name: "Staff" };
    expect((await engine.create("Group", made)).properties.adopted).toBe(true);
    const [ann, cas] = [await uuidOf("ann"), await uuidOf("cas")];
    const members = { workspace: "lab", group: "staff", members: [ann, cas], adopt: true };
    await expect(engine.create("GroupMembers", members)).rejects.toThrow(
      'group staff comes from an identity provider (SCIM), and its members are changed there alone; change them there, or give the team another group ("group" in access.yaml)',
    );
    expect([await membersOf("staff"), writes()]).toEqual([[ann], [0, 0]]);
  });

  test.each([
    ["with people in it", { name: "payments", members: [people.cas] }, false],
    ["of an identity provider", { name: "payments", externalSynced: true }, false],
    ["that is empty", { name: "payments" }, true],
  ])("a group of the organisation %s, without the app", async (_, there, isGiven) => {
    await on({ groups: [there] });
    const made = engine.create("Group", group);
    if (isGiven) expect((await made).properties.adopted).toBe(true);
    else
      await expect(made).rejects.toThrow(
        "they would be users of the workspace, with the rights of the group",
      );
    expect(await membersOf("payments")).toEqual(isGiven ? [] : ["no such group"]);
  });

  test("where no group has the app but as an administrator, none is given it", async () => {
    await emulator.close();
    emulator = await startEmulator({ seed: { ...seedOfOrganization(), groups: [] } });
    await engine.configure({ apiUrl: emulator.url });
    await expect(engine.create("Group", group)).rejects.toThrow(
      "group payments is in the organisation and lacks Bitbucket, and no group of workspace lab shows by which role to give it; give it Bitbucket as a user at https://admin.atlassian.com (Directory, Groups), then run it again",
    );
    expect(await membersOf("payments")).toEqual(["no such group"]);
  });

  test("a key with scopes that lack one is told which", async () => {
    await on({ apiKeyScopes: ["read:groups:admin", "read:directories:admin"] });
    await expect(engine.create("Group", group)).rejects.toThrow(
      "the API key lacks the scope write:groups:admin",
    );
    expect(writes()).toEqual([0, 0]);
  });
});

type Differing = Partial<NonNullable<Seed["workspace"]["organization"]>> | "none";

/** @param differing of the organisation */
function seedOfOrganization(differing: Differing = {}): Seed {
  const { workspace, ...seed } = labSeed();
  if (differing === "none") return { ...seed, workspace };
  const organization = { id: "org-1", directory: "dir-1", apiKey: key, ...differing };
  return { ...seed, workspace: { ...workspace, organization } };
}
