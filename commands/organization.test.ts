/**
 * People come, move and go in a workspace of each kind: older, linked to an organisation, administered by one, with a key of
 * it and without. What Bitbucket then shows is what the team may; and whatever goes wrong at whichever request, nobody has
 * more than before or after, and the next run completes.
 */
import {
  startEmulator,
  type Emulator,
  type EmulatorOptions,
  type Seed,
} from "@bitbucket-keycloak/bitbucket-emulator";
import { labSeed, people, tokenOf, type Person } from "@bitbucket-keycloak/bitbucket-emulator/testing/lab";
import { usualPatience } from "@bitbucket-keycloak/http/retry";
import { Bitbucket, type Session } from "@pulumi/bitbucket/api/client";
import { organizationPatience, requestPatience } from "@pulumi/bitbucket/api/retry";
import { takeFromAccount } from "./offboard/fromAccount";
import { carriedOut, type Taken } from "./offboard/step";
import { carryOut } from "./sync/carryOut";
import { withoutExternal } from "./sync/external";

jest.setTimeout(120_000);
const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";

const key = "organization-key-0123456789";
const environment = {
  BITBUCKET_EMAIL: people.admin,
  BITBUCKET_API_TOKEN: tokenOf("admin"),
  BITBUCKET_ORGANIZATION_ID: "org-1",
  BITBUCKET_ORGANIZATION_API_KEY: key,
};
const keyless = { ...environment, BITBUCKET_ORGANIZATION_API_KEY: "" };

type Organization = Partial<NonNullable<Seed["workspace"]["organization"]>>;
interface Kind {
  /** Undefined: it belongs to none. */
  readonly organization?: Organization;
  /** Of accounts, by name. */
  readonly people?: Readonly<Record<string, object>>;
  readonly groups?: NonNullable<Seed["groups"]>;
  readonly env?: NodeJS.ProcessEnv;
  readonly options?: EmulatorOptions;
}

/** Ann writes by group, bob reads by himself; both teams have something to lose and to gain. */
function seedOf({ organization, people: differing = {}, groups = [] }: Kind): Seed {
  const { workspace, accounts = [], ...seed } = labSeed();
  return {
    ...seed,
    accounts: accounts.map((one) => ({ ...one, ...differing[one.name] })),
    groups: [
      { name: "writers", members: [people.ann] },
      { name: "Mobile Devs", members: [people.bob] },
      ...groups,
    ],
    projects: (seed.projects ?? []).map((one) =>
      one.key === "TWO" ? { ...one, grants: { groups: { "mobile-devs": "write" }, users: {} } } : one,
    ),
    workspace: {
      ...workspace,
      ...(organization && {
        organization: { id: "org-1", directory: "dir-1", apiKey: key, ...organization },
      }),
    },
  };
}

interface World {
  readonly emulator: Emulator;
  readonly session: Session;
  readonly uuid: (name: Person) => string;
  /** Repositories that somebody may write to, by their own token; undefined: the token opens nothing any more. */
  readonly writes: (name: Person) => Promise<readonly string[] | undefined>;
}

const started: Emulator[] = [];

async function start(kind: Kind): Promise<World> {
  const emulator = await startEmulator({ seed: seedOf(kind), ...kind.options });
  started.push(emulator);
  const life = new AbortController().signal;
  const session = Bitbucket.session(emulator.url, kind.env ?? environment, life);
  const { accounts } = (await (await fetch(`${emulator.url}/emulator/state`)).json()) as {
    accounts: { name: string; uuid: string }[];
  };
  const admin = `Basic ${Buffer.from(`${people.admin}:${tokenOf("admin")}`).toString("base64")}`;
  const asOne = async (path: string, authorization: string) =>
    fetch(`${emulator.url}/2.0${path}`, { headers: { authorization } });
  const uuid = (name: Person) => accounts.find((one) => one.name === name)?.uuid ?? "";
  return {
    emulator,
    session,
    uuid,
    writes: async (name) => {
      const own = `Basic ${Buffer.from(`${people[name]}:${tokenOf(name)}`).toString("base64")}`;
      if ((await asOne("/user", own)).status === 401) return undefined;
      const q = encodeURIComponent(`user.uuid = "${uuid(name)}"`);
      const answer = await asOne(`/workspaces/lab/permissions/repositories?pagelen=100&q=${q}`, admin);
      const { values } = (await answer.json()) as {
        values: { permission: string; repository: { name: string } }[];
      };
      return values
        .filter(({ permission }) => permission === "write")
        .map(({ repository }) => repository.name);
    },
  };
}

