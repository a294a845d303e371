/**
 * Somebody has to go, tonight: one command, and then whatever they try is refused, in each system; what only a person
 * can do is named until it is done.
 */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { readAccess } from "../../access";
import { acmeSeed } from "../../toolchain/acme";
import { actFor } from "../../examples/agent";
import { isDone, renderOffboarded } from "../../commands/offboard/command";
import { offboard, type Offboarded } from "../../commands/offboard/offboard";
import { sync } from "../../commands/sync/sync";
import { root } from "../../toolchain/places";
import { World } from "./world";
import { agentKeys, handOn, type AgentKeys } from "./world/agent";
import { Developer } from "./world/developer";
import { Fronts } from "./world/proxy";
import { tokensOf, type Client } from "./world/signIn";

jest.setTimeout(300_000);

const password = "a-long-enough-password-1";
const organization = { id: "org-1", directory: "dir-1", apiKey: randomBytes(24).toString("base64url") };
const tokens = Object.fromEntries(
  ["ben", "dora"].map((name) => [`${name}@acme.example`, randomBytes(24).toString("base64url")]),
);
const dora = { email: "dora@acme.example", token: tokens["dora@acme.example"] ?? "" };
const repository = "/2.0/repositories/acme/identity";

let world: World;
let keys: AgentKeys;
let access: string;
let issuer: string;
let client: Client;
const fronts = new Fronts();

beforeAll(async () => {
  keys = await agentKeys();
  access = readFileSync(join(root, "test/fixtures/acme.yaml"), "utf8").replace(
    /( {2}release-bot:\n) {4}owner: ben\n/,
    `$1    owner: dora\n    jwks: "${keys.jwks}"\n`,
  );
  world = await World.start({
    access,
    env: { BITBUCKET_ORGANIZATION_ID: organization.id, BITBUCKET_ORGANIZATION_API_KEY: organization.apiKey },
    seed: (administratorToken) => {
      const seed = acmeSeed({ administratorToken, tokens });
      const repositories = (seed.repositories ?? []).map((one) =>
        one.slug === "identity" ? { ...one, branches: { main: { "access.yaml": access } } } : one,
      );
      // Of every workspace that it moves Atlassian makes such a group, which has Bitbucket.
      const groups = [...(seed.groups ?? []), { name: "bitbucket-users-acme" }];
      return { ...seed, repositories, groups, workspace: { ...seed.workspace, organization } };
    },
    front: fronts.front,
  });
  await world.up();
  world.canaries.push(organization.apiKey, ...Object.values(tokens));
  expect((await sync("local", world.envOf("sync"), { apply: true }, world.folder)).failures).toEqual([]);
  const outputs = await world.outputs<{ issuer: string; bitbucketSignIn: Omit<Client, "issuer"> }>();
  issuer = outputs.issuer;
  client = { issuer, ...outputs.bitbucketSignIn };
  for (const name of ["dora", "fatima"]) {
    const body = { type: "password", value: password, temporary: false };
    await admin("PUT", `/users/${await idOf(name)}/reset-password`, body);
  }
  // By hand, somewhere that access.yaml does not speak of.
  const account = encodeURIComponent(await accountOf("Dora Lind"));
  const path = `/2.0/repositories/acme/runbooks/permissions-config/users/${account}`;
  expect((await world.bitbucket("PUT", path, { permission: "write" })).status).toBe(200);
});

afterAll(async () => {
  await world.stop();
  keys.close();
  fronts.close();
});

async function admin<T>(method: string, path: string, body?: unknown): Promise<T> {
  const { status, json } = await world.keycloak(method, `/${world.realm}${path}`, body);
  if (status >= 400) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
  return json as T;
}

async function idOf(username: string): Promise<string> {
  return (await admin<{ id: string }[]>("GET", `/users?username=${username}&exact=true`))[0]?.id ?? "";
}

async function accountOf(name: string): Promise<string> {
  const { json } = await world.bitbucket("GET", "/2.0/workspaces/acme/members?pagelen=100");
  const { values } = json as { values: { user: { uuid: string; display_name: string } }[] };
  return values.find(({ user }) => user.display_name === name)?.user.uuid ?? "";
}

const ben = { email: "ben@acme.example", token: tokens["ben@acme.example"] ?? "" };
const run = () =>
  offboard("dora", "local", world.envOf("offboard"), { repository: "acme/identity" }, world.folder);

interface Attempt {
  readonly system: "Keycloak" | "Bitbucket";
  readonly what: string;
  /** Whether it works. */
  readonly works: () => Promise<boolean>;
}

