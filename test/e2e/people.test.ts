/**
 * People come, move and go: one act in Keycloak and one command, and what they can then do in Bitbucket is what their
 * team may, and nothing else. Whatever goes wrong on the way, nobody has more than before or after, and the next run
 * completes.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { acmeSeed } from "../../toolchain/acme";
import { sync, type SyncOptions } from "../../commands/sync/sync";
import { askLive } from "../../commands/why/live";
import { World } from "./world";
import { Abilities } from "./world/abilities";
import { Developer } from "./world/developer";
import { Fronts } from "./world/proxy";

jest.setTimeout(600_000);
const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE !== undefined;

const people = ["chen", "dora", "emil", "june"] as const;
const tokens = Object.fromEntries(
  people.map((name) => [`${name}@acme.example`, randomBytes(24).toString("base64url")]),
);
const fronts = new Fronts();
let world: World;
let developers: Record<(typeof people)[number], Developer>;

beforeAll(async () => {
  world = await World.start({
    seed: (administratorToken) => acmeSeed({ administratorToken, tokens }),
    front: fronts.front,
  });
  await world.up();
  const as = (name: string) => new Developer(world, identity(name));
  developers = { chen: as("chen"), dora: as("dora"), emil: as("emil"), june: as("june") };
  expect((await run({ apply: true })).failures).toEqual([]);
});

afterAll(async () => {
  await world.stop();
  fronts.close();
});

function identity(name: string): { email: string; token: string } {
  const email = `${name}@acme.example`;
  return { email, token: tokens[email] ?? "" };
}

const run = (options: SyncOptions = {}) => sync("local", world.envOf("sync"), options, world.folder);

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

const repositories = {
  PAY: ["payments-api", "payments-ledger", "payments-web", "payments-docs"],
  SHOP: ["shop-web", "shop-search", "shop-mobile", "shop-design"],
  PLAT: ["infrastructure", "identity", "pipelines-library", "runbooks"],
};
/** One of each project is deployed, which takes a while. */
const deployed = ["payments-api", "shop-web", "infrastructure"];

test("one group in Keycloak and one sync: what the team may, and nothing else, in any repository", async () => {
  const all = Object.values(repositories).flat();
  const abilities = await Abilities.prepare(world, all, deployed);
  const as = identity("june");
  const may = async (names: readonly string[]) => {
    const found: Record<string, string> = {};
    for (const name of names) found[name] = await abilities.of(as, name, deployed.includes(name));
    return found;
  };
  const each = (names: readonly string[], what: string) =>
    Object.fromEntries(names.map((name) => [name, what]));

  await place("june", []);
  expect((await run({ apply: true })).failures).toEqual([]);
  expect(await may(all)).toEqual(each(all, ""));

  await place("june", ["payments-leads"]);
  expect(await may(["payments-api"])).toEqual({ "payments-api": "" }); // before the sync
  world.emulator.log.clear();
  const since = Date.now();
  const { done, failures } = await run({ apply: true });
  const seconds = (Date.now() - since) / 1000;
  const requests = world.emulator.log.since().length;
  expect([failures, done.map(({ group, add, remove }) => [group, add.length, remove.length])]).toEqual([
    [],
    [["payments-leads", 1, 0]],
  ]);
  const found = await may(all);
  console.log(
    [
      `on-boarding: one sync, ${requests} requests to Bitbucket, ${seconds.toFixed(1)} s; then june may`,
      ...Object.entries(found).map(([name, what]) => `  ${name}: ${what}`),
    ].join("\n"),
  );
  const write = "read push trigger merge";
  expect(found).toEqual({
    ...each(repositories.PAY, write),
    ...each([...repositories.SHOP, ...repositories.PLAT], "read"),
    "payments-api": `${write} deploy:dev deploy:staging`,
  });

  await place("june", ["support"]);
  expect((await run({ apply: true })).failures).toEqual([]);
  expect(await may(["payments-api", "shop-web", "infrastructure", "runbooks"])).toEqual({
    "payments-api": "",
    "shop-web": "read",
    infrastructure: "",
    runbooks: "read",
  });
});

test("a pull request of the team's is built, merged and deployed by whoever has come", async () => {
  const { chen, dora, emil, june } = developers;
  expect(await dora.push("payments-api", "feature")).toBe(201);
  const request = await dora.open("payments-api", "feature");
  expect([await emil.approve("payments-api", request), await chen.approve("payments-api", request)]).toEqual([
    200, 200,
  ]);
  expect(await june.merge("payments-api", request)).toBe(404);

  await place("june", ["support", "payments-leads"]);
  const acts: object[] = [];
  expect((await run({ apply: true, log: (act) => acts.push(act) })).failures).toEqual([]);
  expect(acts).toEqual([
    expect.objectContaining({
      act: "add",
      group: "payments-leads",
      username: "june",
      why: "is in the team payments-leads in Keycloak",
    }),
  ]);
  expect((await june.build("payments-api", "feature")).status).toBe(201); // what is merged has to be built
  const built = await june.build("payments-api", "main"); // and there the step deploys to dev
  expect(built.log).toContain("signed in as pipeline-a.payments-api.dev");
  expect(await june.merge("payments-api", request)).toBe(200);
  expect(await june.push("payments-api", "main")).toBe(403); // not round the pull request

  await place("june", ["support"]);
  expect((await run({ apply: true })).failures).toEqual([]);
});

