/**
 * People come, move and go: one act in Keycloak and one command, and what they can then do in Bitbucket is what their
 * team may, and nothing else. Whatever goes wrong on the way, nobody has more than before or after, and the next run
 * completes.
 */
import { randomBytes } from "node:crypto";
import { acmeSeed } from "../../emulator/acme";
import { sync, type SyncOptions } from "../../operations/membership/sync";
import { World } from "./world";
import { Developer } from "./world/developer";
import { Proxy } from "./world/proxy";

jest.setTimeout(600_000);
const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE !== undefined;

const people = ["chen", "dora", "emil", "june"] as const;
const tokens = Object.fromEntries(
  people.map((name) => [`${name}@acme.example`, randomBytes(24).toString("base64url")]),
);
const proxies: Proxy[] = [];
let world: World;
let developers: Record<(typeof people)[number], Developer>;

beforeAll(async () => {
  world = await World.start({
    seed: (administratorToken) => acmeSeed({ administratorToken, tokens }),
    front: async (server) => {
      const proxy = await Proxy.to(server);
      proxies.push(proxy);
      return proxy.url;
    },
  });
  await world.up();
  const as = (name: string) => {
    const email = `${name}@acme.example`;
    return new Developer(world, { email, token: tokens[email] ?? "" });
  };
  developers = { chen: as("chen"), dora: as("dora"), emil: as("emil"), june: as("june") };
  expect((await run({ apply: true })).failures).toEqual([]);
});

afterAll(async () => {
  await world.stop();
  for (const proxy of proxies) proxy.close();
});

const run = (options: SyncOptions = {}) => sync("local", world.env, options, world.folder);
const passed = () => proxies.reduce((total, proxy) => total + proxy.passed.length, 0);

async function admin<T>(method: string, path: string, body?: unknown): Promise<T> {
  const { status, json } = await world.keycloak(method, `/${world.realm}${path}`, body);
  if (status >= 400) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
  return json as T;
}

async function idOf(username: string): Promise<string> {
  return (await admin<{ id: string }[]>("GET", `/users?username=${username}&exact=true`))[0]?.id ?? "";
}

interface Group {
  readonly id: string;
  readonly name: string;
  readonly subGroups: readonly Group[];
}

async function groupOf(name: string): Promise<string> {
  const below = (group: Group): Group[] => [group, ...group.subGroups.flatMap(below)];
  const found = await admin<Group[]>("GET", `/groups?search=${name}&exact=true`);
  return found.flatMap(below).find((group) => group.name === name)?.id ?? "";
}

/** Puts somebody into exactly these teams in Keycloak. */
async function place(username: string, teams: readonly string[]): Promise<void> {
  const id = await idOf(username);
  for (const { id: group } of await admin<Group[]>("GET", `/users/${id}/groups`))
    await admin("DELETE", `/users/${id}/groups/${group}`);
  for (const team of teams) await admin("PUT", `/users/${id}/groups/${await groupOf(team)}`);
}

/** The Bitbucket groups that somebody is in. */
async function groupsOf(name: string): Promise<string[]> {
  const { json } = await world.bitbucket("GET", "/1.0/groups/acme");
  return (json as { slug: string; members: { display_name: string }[] }[])
    .filter(({ members }) => members.some((member) => member.display_name.startsWith(name)))
    .map(({ slug }) => slug)
    .sort();
}

test("one group in Keycloak and one sync: what the team may, and nothing else", async () => {
  const { chen, dora, emil, june } = developers;
  expect(await dora.push("payments-api", "feature")).toBe(201);
  const request = await dora.open("payments-api", "feature");
  expect([await emil.approve("payments-api", request), await chen.approve("payments-api", request)]).toEqual([
    200, 200,
  ]);
  expect(await june.read("payments-api")).toBe(404);
  expect((await june.build("payments-api", "feature")).status).toBe(404);
  expect(await june.merge("payments-api", request)).toBe(404);

  await place("june", ["support", "payments-leads"]);
  expect((await june.build("payments-api", "feature")).status).toBe(404); // before the sync
  const acts: object[] = [];
  const { done, failures } = await run({ apply: true, log: (act) => acts.push(act) });
  expect([failures, done.map(({ group, add, remove }) => [group, add.length, remove.length])]).toEqual([
    [],
    [["payments-leads", 1, 0]],
  ]);
  expect(acts).toEqual([
    expect.objectContaining({
      act: "add",
      group: "payments-leads",
      username: "june",
      why: "is in the team payments-leads in Keycloak",
    }),
  ]);

  expect((await june.build("payments-api", "feature")).status).toBe(201); // triggers: what is merged has to be built
  const built = await june.build("payments-api", "main"); // and there the step deploys to dev
  expect(built.log).toContain("signed in as pipeline-a.payments-api.dev");
  expect(await june.merge("payments-api", request)).toBe(200);
  expect(await june.push("payments-api", "main")).toBe(403); // not round the pull request
  expect(await june.push("shop-web", "feature")).toBe(403); // reads, as before
  expect((await june.build("shop-web", "main")).status).toBe(403);
  expect(await june.read("identity")).toBe(200); // as all of engineering
  expect(await june.push("identity", "feature")).toBe(403);

  await place("june", ["support"]);
  expect((await run({ apply: true })).failures).toEqual([]);
  expect([await june.read("payments-api"), (await june.build("payments-api", "main")).status]).toEqual([
    404, 404,
  ]);
});

