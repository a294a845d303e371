/**
 * Nobody gets back what was taken from them by a run that did not mean to give it: what was taken, by each kind of run that
 * comes after it. Each run writes beside what was taken, since it has something of everybody's to change. One realm, real
 * engine, real Keycloak, emulated workspace.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { offboard } from "../../commands/offboard/offboard";
import { recover } from "../../commands/recover/recover";
import { rotate } from "../../commands/rotate/rotate";
import { sync } from "../../commands/sync/sync";
import { renderMembership } from "../../commands/sync/report";
import { administratorScopes } from "../../toolchain/acme";
import { Progress } from "../../toolchain/progress";
import { administrator, ended, World } from "./world";
import { below, kill } from "./world/processes";
import { Fronts } from "./world/proxy";
import { sharedWorld } from "./world/shared";

jest.setTimeout(600_000);

const people = ["ana", "ben", "gone", "disabled", "out", "cut"] as const;
const bots = {
  agent: "{00000000-0000-4000-8000-0000000000b1}",
  gones: "{00000000-0000-4000-8000-0000000000b2}",
};
const email = (name: string) => `${name}@taken.example`;

/** Everybody's last name, and what each agent is for, differ from turn to turn. */
const companyText = (turn: number) => `company: Taken
owners: [ana, ben]
environments:
  dev: { type: test }
people:
${people.map((name) => `  ${name}: { name: ${name} ${"I".repeat(turn)}, email: ${email(name)} }`).join("\n")}
teams:
  crew: { owner: ana, description: Turn ${turn}, members: [ana, gone, disabled, out, cut] }
agents:
${Object.entries(bots)
  .map(
    ([name, account]) => `  ${name}:
    owner: ${name === "gones" ? "gone" : "ana"}
    description: Turn ${turn}
    account: "${account}"
    jwks: https://bot.example/keys`,
  )
  .join("\n")}
projects:
  ONE: { name: First, owner: crew, repositories: { api: {} } }
grants:
  - { team: crew, can: [read], on: ONE }
  - { agent: agent, can: [read], on: ONE, reason: Reads }
  - { agent: gones, can: [read], on: ONE, reason: Reads }