/** What dora can do before, each tried as she would. */
async function attempts(): Promise<Attempt[]> {
  const asDora = new Developer(world, dora);
  let { refresh } = await tokensOf(client, "dora", password);
  const { access: shown } = await tokensOf(client, "dora", password);
  const { access: handed } = await handOn(issuer, { username: "fatima", password });
  const token = async (form: Record<string, string>) => {
    const { clientId: client_id, clientSecret: client_secret } = client;
    const body = new URLSearchParams({ client_id, client_secret, ...form });
    return fetch(`${issuer}/protocol/openid-connect/token`, { method: "POST", body });
  };
  const git = new URL(world.emulator.url);
  [git.username, git.password, git.pathname] = [dora.email, dora.token, "/acme/payments-api.git"];
  const isSuccess = (work: Promise<unknown>) =>
    work.then(
      () => true,
      () => false,
    );
  return [
    { system: "Keycloak", what: "sign in", works: () => isSuccess(tokensOf(client, "dora", password)) },
    {
      system: "Keycloak",
      what: "refresh",
      works: async () => {
        const answer = await token({ grant_type: "refresh_token", refresh_token: refresh });
        ({ refresh_token: refresh = "" } = (await answer.json()) as { refresh_token?: string });
        return answer.ok;
      },
    },
    {
      system: "Keycloak",
      what: "show an access token",
      works: async () => {
        const headers = { authorization: `Bearer ${shown}` };
        return (await fetch(`${issuer}/protocol/openid-connect/userinfo`, { headers })).ok;
      },
    },
    {
      system: "Keycloak",
      what: "have her agent act for another",
      works: () => isSuccess(actFor(issuer, "release-bot", keys.key, handed, "merge:SHOP/shop-mobile")),
    },
    { system: "Bitbucket", what: "read", works: async () => (await asDora.read("payments-api")) === 200 },
    {
      system: "Bitbucket",
      what: "push",
      works: async () => (await asDora.push("payments-api", "doras")) === 201,
    },
    {
      system: "Bitbucket",
      what: "build",
      works: () =>
        asDora.build("payments-api", "main").then(
          ({ status }) => status === 201,
          () => true, // started, and then she may not even look at it
        ),
    },
    {
      system: "Bitbucket",
      what: "write where she was put by hand",
      works: async () => (await asDora.push("runbooks", "doras")) === 201,
    },
    {
      system: "Bitbucket",
      what: "fetch by Git",
      works: () => isSuccess(promisify(execFile)("git", ["ls-remote", git.href])),
    },
    {
      system: "Bitbucket",
      what: "use her API token at all",
      works: async () => (await world.bitbucket("GET", "/2.0/user", undefined, dora)).status === 200,
    },
  ];
}