beforeEach(() => {
  // As often as ever, and sooner.
  for (const patience of [requestPatience, organizationPatience, usualPatience]) {
    jest.replaceProperty(patience, "first", 4);
    jest.replaceProperty(patience, "longest", 16);
  }
});
afterEach(async () => {
  jest.restoreAllMocks();
  const all = started.splice(0);
  expect(all.flatMap(({ log }) => log.strict())).toEqual([]);
  await Promise.all(all.map((emulator) => emulator.close()));
});

/** Ann moves from writers to Mobile Devs. @returns failures */
async function move({ session, uuid }: World): Promise<readonly string[]> {
  const groups = await session.list("/1.0/groups/{workspace}", { workspace: "lab" });
  const isIn = (slug: string) =>
    groups.find((one) => one.slug === slug)?.members?.some((one) => one.uuid === uuid("ann")) === true;
  const ann = [{ account: uuid("ann"), username: "ann", why: "moves" }];
  const changes = [
    { group: "writers", add: [], remove: isIn("writers") ? ann : [] },
    { group: "mobile-devs", add: isIn("mobile-devs") ? [] : ann, remove: [] },
  ].filter(({ add, remove }) => add.length + remove.length > 0);
  const writable = await withoutExternal(session, "lab", changes);
  const carried = await carryOut(session, "lab", writable.changes, new Set(writable.unsure), () => undefined);
  return [...writable.failures, ...carried.failures];
}

async function leave(world: World, name: Person, env: NodeJS.ProcessEnv = environment) {
  const taken: Taken[] = [];
  const { session, emulator } = world;
  const of = { session, url: emulator.url, workspace: "lab", account: world.uuid(name), env };
  const left = await takeFromAccount(of, async (steps) => {
    for (const step of steps) taken.push(await carriedOut(step));
  });
  return {
    taken: taken.map(({ what, ok }) => `${ok ? "done" : "FAIL"} ${what.replace(/\{.*\}/, "…")}`),
    left,
  };
}

const groupsAndRights = [
  "done take them out of every group",
  "done take the rights that account … was given alone",
];
const disabled = ["done revoke their API tokens", "done disable their account"];
const suspended = ["done suspend them in the organisation's directory"];

const migrated: Organization = {};
const scoped = [
  "read:groups:admin",
  "write:groups:admin",
  "read:directories:admin",
  "write:directories:admin",
];

test.each<[string, Kind]>([
  ["older", { env: keyless }],
  ["older, with the key of an organisation that it does not belong to", {}],
  ["linked", { organization: { migrated: false } }],
  ["migrated", { organization: migrated }],
  ["migrated, and 403 says so", { organization: migrated, options: { readings: { legacyGroupWrite: "403" } } }],
  ["migrated, by a key with scopes", { organization: { apiKeyScopes: scoped } }],
  ["migrated, and shows it later", { organization: migrated, options: { organizationDelay: 40 } }],
])("in a workspace that is %s, somebody moves", async (_, kind) => {
  const world = await start(kind);
  expect(await world.writes("ann")).toEqual(["alpha"]);
  expect(await move(world)).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(await world.writes("ann")).toEqual(["beta"]);
}); // prettier-ignore

test("migrated, without a key: nobody is moved, and what is needed is named", async () => {
  const world = await start({ organization: migrated, env: keyless });
  const failures = await move(world);
  expect(failures).toEqual([
    expect.stringContaining("the environment lacks BITBUCKET_ORGANIZATION_API_KEY"),
    expect.stringContaining("is not put in, since what they have to lose is not lost yet"),
  ]);
  expect(await world.writes("ann")).toEqual(["alpha"]);
});

test("a group of an identity provider is named before the first write, and who has to leave it is put nowhere", async () => {
  const { groups = [], ...seed } = seedOf({ organization: migrated });
  const all = groups.map((one) => (one.name === "writers" ? { ...one, externalSynced: true } : one));
  const world = await start({ organization: migrated, options: { seed: { ...seed, groups: all } } });
  expect(await move(world)).toEqual([
    expect.stringContaining("group writers comes from an identity provider (SCIM)"),
    "group mobile-devs: ann is not put in, since what they have to lose is not lost yet",
  ]);
  const writes = world.emulator.log
    .since()
    .filter(({ method, path }) => method !== "GET" && !path.endsWith("/search"));
  expect([writes, await world.writes("ann")]).toEqual([[], ["alpha"]]);
  const { taken, left } = await leave(world, "ann");
  // What that group gives is still theirs, as far as Bitbucket says; the account opens nothing any more.
  expect(taken).toEqual([groupsAndRights[0], groupsAndRights[1]?.replace("done", "FAIL"), ...disabled]);
  expect(left).toEqual([
    "take them out of group writers in the identity provider that it comes from (SCIM): https://admin.atlassian.com (Security, Identity providers) names it",
  ]);
  expect(await world.writes("ann")).toBeUndefined();
});