`;

const fronts = new Fronts();
let world: World;
let before: string;
let turn = 1;

beforeAll(async () => {
  world = await World.start({
    front: fronts.front,
    access: companyText(turn),
    seed: (administratorToken) => ({
      workspace: { slug: "acme", plan: "premium" },
      accounts: [
        {
          name: "Administrator",
          email: administrator,
          tokens: [{ token: administratorToken, scopes: [...administratorScopes] }],
        },
        ...people.map((name) => ({ name, email: email(name) })),
        ...Object.entries(bots).map(([name, uuid]) => ({ name, email: email(name), uuid })),
      ],
      administrators: [administrator],
      projects: [{ key: "ONE", name: "First" }],
      repositories: [{ slug: "api", project: "ONE" }],
    }),
  });
  await world.up();
  await synced();
  before = (await world.pulumi("stack", "export", "--stack", "local")).stdout;
});
afterAll(async () => {
  await world.stop();
  fronts.close();
});

async function admin<T>(method: string, path: string, body?: unknown): Promise<T> {
  const { status, json } = await world.keycloak(method, `/${world.realm}${path}`, body);
  if (status >= 400) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
  return json as T;
}

interface Switched {
  readonly id: string;
  readonly enabled: boolean;
}
const user = async (name: string) =>
  (await admin<[Switched]>("GET", `/users?username=${name}&exact=true`))[0];
const client = async (name: string) => (await admin<[Switched]>("GET", `/clients?clientId=agent.${name}`))[0];
const crew = async () => (await admin<[Switched]>("GET", "/groups?search=crew"))[0].id;

/** Accounts in Bitbucket's group, by name. */
async function inBitbucket(): Promise<ReadonlyMap<string, string>> {
  const { json } = await world.bitbucket("GET", "/1.0/groups/acme/crew/members");
  const members = json as { uuid: string; display_name: string }[];
  return new Map(members.map(({ uuid, display_name: name }) => [name, uuid]));
}
const inKeycloak = async () =>
  (await admin<{ username: string }[]>("GET", `/groups/${await crew()}/members`)).map(
    ({ username }) => username,
  );

const progress = new Progress({ write: () => undefined });
const engine = () => ({ command: sharedWorld().toolchain.pulumi, env: world.env, cwd: world.folder });

async function synced(): Promise<string> {
  const { membership, failures } = await sync(
    "local",
    world.envOf("sync"),
    { apply: true },
    world.folder,
    progress,
  );
  expect(failures).toEqual([]);
  return renderMembership(membership.changes, membership, true);
}

/** What is taken, and how; and whether it is back. */
const taken = [
  {
    what: "somebody is off-boarded, and their agent with them",
    take: () => offboard("gone", "local", world.envOf("offboard"), {}, world.folder, progress),
    isBack: async () =>
      (await user("gone")).enabled || (await client("gones")).enabled || (await inBitbucket()).has("gone"),
  },
  {
    what: "a person is disabled by hand",
    take: async () => admin("PUT", `/users/${(await user("disabled")).id}`, { enabled: false }),
    isBack: async () => (await user("disabled")).enabled,
  },
  {
    what: "an agent's client is disabled by hand",
    take: async () => admin("PUT", `/clients/${(await client("agent")).id}`, { enabled: false }),
    isBack: async () => (await client("agent")).enabled,
  },
  {
    what: "a member is taken out of Keycloak's group by hand",
    take: async () => admin("DELETE", `/users/${(await user("out")).id}/groups/${await crew()}`),
    isBack: async () => (await inKeycloak()).includes("out"),
  },
  {
    what: "a member is taken out of Bitbucket's group by hand",
    take: async () => {
      const account = (await inBitbucket()).get("cut") ?? "";
      const path = `/1.0/groups/acme/crew/members/${encodeURIComponent(account)}`;
      expect((await world.bitbucket("DELETE", path)).status).toBeLessThan(300);
    },
    isBack: async () => (await inBitbucket()).has("cut"),
  },
];

const declareMore = () => {
  world.writeAccess(companyText((turn += 1)));
};
const up = async (...args: string[]) => {
  declareMore();
  return world.up(...args);
};
const agents = ["agent", "gones"].map(
  (one) => `client agent.${one} is switched off in Keycloak, and stays so`,
);
const outOfGroup = /group \/crew of realm .*: (gone, )?out: taken out by somebody/;

/** What runs afterwards, and what it has to say. */
const runs: {
  readonly run: string;
  readonly does: () => Promise<string>;
  readonly names: readonly (string | RegExp)[];
}[] = [
  { run: "up", does: () => up(), names: agents },
  { run: "up --refresh", does: () => up("--refresh"), names: [...agents, outOfGroup] },
  {
    run: "rotate",
    does: async () => {
      const asOf = new Date(Date.now() + 100 * 86_400_000);
      const report = await rotate("local", engine(), { asOf }, progress);
      return `rotated: ${report.rotated.join(", ")}`;
    },
    names: [/rotated: .*signing-keys/],
  },
  {
    run: "recover, after a run that was killed in its midst, and the run after it",
    does: async () => {
      declareMore();
      const run = world.start("up", "--stack", "local", "--yes", "--skip-preview");
      let survivors: number[] = [];
      fronts.keycloak.set({
        catches: ({ method, path }) => method === "PUT" && path.includes("/users/"),
        moment: "after",
        spring: () => {
          survivors = below(run.pid ?? 0).map(({ id }) => id);
          run.kill("SIGKILL");
        },
      });
      expect((await ended(run)).code).not.toBe(0);
      fronts.keycloak.set(undefined);
      kill(survivors);
      await sleep(500);
      const done = await recover("local", engine(), progress);
      return [...done, await world.up()].join("\n");
    },
    names: agents,
  },
  {
    run: "a run on a state of before",
    does: async () => {
      const file = join(world.folder, "before.json");
      writeFileSync(file, before);
      await world.succeed("stack", "import", "--stack", "local", "--file", file);
      return up();
    },
    names: agents,
  },
  {
    run: "sync",
    does: synced,
    names: [/- crew: disabled, who is disabled/, /- crew: out/, /! cut \(crew\): was taken out/],
  },
];

describe.each(runs)("$run", ({ does, names, run }) => {
  let said: string;
  beforeAll(async () => {
    if (run === "up") for (const { take } of taken) await take();
    said = await does();
  });

  test.each(taken)("$what, and it stays so", async ({ isBack }) => {
    expect(await isBack()).toBe(false);
  });

  test("names them", () => {
    for (const one of names) expect(said).toMatch(one);
  });
});
