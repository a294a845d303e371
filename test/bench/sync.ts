/**
 * What it costs that people follow teams: 2,500 people in 300 teams of a real Keycloak, and the groups of the same names
 * in the emulator. Three runs of `sync`: the first, which matches everybody with an account; one with nothing to do, as
 * nearly all are; and one after 25 changes. Requests are exact and the same on every machine.
 */
import type { Emulator } from "@bitbucket-keycloak/bitbucket-emulator";
import { administrator, administratorScopes } from "../../toolchain/acme";
import { KeycloakAdmin } from "../../clients/keycloak";
import { userNamed } from "../../clients/named";
import { sync } from "../../commands/sync/sync";
import { World } from "../e2e/world";
import { Fronts, type Proxy } from "../e2e/world/proxy";
import { Progress } from "../../toolchain/progress";
import type { Bench, BenchOptions, BenchResult } from "./bench";
import { accessTextOfDirectory } from "./modelText";
import { table } from "./table";
import { withKeycloak } from "./worlds";

export const syncBench: Bench = {
  name: "sync",
  summary: "2,500 people in 300 teams: sync with nothing to do and with 25 changes; starts a Keycloak",
  quick: false,
  run,
};

const size = { people: 2500, teams: 300 };
/** Memberships that change. */
const [joins, leaves, disabled] = [10, 10, 5];

interface Figures {
  readonly seconds: number;
  readonly keycloak: number;
  readonly bitbucket: number;
  readonly writes: number;
}
const phases = {
  first: "first sync",
  nothing: "nothing to do",
  changes: "25 changes",
  again: "nothing to do, after that",
} as const;
type Phase = keyof typeof phases;

async function run(options: BenchOptions): Promise<BenchResult> {
  const { progress, checkpoint } = options;
  return withKeycloak(options, async () => {
    const fronts = new Fronts();
    const names = teamNames();
    const world = await World.start({
      access,
      settings: { "keycloak.people": "external" },
      seed: (token) => seedOf(token, names),
      front: fronts.front,
    });
    try {
      checkpoint();
      const realm = await progress.step(`a realm of ${size.people} people in ${size.teams} teams`, (note) =>
        fill(world, note),
      );
      const measure = async (phase: Phase): Promise<Figures> => {
        checkpoint();
        return progress.step(phases[phase], async () => {
          world.emulator.log.clear();
          fronts.forget();
          const since = performance.now();
          const options = { apply: true, allowManyRemovals: true };
          const { failures } = await sync("local", world.env, options, world.folder, quiet);
          if (failures.length > 0) throw new Error(failures.join("\n"));
          return figuresOf((performance.now() - since) / 1000, fronts.keycloak, world.emulator);
        });
      };
      const first = await measure("first");
      const nothing = await measure("nothing");
      await realm.change();
      const changes = await measure("changes");
      return resultOf({ first, nothing, changes, again: await measure("again") });
    } finally {
      await world.stop();
      fronts.close();
    }
  });
}

const quiet = new Progress({ write: () => undefined });

function figuresOf(seconds: number, keycloak: Proxy, { log }: Emulator): Figures {
  const entries = log.since();
  const writes = entries.filter(({ method }) => method !== "GET").length;
  return { seconds, keycloak: keycloak.passed.length, bitbucket: entries.length, writes };
}

const access = accessTextOfDirectory({ people: 30, teams: size.teams, repositories: 20 });

function teamNames(): string[] {
  return [...access.matchAll(/^ +(team-[\w-]+):$/gm)].map(([, name = ""]) => name);
}

const personOf = (index: number) => `person-${index}`;
const emailOf = (index: number) => `person-${index}@large.example`;
const everybody = Array.from({ length: size.people }, (_, index) => index);

function seedOf(administratorToken: string, groups: readonly string[]) {
  return {
    workspace: { slug: "acme" },
    accounts: [
      {
        name: "Administrator",
        email: administrator,
        tokens: [{ token: administratorToken, scopes: [...administratorScopes] }],
      },
      ...everybody.map((index) => ({ name: personOf(index), email: emailOf(index) })),
    ],
    administrators: [administrator],
    groups: groups.map((name) => ({ name })),
  };
}

interface TreeGroup {
  readonly name: string;
  readonly subGroups: TreeGroup[];
}

/** The tree of teams, by the indentation of the file. */
function tree(): TreeGroup[] {
  const roots: TreeGroup[] = [];
  const open: { indent: number; group: TreeGroup }[] = [];
  for (const [, spaces = "", name = ""] of access.matchAll(/^( +)(team-[\w-]+):$/gm)) {
    const group: TreeGroup = { name, subGroups: [] };
    while (open.length > 0 && (open.at(-1)?.indent ?? 0) >= spaces.length) open.pop();
    (open.at(-1)?.group.subGroups ?? roots).push(group);
    open.push({ indent: spaces.length, group });
  }
  return roots;
}

const pathsOf = (groups: readonly TreeGroup[], above = ""): string[] =>
  groups.flatMap(({ name, subGroups }) => [`${above}/${name}`, ...pathsOf(subGroups, `${above}/${name}`)]);

/** Makes the realm as a directory would: its groups at once, its people by hundreds. */
async function fill(world: World, note: (text: string) => void): Promise<{ change: () => Promise<void> }> {
  const ask = async (method: string, path: string, body: unknown) => {
    const { status, json } = await world.keycloak(method, path, body);
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
  };
  await ask("POST", "", { realm: world.realm, enabled: true, groups: tree() });
  const paths = pathsOf(tree());
  const batch = 250;
  for (let from = 0; from < size.people; from += batch) {
    const users = everybody.slice(from, from + batch).map((index) => ({
      username: personOf(index),
      email: emailOf(index),
      emailVerified: true,
      enabled: true,
      groups: [paths[index % paths.length] ?? ""],
    }));
    await ask("POST", `/${world.realm}/partialImport`, { ifResourceExists: "FAIL", users });
    note(`${from + users.length} people`);
  }
  return { change: () => change(world, paths) };
}

/** Ten people come into a second team, ten leave theirs, five are disabled: 25 memberships. */
async function change(world: World, paths: readonly string[]): Promise<void> {
  const keycloak = KeycloakAdmin.from(world.keycloakUrl, world.realm, world.env);
  const groups = new Map((await keycloak.groups()).map(({ path, id }) => [path, id]));
  const groupOf = (index: number) => groups.get(paths[index % paths.length] ?? "") ?? "";
  const idOf = async (index: number) => (await userNamed(keycloak, personOf(index)))?.id ?? "";
  // Nobody of the first, who own everything.
  const first = 100;
  for (let index = first; index < first + joins; index++)
    await keycloak.put(`users/${await idOf(index)}/groups/${groupOf(index + 1)}`);
  for (let index = first + joins; index < first + joins + leaves; index++)
    await keycloak.delete(`users/${await idOf(index)}/groups/${groupOf(index)}`);
  for (let index = first + joins + leaves; index < first + joins + leaves + disabled; index++)
    await keycloak.put(`users/${await idOf(index)}`, { enabled: false });
}

function resultOf(all: Record<Phase, Figures>): BenchResult {
  const rows = (Object.keys(phases) as Phase[]).map((phase) => {
    const { seconds, keycloak, bitbucket, writes } = all[phase];
    return [phases[phase], seconds, keycloak, bitbucket, writes];
  });
  const head = `${size.people.toLocaleString("en")} people, ${size.teams} teams`;
  return {
    json: { sync: { ...size, ...all } },
    text: table([head, "seconds", "to Keycloak", "to Bitbucket", "of those, writes"], rows),
  };
}