test("with nothing to do, Bitbucket is asked once", async () => {
  world.emulator.log.clear();
  const { membership } = await run();
  expect([membership.changes, membership.unmatched]).toEqual([[], []]);
  expect(world.emulator.log.since().map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /1.0/groups/acme",
  ]);
});

test("an account that would be another now stops for a person, and loses nothing meanwhile", async () => {
  const id = await idOf("dora");
  const before = await admin<Record<string, unknown>>("GET", `/users/${id}`);
  await admin("PUT", `/users/${id}`, { ...before, email: "admin@acme.example" });
  const stopped = await run({ apply: true });
  expect(stopped.done).toEqual([]);
  expect(stopped.membership.unmatched).toEqual([
    { username: "dora", teams: ["payments"], reason: expect.stringContaining("add --repin") as string },
  ]);
  expect(await groupsOf("Dora")).toEqual(["payments"]);

  const repinned = await run({ repin: ["dora"] });
  expect(repinned.membership.changes.map(({ add, remove }) => [add[0]?.username, remove.length])).toEqual([
    ["dora", 1],
  ]);
  await admin("PUT", `/users/${id}`, before);
  expect((await run()).membership.changes).toEqual([]);
});

test("safety: who is required, how many owners, how large a share", async () => {
  await expect(run({ apply: true, require: ["nobody"] })).rejects.toThrow("no team with nobody");
  const ben = await idOf("ben");
  await admin("PUT", `/users/${ben}`, { enabled: false });
  await expect(run({ apply: true })).rejects.toThrow("found 1 of the owners enabled in the realm (ana)");
  await admin("PUT", `/users/${ben}`, { enabled: true });
  const gone = ["dora", "emil", "goran", "hana"];
  for (const name of gone) await admin("PUT", `/users/${await idOf(name)}`, { enabled: false });
  await expect(run({ apply: true })).rejects.toThrow("found 4 memberships to remove");
  for (const name of gone) await admin("PUT", `/users/${await idOf(name)}`, { enabled: true });
  expect(await groupsOf("Dora")).toEqual(["payments"]);
});

describe("june moves from support to payments-leads, and something goes wrong", () => {
  const [before, after] = [["support"], ["payments-leads"]];
  const calm = async () => {
    await place("june", before);
    expect((await run({ apply: true })).failures).toEqual([]);
    await place("june", after);
  };
  /** Whatever became of the run, june has nothing that she had in neither state; the next run completes. */
  const judge = async (what: string) => {
    const held = await groupsOf("June");
    const within = (state: readonly string[]) => held.every((group) => state.includes(group));
    expect([what, within(before) || within(after)]).toEqual([what, true]);
    expect((await run({ apply: true })).failures).toEqual([]);
    expect([what, await groupsOf("June")]).toEqual([what, after]);
  };

  test("a connection ends, before or after any request of either system", async () => {
    await calm();
    const since = passed();
    await run({ apply: true });
    const requests = passed() - since;
    expect(requests).toBeGreaterThan(15);
    const cases = Array.from({ length: requests }, (_, index) => index).filter(
      (index) => exhaustive || index % 12 === 0 || index >= requests - 3,
    );
    for (const at of cases) {
      for (const moment of ["before", "after"] as const) {
        await calm();
        let count = 0;
        for (const proxy of proxies)
          proxy.set({ catches: () => count++ === at, moment, spring: () => undefined });
        await run({ apply: true }).catch(() => undefined);
        for (const proxy of proxies) proxy.set(undefined);
        await judge(`${moment} request ${at + 1} of ${requests}`);
      }
    }
  });

  test.each(["DELETE", "PUT"] as const)("Bitbucket refuses every %s", async (method) => {
    await calm();
    world.emulator.faults.add({ method, path: "/1.0/groups/*", status: 400, times: "always" });
    const { failures } = await run({ apply: true });
    world.emulator.faults.clear();
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.join()).toContain(
      method === "DELETE" ? "group support: june" : "group payments-leads: june",
    );
    await judge(method);
  });

  test("a team that cannot be read leaves its group alone, and stops no other", async () => {
    await calm();
    await admin("PUT", `/groups/${await groupOf("support")}`, { name: "supporters" });
    await place("goran", ["platform"]);
    const { failures, done } = await run({ apply: true });
    expect(failures).toEqual([
      "team support: the realm has no group /support: bring the stack up first",
      "group payments-leads: june is not put in, since what they have to lose is not lost yet",
    ]);
    expect(done.map(({ group }) => group).sort()).toEqual(["platform", "storefront"]);
    expect(await groupsOf("Goran")).toEqual(["platform"]);
    await admin("PUT", `/groups/${await groupOf("supporters")}`, { name: "support" });
    await judge("an unreadable team");
  });
});