test("why --live: as the files say; and what somebody took away by hand", async () => {
  const ask = () => askLive(world.folder, ["chen", "merge", "payments-api"], "local", world.envOf("why"));
  const first = await ask();
  expect([first.answer.can, first.live]).toEqual([true, { can: true, differences: [] }]);

  const leads = "/1.0/groups/acme/payments-leads/members";
  const { json } = await world.bitbucket("GET", leads);
  const chen = (json as { uuid: string; display_name: string }[]).find(
    (one) => one.display_name === "Chen Wei",
  );
  const member = `${leads}/${encodeURIComponent(chen?.uuid ?? "")}`;
  expect((await world.bitbucket("DELETE", member)).status).toBe(204);
  const { answer, live } = await ask();
  expect([answer.can, live.can]).toEqual([true, false]);
  expect(live.differences).toEqual(["Bitbucket, PAY/payments-api: chen has nothing, and by the files write"]);
  expect((await world.bitbucket("PUT", member, {})).status).toBe(200);
  expect((await ask()).live).toEqual({ can: true, differences: [] });
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

test("what was granted to one person alone goes when they are disabled, and is named until access.yaml lets it go", async () => {
  const members = (await world.bitbucket("GET", "/2.0/workspaces/acme/members?pagelen=100")).json as {
    values: { user: { uuid: string; display_name: string } }[];
  };
  const account = members.values.find(({ user }) => user.display_name === "Emil Novak")?.user.uuid ?? "";
  const acme = readFileSync(join(world.folder, "access.yaml"), "utf8");
  world.writeAccess(
    acme
      .replace("email: emil@acme.example", `email: emil@acme.example, account: "${account}"`)
      .replace(
        "grants:\n",
        `grants:\n  - { person: emil, can: [trigger], on: SHOP/shop-web, until: "2027-06-30", reason: Helps out }\n`,
      ),
  );
  await world.up();
  const holders = async () =>
    (
      (await world.bitbucket("GET", "/2.0/repositories/acme/shop-web/permissions-config/users")).json as {
        values: { user: { uuid: string } }[];
      }
    ).values.map(({ user }) => user.uuid);
  expect([(await run()).grants, await holders()]).toEqual([[], [account]]);

  await admin("PUT", `/users/${await idOf("emil")}`, { enabled: false });
  const told = await run();
  expect(told.grants).toEqual([
    { subject: "person emil", account, target: "SHOP/shop-web", why: "is disabled in Keycloak" },
  ]);
  expect(await holders()).toEqual([account]); // not without --apply
  expect((await run({ apply: true })).failures).toEqual([]);
  expect([await holders(), await groupsOf("Emil")]).toEqual([[], []]);
  const again = await run();
  expect([again.grants, again.declared.length]).toEqual([[], 1]);

  await admin("PUT", `/users/${await idOf("emil")}`, { enabled: true });
  world.writeAccess(acme);
  await world.up();
  expect((await run({ apply: true })).declared).toEqual([]);
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
  const evaluate = async (what: string) => {
    const held = await groupsOf("June");
    const within = (state: readonly string[]) => held.every((group) => state.includes(group));
    expect([what, within(before) || within(after)]).toEqual([what, true]);
    expect((await run({ apply: true })).failures).toEqual([]);
    expect([what, await groupsOf("June")]).toEqual([what, after]);
  };

  test("a connection ends, before or after any request of either system", async () => {
    await calm();
    const since = fronts.passed;
    await run({ apply: true });
    const requests = fronts.passed - since;
    expect(requests).toBeGreaterThan(15);
    const cases = Array.from({ length: requests }, (_, index) => index).filter(
      (index) => exhaustive || index % 12 === 0 || index >= requests - 3,
    );
    for (const at of cases) {
      for (const moment of ["before", "after"] as const) {
        await calm();
        let count = 0;
        fronts.set({ catches: () => count++ === at, moment, spring: () => undefined });
        await run({ apply: true }).catch(() => undefined);
        fronts.set(undefined);
        await evaluate(`${moment} request ${at + 1} of ${requests}`);
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
    await evaluate(method);
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
    await evaluate("an unreadable team");
  });
});