/** Requests of the command so far; those of dora herself are not counted. */
function asked(): Record<"Keycloak" | "Bitbucket" | "Atlassian", number> {
  const entries = world.emulator.log.since().filter(({ account }) => account !== dora.email);
  const atlassian = entries.filter(({ family }) => family === "organizations").length;
  return {
    Keycloak: fronts.keycloak.passed.filter(({ path }) => /^\/(admin|realms\/master)\//.test(path)).length,
    Bitbucket: entries.length - atlassian,
    Atlassian: atlassian,
  };
}

let first: Offboarded;
let prepared: string;

/** Ben, who may push, knows how the command will call its branch: he fills it, with more than dora's name, and proposes it. */
async function prepare(): Promise<string> {
  const { target } = (await world.bitbucket("GET", `${repository}/refs/branches/main`)).json as {
    target: { hash: string };
  };
  const branch = `offboard-dora-${target.hash.slice(0, 12)}`;
  const form = new FormData();
  form.set("branch", branch);
  form.set("access.yaml", access.replace("[dora, emil]", "[emil, ben]"));
  expect((await world.send("POST", `${repository}/src`, form)).status).toBe(201);
  const request = { title: "Take dora out of access.yaml", source: { branch: { name: branch } } };
  expect((await world.bitbucket("POST", `${repository}/pullrequests`, request, ben)).status).toBe(201);
  return branch;
}
const decline =
  "decline pull request 1 of acme/identity, which somebody else has opened, from a branch that is called as those of this command are";

test("from the command to the last refusal: seconds, and requests to each system", async () => {
  const all = await attempts();
  for (const { what, works } of all) expect([what, await works()]).toEqual([what, true]);

  world.emulator.log.clear();
  fronts.forget();
  const since = Date.now();
  let ended = false;
  const refused = all.map(async ({ system, what, works }) => {
    while (await works()) {
      if (ended && Date.now() - since > 60_000) throw new Error(`${what} goes on`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return { system, what, seconds: (Date.now() - since) / 1000, requests: asked() };
  });
  prepared = await prepare();
  first = await run();
  ended = true;
  const total = asked();
  const rows = await Promise.all(refused);
  console.log(
    [
      renderOffboarded(first),
      "",
      "refused | in | after s | requests until then to Keycloak, Bitbucket, Atlassian",
      ...rows.map(({ system, what, seconds, requests }) =>
        [what, system, seconds.toFixed(1), Object.values(requests).join(", ")].join(" | "),
      ),
      `the whole command | | ${first.seconds.toFixed(1)} | ${Object.values(total).join(", ")}`,
    ].join("\n"),
  );
  // And it stays so.
  for (const { what, works } of all) expect([what, await works()]).toEqual([what, false]);
  expect(total.Keycloak).toBeLessThan(20);
  // Whose branches and pull requests are called alike is read, too.
  expect(total.Bitbucket).toBeLessThan(50);
  expect(total.Atlassian).toBeLessThan(15);
});

test("each act is read back, in each system", async () => {
  expect(first.taken.filter(({ ok }) => !ok)).toEqual([]);
  expect(first.taken.map(({ system, what }) => `${system}: ${what.replace(/\{.*\}/, "…")}`)).toEqual([
    "Keycloak: disable the person",
    "Keycloak: end their sessions",
    "Keycloak: disable their agent release-bot",
    "Bitbucket: take them out of every group",
    "Bitbucket: take the rights that account … was given alone",
    "Atlassian: revoke their API tokens",
    "Atlassian: disable their account",
    "Bitbucket: take the rights that their agent release-bot was given alone",
  ]);
  const user = await admin<Record<string, unknown>>("GET", `/users/${await idOf("dora")}`);
  expect(user).toMatchObject({ enabled: false, email: "dora@acme.example", emailVerified: true });
  const groups = (await world.bitbucket("GET", "/1.0/groups/acme")).json as {
    slug: string;
    members: { display_name: string }[];
  }[];
  expect(groups.filter(({ members }) => members.some((one) => one.display_name === "Dora Lind"))).toEqual([]);
  const text = JSON.stringify(first) + renderOffboarded(first);
  expect(world.seenIn(text)).toEqual([]);
});

test("a pull request takes the name out where nobody has to decide; the rest is named with its line", async () => {
  expect(isDone(first)).toBe(false);
  expect(first.left).toEqual([
    "merge pull request 2 of acme/identity, which takes dora out of access.yaml",
    decline,
    expect.stringMatching(/^access\.yaml:\d+:\d+: dora owns agent release-bot: name another owner$/),
    "access.yaml:18:3: dora is among the people: take the name out once it stands nowhere else",
  ]);
  const branch = first.request?.branch ?? "";
  expect(branch).toBe(`${prepared}-2`);
  const proposed = (await world.bitbucket("GET", `${repository}/src/${branch}/access.yaml`)).json as string;
  expect(proposed).toBe(access.replace("[dora, emil]", "[emil]"));
});

test("run again it finds what it did, and is done once people have done theirs", async () => {
  const again = await run();
  expect(again.request).toMatchObject({ id: 2, isNew: false });
  expect([again.left, isDone(again)]).toEqual([first.left, false]);

  const merge = async (id: number) => {
    const path = `${repository}/pullrequests/${id}`;
    expect((await world.bitbucket("POST", `${path}/approve`, undefined, ben)).status).toBe(200);
    expect((await world.bitbucket("POST", `${path}/merge`, {}, ben)).status).toBe(200);
    return (await world.bitbucket("GET", `${repository}/src/main/access.yaml`)).json as string;
  };
  const merged = await merge(2);
  // Somebody names another owner; now the name can be taken out of the people, too.
  const handed = merged.replace("owner: dora", "owner: ben");
  const form = new FormData();
  form.set("branch", "another-owner");
  form.set("access.yaml", handed);
  expect((await world.send("POST", `${repository}/src`, form)).status).toBe(201);
  const request = { title: "Another owner", source: { branch: { name: "another-owner" } } };
  expect((await world.bitbucket("POST", `${repository}/pullrequests`, request)).status).toBe(201);
  await merge(3);
  const third = await run();
  expect([third.request?.id, third.request?.isNew]).toEqual([4, true]);
  const last = await merge(4);
  expect(last).not.toContain("dora");
  expect(readAccess(last, "access.yaml").ok).toBe(true);

  expect((await run()).left).toEqual(["this checkout's access.yaml still names dora: bring it up to date"]);
  world.writeAccess(last);
  const done = await run();
  expect([done.left, isDone(done)]).toEqual([[], true]);

  // What was taken is told, whatever a file says that nobody needed before.
  const exceptions = join(world.folder, "exceptions.yaml");
  writeFileSync(exceptions, "exceptions: [\n");
  const unread = await run();
  rmSync(exceptions);
  expect(unread.taken.map(({ ok }) => ok)).toEqual(done.taken.map(({ ok }) => ok));
  expect(unread.left).toEqual([
    expect.stringMatching(/^where this checkout still names dora is not known: exceptions\.yaml:2:1 /),
  ]);
});

test("no later run lets them in again", async () => {
  world.writeAccess(access);
  await world.up();
  expect(await admin("GET", `/users/${await idOf("dora")}`)).toMatchObject({ enabled: false });
  const [agent] = await admin<{ enabled: boolean }[]>("GET", "/clients?clientId=agent.release-bot");
  expect(agent?.enabled).toBe(false);
  const { membership, failures } = await sync("local", world.envOf("sync"), { apply: true }, world.folder);
  expect([membership.changes, failures]).toEqual([[], []]);
});
