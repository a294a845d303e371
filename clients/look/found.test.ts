/** A look at a grown company, in both systems, over HTTP: it reads everything, asks nothing twice, and writes nothing. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import type { Found } from "../../access/adopt/found";
import { startBoth, type Both } from "../../test/grown/both";
import { secretMark } from "../../test/grown/realm";
import { valueMark } from "../../test/grown/workspace";
import { randomSize, sizes } from "../../test/grown/size";
import { grownWorld, type GrownWorld } from "../../test/grown/world";
import { foundIn, lookAt } from "./found";
import { Records } from "./records";

const world = grownWorld(sizes.small, 1);
const seeds = (process.env.BITBUCKET_KEYCLOAK_SEEDS ?? "3").split(" ").map(Number);
let both: Both;
beforeAll(async () => {
  both = await startBoth(world);
});
afterAll(() => both.close());
beforeEach(() => {
  both.emulator.log.clear();
  both.keycloak.asked.length = 0;
});

const open = (folder: string) => Records.open(folder, both.subject);
const asked = () => [
  ...both.emulator.log.since().map(({ method, path, query }) => `${method} ${path}${query && `?${query}`}`),
  ...both.keycloak.requests(),
];

test("everything that stands in both systems is found, by reads alone, none of them outside the contract", async () => {
  const { found, asked: counts } = await lookAt(open(both.folder()), both.env, { details: true });
  expect(found.unread).toEqual([]);
  expect(workspaceOf(found)).toEqual(await expectedWorkspace(both));
  expect(realmOf(found)).toEqual(expectedRealm(world));
  expect(new Set(asked().map((one) => one.split(" ")[0]))).toEqual(new Set(["GET"]));
  expect(both.emulator.log.strict()).toEqual([]);
  expect(counts).toEqual({
    bitbucket: both.emulator.log.since().length,
    keycloak: both.keycloak.requests().length,
  });
});

test.each(seeds)(
  "a company by chance (%d) is found as it is, too",
  async (seed) => {
    const grown = grownWorld(randomSize(seed), seed);
    const other = await startBoth(grown);
    try {
      const { found } = await lookAt(Records.open(other.folder(), other.subject), other.env, {
        details: true,
      });
      expect(found.unread).toEqual([]);
      expect(workspaceOf(found)).toEqual(await expectedWorkspace(other));
      expect(realmOf(found)).toEqual(expectedRealm(grown));
    } finally {
      await other.close();
    }
  },
  60_000,
);

test("five requests a repository, one more for each further environment, three more for details", async () => {
  const count = async (details: boolean): Promise<number> => {
    both.emulator.log.clear();
    await lookAt(open(both.folder()), both.env, { details });
    return both.emulator.log.since().filter(({ path }) => /^\/2\.0\/repositories\/[^/]+\/./.test(path))
      .length;
  };
  const repositories = world.seed.repositories ?? [];
  const environments = repositories.reduce((sum, { environments = [] }) => sum + environments.length, 0);
  expect(await count(false)).toBe(4 * repositories.length + environments);
  expect(await count(true)).toBe(7 * repositories.length + environments);
});

test("one project: its repositories alone, and their rights one by one", async () => {
  const [first = { key: "" }] = world.seed.projects ?? [];
  const { found } = await lookAt(open(both.folder()), both.env, { project: first.key });
  expect(found.workspace.projects.map(({ key }) => key)).toEqual([first.key]);
  expect(new Set(found.workspace.repositories.map(({ project }) => project))).toEqual(new Set([first.key]));
  const { found: all } = await lookAt(open(both.folder()), both.env);
  const those = all.workspace.repositories.filter(({ project }) => project === first.key);
  expect(found.workspace.repositories).toEqual(those);
});

test("what was found is read again from the records, and nobody is asked; readable for one account, no secret in it", async () => {
  const records = open(both.folder());
  const { found } = await lookAt(records, both.env, { details: true });
  both.emulator.log.clear();
  both.keycloak.asked.length = 0;
  const again = Records.last(records.file.replace(/\/[^/]*$/, ""), both.subject);
  expect(await foundIn(again!, { details: true })).toEqual(found);
  expect([asked(), both.keycloak.asked]).toEqual([[], []]);
  expect(statSync(records.file).mode & 0o777).toBe(0o600);
  const text = readFileSync(records.file, "utf8");
  expect(text).toContain("DB_PASSWORD");
  for (const mark of [valueMark, secretMark, world.administrator.token]) expect(text).not.toContain(mark);
});

test("killed at each request, some in the middle of writing: nothing that was answered is asked again", async () => {
  const whole = open(both.folder());
  const { found } = await lookAt(whole, both.env);
  const [begun = "", ...lines] = readFileSync(whole.file, "utf8").trimEnd().split("\n");
  for (let answered = 0; answered <= lines.length; answered++) {
    const torn = answered % 2 === 0 ? "" : '{"at":"2026-';
    const folder = both.folder();
    const { file } = open(folder);
    writeFileSync(file, [begun, ...lines.slice(0, answered)].join("\n") + "\n" + torn);
    both.emulator.log.clear();
    both.keycloak.asked.length = 0;
    expect((await lookAt(open(folder), both.env)).found).toEqual(found);
    const answers = lines.slice(0, answered).map((line) => askedIn(line));
    expect(asked().sort()).toEqual(lines.slice(answered).map(askedIn).sort());
    expect(asked().filter((one) => answers.includes(one))).toEqual([]);
    // Once more, by what both runs have written down.
    expect(await foundIn(open(folder))).toEqual(found);
  }
}, 120_000);

const askedIn = (line: string) => (JSON.parse(line) as { asked: string }).asked;

test("another workspace, realm or server is another look; --again begins a new one", () => {
  const folder = both.folder();
  const first = open(folder);
  const elsewhere = { ...both.subject, keycloak: { ...both.subject.keycloak, realm: "other" } };
  expect(Records.last(folder, elsewhere)).toBeUndefined();
  expect(open(folder).file).toBe(first.file);
  const later = () => Date.now() + 1_000;
  expect(Records.open(folder, both.subject, { anew: true, now: later }).file).not.toBe(first.file);
});

test("what may not be read is a line each, with what it means for the rest; asked once more only where that is wanted", async () => {
  const folder = both.folder();
  const slug = world.seed.repositories?.[0]?.slug ?? "";
  both.emulator.faults.add({
    method: "GET",
    path: `/2.0/repositories/grown/${slug}/branch-restrictions`,
    status: 403,
  });
  const { found } = await lookAt(open(folder), both.env);
  expect(found.unread).toEqual([
    expect.stringContaining(
      `cannot read the branch restrictions of repository grown/${slug}: bitbucket answered 403`,
    ),
  ]);
  expect(found.workspace.repositories.find((one) => one.slug === slug)).toMatchObject({
    restrictions: [],
    unread: ["restrictions"],
  });
  both.emulator.log.clear();
  expect((await lookAt(open(folder), both.env)).found.unread).toHaveLength(1);
  expect(both.emulator.log.since()).toEqual([]);
  both.emulator.faults.clear();
  const records = open(folder);
  records.forgetRefusals();
  expect((await lookAt(records, both.env)).found.unread).toEqual([]);
});

test("with a token that is none, or without Keycloak, one request of each says so, and the other is read all the same", async () => {
  const env = { ...both.env, BITBUCKET_API_TOKEN: "a-token-that-is-none" };
  const { found } = await lookAt(open(both.folder()), env);
  expect(found.unread).toEqual([
    expect.stringMatching(/bitbucket answered 401.*; nothing else was asked of Bitbucket$/),
  ]);
  expect(both.emulator.log.since()).toHaveLength(1);
  expect(found.realm.users.length).toBe(world.realm.users.length);
  const without = { ...both.env, KEYCLOAK_CLIENT_ID: undefined, KEYCLOAK_CLIENT_SECRET: undefined };
  const { found: other } = await lookAt(open(both.folder()), without);
  expect(other.unread).toEqual([
    expect.stringMatching(/^no credentials for Keycloak.*; nothing else was asked of Keycloak$/),
  ]);
  expect(other.workspace.repositories).toHaveLength(sizes.small.repositories);
});

// ---- what there is, as the emulator and the generator know it -------------------------------------------------

interface State {
  readonly accounts: readonly { readonly uuid: string; readonly member: boolean; readonly email: string }[];
  readonly groups: readonly {
    readonly slug: string;
    readonly name: string;
    readonly members: readonly string[];
  }[];
  readonly projects: readonly { readonly key: string; readonly grants: Grants }[];
  readonly repositories: readonly Repository[];
}
interface Grants {
  readonly groups: readonly Grant[];
  readonly users: readonly Grant[];
}
interface Grant {
  readonly holder: string;
  readonly permission: string;
}
interface Repository {
  readonly slug: string;
  readonly project: string;
  readonly grants: Grants;
  readonly restrictions: readonly {
    readonly id: number;
    readonly kind: string;
    readonly users: readonly string[];
    readonly groups: readonly string[];
    readonly value?: number;
  }[];
  readonly environments: readonly {
    readonly name: string;
    readonly adminOnly: boolean;
    readonly variables: readonly { readonly key: string; readonly secured: boolean }[];
  }[];
  readonly variables: readonly { readonly key: string; readonly secured: boolean }[];
  readonly deployKeys?: readonly { readonly label: string }[];
  readonly pipelinesEnabled: boolean;
}

const held = ({ groups, users }: Grants) => [
  ...groups.map(({ holder, permission }) => `group ${holder} ${permission}`),
  ...users.map(({ holder, permission }) => `user ${holder} ${permission}`),
];
const keysOf = (variables: readonly { readonly key: string; readonly secured: boolean }[] = []) =>
  variables.map(({ key, secured }) => `${key} ${String(secured)}`);

async function expectedWorkspace({ emulator }: Both): Promise<unknown> {
  const state = (await (await fetch(`${emulator.url}/emulator/state`)).json()) as State;
  return {
    groups: state.groups.map(({ slug, name, members }) => ({ slug, name, members })),
    members: state.accounts
      .filter(({ member }) => member)
      .map(({ uuid }) => uuid)
      .sort(),
    projects: state.projects.map(({ key, grants }) => ({ key, held: held(grants) })),
    repositories: state.repositories.map(
      ({
        slug,
        project,
        grants,
        restrictions,
        environments,
        variables,
        deployKeys = [],
        pipelinesEnabled,
      }) => ({
        slug,
        project,
        held: held(grants),
        restrictions: restrictions.map(({ id, kind, users, groups, value }) => ({
          id,
          kind,
          users,
          groups,
          ...(value !== undefined && { value }),
        })),
        environments: environments.map(({ name, adminOnly, variables: its }) => ({
          name,
          adminOnly,
          variables: keysOf(its),
        })),
        variables: keysOf(variables),
        deployKeys: deployKeys.map(({ label }) => label),
        pipelinesEnabled,
      }),
    ),
  };
}

function workspaceOf({ workspace }: Found): unknown {
  const heldIn = (holders: Found["workspace"]["projects"][number]["holders"]) =>
    holders.map(({ group, user, permission }) =>
      group === undefined ? `user ${user ?? ""} ${permission}` : `group ${group} ${permission}`,
    );
  return {
    groups: workspace.groups.map(({ slug, name, members }) => ({ slug, name, members })),
    members: workspace.accounts
      .filter(({ membership }) => membership !== undefined)
      .map(({ uuid }) => uuid)
      .sort(),
    projects: workspace.projects.map(({ key, holders }) => ({ key, held: heldIn(holders) })),
    repositories: workspace.repositories.map((one) => ({
      slug: one.slug,
      project: one.project,
      held: heldIn(one.holders),
      restrictions: one.restrictions.map(({ id, kind, users, groups, value }) => ({
        id,
        kind,
        users,
        groups,
        ...(value !== undefined && { value }),
      })),
      environments: one.environments.map(({ name, adminOnly, variables }) => ({
        name,
        adminOnly,
        variables: keysOf(variables),
      })),
      variables: keysOf(one.variables),
      deployKeys: one.deployKeys?.map(({ label }) => label),
      pipelinesEnabled: one.pipelinesEnabled,
    })),
  };
}

const sorted = (texts: readonly string[]) => [...texts].sort();

function expectedRealm({ realm }: GrownWorld): unknown {
  const all = realm.groups.flatMap(function below(one): (typeof realm.groups)[number][] {
    return [one, ...one.subGroups.flatMap(below)];
  });
  const ids = (path: string) => realm.users.filter(({ groups }) => groups.includes(path)).map(({ id }) => id);
  const roles = (one: {
    readonly realmRoles: readonly string[];
    readonly clientRoles: Readonly<Record<string, readonly string[]>>;
  }) =>
    sorted([
      ...one.realmRoles,
      ...Object.entries(one.clientRoles).flatMap(([client, names]) =>
        names.map((name) => `${client} ${name}`),
      ),
    ]);
  return {
    id: realm.id,
    users: realm.users.map((user) => [user.id, user.username, user.enabled, roles(user)]),
    groups: all.map((group) => [
      group.id,
      group.path,
      group.attributes,
      sorted(ids(group.path)),
      roles(group),
    ]),
    clients: realm.clients.map(({ clientId }) => clientId),
    hasMailServer: true,
    identityProviders: ["partner"],
    themes: { login: "keycloak" },
  };
}

function realmOf({ realm }: Found): unknown {
  const roles = ({ mappings }: Found["realm"]["groups"][number] | Found["realm"]["users"][number]) =>
    sorted(mappings.map(({ client, name }) => (client === undefined ? name : `${client} ${name}`)));
  return {
    id: realm.id,
    users: realm.users.map((user) => [user.id, user.username, user.enabled, roles(user)]),
    groups: realm.groups.map((group) => [
      group.id,
      group.path,
      group.attributes,
      sorted(group.members),
      roles(group),
    ]),
    clients: realm.clients.map(({ clientId }) => clientId),
    hasMailServer: realm.hasMailServer,
    identityProviders: realm.identityProviders,
    themes: realm.themes,
  };
}