const byHand = expect.stringMatching(
  /^end the API tokens and SSH keys of Atlassian account \{.*\}, which go on working: take it out of workspace lab at https:\/\/bitbucket\.org\/lab\/workspace\/settings\/user-directory, or/,
) as string;
const byProvider = expect.stringMatching(
  /^disable Atlassian account 712020:\S+ in the identity provider that provisions it \(SCIM\), which alone may: https:\/\/admin\.atlassian\.com/,
) as string;
const byAnotherKey = expect.stringMatching(
  /^end the API tokens of Atlassian account 712020:\S+: disable it at https:/,
) as string;

test.each<[string, Kind, readonly string[], readonly string[]]>([
  ["of an older workspace", { env: keyless }, [], [byHand]],
  ["of a linked workspace", { organization: { migrated: false } }, disabled, []],
  ["of a migrated workspace, without a key", { organization: migrated, env: keyless }, [], [byHand]],
  ["of a migrated workspace", { organization: migrated }, disabled, []],
  ["who is shown as gone later", { organization: migrated, options: { organizationDelay: 40 } }, disabled, []],
  ["whom an identity provider keeps", { organization: migrated, people: { ann: { provisioned: true } } }, disabled.slice(0, 1), [byProvider]],
  ["whom nobody manages (403)", { organization: migrated, people: { ann: { managed: false } } }, suspended, []],
  ["whom nobody manages (404)", { organization: migrated, people: { ann: { managed: false } }, options: { readings: { unmanagedAccount: "404" } } }, suspended, []],
  ["by a key with scopes", { organization: { apiKeyScopes: scoped } }, suspended, [byAnotherKey]],
])("somebody leaves %s", async (_, kind, steps, expected) => {
  const world = await start(kind);
  const isKeyless = kind.env === keyless && kind.organization !== undefined;
  const first = await leave(world, "ann", kind.env);
  // Without a key nobody can be taken out of the groups of a migrated workspace.
  if (isKeyless) expect(first.taken[0]).toBe("FAIL take them out of every group");
  else expect(first.taken).toEqual([...groupsAndRights, ...steps]);
  expect(first.left).toEqual(expected);
  if (!isKeyless) expect((await world.writes("ann")) ?? []).toEqual([]);
  expect(await leave(world, "ann", kind.env)).toEqual(first);
}); // prettier-ignore

/** At each request, before and after its effect. */
const faults = [
  { status: 500, when: "before" },
  { status: 500, when: "after" },
  { reset: true, when: "before" },
  { reset: true, when: "after" },
  { status: 403, when: "before" },
] as const;

/** @param act told whether it is to be seen through */
async function sweep(
  kind: Kind,
  may: readonly (readonly string[])[],
  act: (world: World) => Promise<unknown>,
  end: (world: World) => Promise<unknown>,
) {
  const calm = await start(kind);
  await act(calm);
  const expected = await end(calm);
  const requests = calm.emulator.log.since().length;
  const cases = Array.from({ length: requests }, (_, index) => index + 1)
    .flatMap((at) => faults.map((fault) => ({ at, fault })))
    .filter((_, index) => exhaustive || index % 13 === 0);
  for (const { at, fault } of cases) {
    const world = await start(kind);
    world.emulator.faults.add({ ...fault, at, times: "always" });
    await act(world).catch(() => undefined);
    world.emulator.faults.clear();
    const has = (await world.writes("ann")) ?? [];
    expect({ at, fault, has, fits: may.some((one) => String(one) === String(has)) }).toMatchObject({
      fits: true,
    });
    await act(world);
    expect({ at, fault, end: await end(world) }).toEqual({ at, fault, end: expected });
    await started.pop()?.close();
  }
  return requests;
}

const either = [["alpha"], ["beta"], []];

test.each<[string, Kind]>([
  ["migrated", { organization: migrated }],
  ["older", { env: keyless }],
])(
  "whatever goes wrong while somebody moves (%s), they have no more than before or after",
  async (_, kind) => {
    await sweep(kind, either, move, (world) => world.writes("ann"));
  },
);

test.each<[string, Kind]>([
  ["managed", { organization: migrated }],
  ["not managed", { organization: migrated, people: { ann: { managed: false } } }],
])("whatever goes wrong while somebody leaves (%s), the next run completes", async (_, kind) => {
  await sweep(
    kind,
    [["alpha"], []],
    (world) => leave(world, "ann"),
    async (world) => [await world.writes("ann"), await leave(world, "ann")],
  );
});
