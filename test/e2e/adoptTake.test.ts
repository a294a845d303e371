/**
 * A grown workspace and a realm that is used for other things are taken over on the real engine and Keycloak: up to the first deploy
 * neither is written to, that deploy changes nothing of what was found, and a destroy before it leaves both as they were.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Seed } from "@bitbucket-keycloak/bitbucket-emulator";
import { propose } from "../../access/adopt/propose/propose";
import type { Found } from "../../access/adopt/found";
import { lookAt } from "../../clients/look/found";
import { Records } from "../../clients/look/records";
import { take, undo } from "../../commands/adopt/take/take";
import { resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import { exportState, pulumi, type Engine } from "../../engine/engine";
import { isChanging, stepOf, stepsIn } from "../../engine/steps";
import { administratorScopes } from "../../toolchain/acme";
import { administrator, World } from "./world";
import { sharedWorld } from "./world/shared";

type Grants = NonNullable<NonNullable<Seed["projects"]>[number]["grants"]>;

jest.setTimeout(600_000);

const isExhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
const people = ["ana", "ben", "cem", "dora"] as const;
const email = (name: string) => `${name}@small.example`;
const grants = (groups: NonNullable<Grants["groups"]>, users: NonNullable<Grants["users"]> = {}): Grants => ({
  groups,
  users,
});
const whole = (...mergers: string[]) => [
  { kind: "push" as const, pattern: "main" },
  { kind: "restrict_merges" as const, pattern: "main", groups: mergers },
  { kind: "force" as const, pattern: "main" },
  { kind: "delete" as const, pattern: "main" },
  { kind: "require_approvals_to_merge" as const, pattern: "main", value: 2 },
  { kind: "enforce_merge_checks" as const, pattern: "main" },
];

let world: World;
let engine: Engine;
let folder: string;

beforeAll(async () => {
  world = await World.start({
    access: "",
    settings: { "keycloak.people": "external", "rotation.runner": "none" },
    seed: (token) => ({
      workspace: { slug: "acme", plan: "premium" },
      accounts: [
        {
          name: "Administrator",
          email: administrator,
          tokens: [{ token, scopes: [...administratorScopes] }],
        },
        ...people.map((name) => ({ name, email: email(name) })),
        { name: "Leaver", email: "leaver@elsewhere.example" },
      ],
      administrators: [administrator, email("ana"), email("ben")],
      groups: [
        { name: "Mobile Devs", members: [email("cem"), email("dora")] },
        { name: "platform", members: [email("ana")] },
        { name: "guests", members: [email("dora")] },
      ],
      projects: [
        { key: "APP", name: "Apps", grants: grants({ "mobile-devs": "write", platform: "admin" }) },
        {
          key: "OLD",
          name: "Old things",
          grants: grants({ platform: "read" }, { [email("dora")]: "create-repo" }),
        },
        { key: "OPS", name: "Operations", grants: grants({ platform: "write" }) },
      ],
      repositories: [
        {
          slug: "android",
          project: "APP",
          grants: { users: { "leaver@elsewhere.example": "write" } },
          restrictions: whole("mobile-devs"),
          environments: [
            {
              name: "Production",
              type: "Production",
              variables: [{ key: "KEY", value: "1", secured: true }],
            },
          ],
        },
        { slug: "ios", project: "APP", grants: { users: { [email("dora")]: "admin" } } },
        { slug: "attic", project: "OLD" },
        { slug: "hosts", project: "OPS", restrictions: [{ kind: "delete", branchType: "release" }] },
      ],
    }),
  });
  await growRealm();
  world.observeRealm();
  engine = { command: sharedWorld().toolchain.pulumi, cwd: world.folder, env: world.envOf("program") };
  folder = mkdtempSync(join(tmpdir(), "looks-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.stop();
});

async function inRealm(method: string, path: string, body?: unknown): Promise<unknown> {
  const { status, json } = await world.keycloak(method, path, body);
  expect([method, path, status < 300]).toEqual([method, path, true]);
  return json;
}

/** Used for years: people, a group with an owner and a role, a client, a mail server. */
async function growRealm(): Promise<void> {
  await inRealm("POST", "", {
    realm: world.realm,
    enabled: true,
    adminEventsEnabled: true,
    adminEventsDetailsEnabled: true,
    smtpServer: { host: "mail.small.example", from: "keycloak@small.example" },
    roles: { realm: [{ name: "wiki-reader" }] },
    clients: [
      { clientId: "wiki", enabled: true, publicClient: true, redirectUris: ["https://wiki.small.example/*"] },
    ],
    groups: [
      { name: "platform", attributes: { owner: ["ana"], cost: ["4711"] }, realmRoles: ["wiki-reader"] },
      { name: "guests", attributes: { cost: ["0815"] }, realmRoles: ["wiki-reader"] },
    ],
    users: people.map((name) => ({
      username: name,
      enabled: true,
      email: email(name),
      emailVerified: true,
      firstName: name,
      lastName: "Small",
      ...(name === "ana" && { groups: ["/platform"] }),
      ...(name === "dora" && { groups: ["/guests"] }),
    })),
  });
}

/** Everything that both systems have of what was found. */
async function standing() {
  const list = async (path: string) =>
    ((await world.bitbucket("GET", `${path}?pagelen=100`)).json as { values?: unknown[] }).values;
  const projects = ["APP", "OLD", "OPS"].map(
    (key) => `/2.0/workspaces/acme/projects/${key}/permissions-config`,
  );
  const repositories = ["android", "ios", "attic", "hosts"].map((slug) => `/2.0/repositories/acme/${slug}`);
  const paths = [
    ...projects.flatMap((path) => [`${path}/groups`, `${path}/users`]),
    ...repositories.flatMap((path) => [
      `${path}/permissions-config/groups`,
      `${path}/permissions-config/users`,
      `${path}/branch-restrictions`,
      `${path}/environments`,
    ]),
  ];
  const groups = (await world.bitbucket("GET", "/1.0/groups/acme")).json;
  const realm = await inRealm("GET", `/${world.realm}`);
  const realmGroups = await Promise.all(
    ["platform", "guests"].map(async (name) => {
      const [group] = (await inRealm(
        "GET",
        `/${world.realm}/groups?search=${name}&exact=true&briefRepresentation=false`,
      )) as { id: string }[];
      const at = `/${world.realm}/groups/${group?.id ?? ""}`;
      const [mapped, members] = [await inRealm("GET", `${at}/role-mappings/realm`), await inRealm("GET", `${at}/members`)]; // prettier-ignore
      // The team's own roles are what is added.
      return { ...group, clientRoles: undefined, mapped, members };
    }),
  );
  const [wiki] = (await inRealm("GET", `/${world.realm}/clients?clientId=wiki`)) as unknown[];
  const users = await inRealm("GET", `/${world.realm}/users`);
  const entries = await Promise.all(paths.map(async (path) => [path, await list(path)]));
  return { entries, groups, realm, realmGroups, wiki, users };
}

const writes = async (since: number) => ({
  bitbucket: world.emulator.log
    .since(since)
    .filter(({ method }) => method !== "GET")
    .map(({ method, path }) => `${method} ${path}`),
  keycloak: (await inRealm("GET", `/${world.realm}/admin-events?max=1000`)) as unknown[],
});

const look = async (): Promise<Found> => {
  const { env } = world;
  const subject = {
    bitbucket: { url: world.emulator.url, workspace: "acme" },
    keycloak: { url: world.keycloakUrl, realm: world.realm },
  };
  return (await lookAt(Records.open(folder, subject, { anew: true }), env)).found;
};

const changes = async () => {
  const text = await pulumi(engine, ["preview", "--json", "--show-sames", "--stack", "local"]);
  const steps = stepsIn(text).filter(isChanging);
  return {
    steps: steps.map(stepOf),
    custom: steps.filter(({ newState, oldState }) => (newState ?? oldState)?.custom),
  };
};

test("look, propose, take: nothing is written, nothing that was found changes, and a destroy leaves all of it", async () => {
  const before = await standing();
  const since = world.emulator.log.since().length;
  const found = await look();
  const { text, report } = propose(found, { environment: "dev", plan: "premium" });
  expect(text).toMatchSnapshot();
  expect(report.measure).toMatchSnapshot();
  world.writeAccess(text);

  const took = await take("local", engine, found);
  expect(took).toMatchSnapshot({ urns: expect.any(Array) as unknown });
  const next = await changes();
  // What was found is not among it.
  expect(next.steps.filter(({ op }) => op !== "create")).toEqual([]);
  const asked = world.emulator.log.since(since).length;
  await changes();
  expect(world.emulator.log.since(since).length).toBe(asked);
  expect(await writes(since)).toEqual({ bitbucket: [], keycloak: [] });

  await pulumi(engine, ["destroy", "--yes", "--skip-preview", "--stack", "local"]);
  expect(await standing()).toEqual(before);
  expect(await writes(since)).toEqual({ bitbucket: [], keycloak: [] });
});

test("taken and undone, the state is as before", async () => {
  const found = await look();
  const { taken } = await take("local", engine, found, "APP");
  expect(taken["bitbucket:index:ProjectPermissions"]).toBe(1);
  const { taken: gone } = await undo("local", engine, found);
  expect(gone).toEqual(taken);
  const resources = resourcesIn(await exportState(engine, "local"));
  expect(resources.map(({ type }) => type)).toEqual(["pulumi:pulumi:Stack"]);
  await expect(undo("local", engine, found)).rejects.toThrow("has nothing that was taken");
});

/** What the engine is told by `take`, in its order. */
const runs = ["export", "preview", "import"] as const;
type Moment = readonly [run: (typeof runs)[number], when: "before" | "during" | "after"];
const everyMoment = runs.flatMap((run) => (["before", "during", "after"] as const).map((when): Moment => [run, when])); // prettier-ignore
const moments: readonly Moment[] = isExhaustive
  ? everyMoment
  : [
      ["preview", "during"],
      ["import", "during"],
      ["import", "after"],
    ];

test("killed at any point, take has lost nothing and asked nobody: the next one finishes", async () => {
  const found = await look();
  const [before, since] = [await standing(), world.emulator.log.since().length];
  const killed = join(folder, "killed-engine");
  // Of the run that is meant, the engine is killed, and so is whoever waits for it.
  writeFileSync(
    killed,
    `#!/bin/sh
case " $* " in *" $KILLED_RUN "*) ;; *) exec "$KILLED_ENGINE" "$@" ;; esac
[ "$KILLED_WHEN" = before ] && exit 137
[ "$KILLED_WHEN" = after ] && { "$KILLED_ENGINE" "$@"; exit 137; }
"$KILLED_ENGINE" "$@" & sleep "$KILLED_AFTER"; kill -9 $!; exit 137
`,
    { mode: 0o700 },
  );
  const owned = async () =>
    resourcesIn(await exportState(engine, "local")).filter(({ custom }) => custom === true).length;
  const whole = (await take("local", engine, found)).urns.length;
  await undo("local", engine, found);
  for (const [run, when] of moments) {
    const env = {
      ...engine.env,
      KILLED_ENGINE: engine.command,
      KILLED_RUN: run,
      KILLED_WHEN: when,
      KILLED_AFTER: run === "preview" ? "2" : "0.2",
    };
    await expect(take("local", { ...engine, command: killed, env }, found)).rejects.toThrow();
    const now = await owned();
    // All of it or nothing; the providers are resources, too.
    expect([run, when, now === 0 || now > whole]).toEqual([run, when, true]);
    if (run === "import" && when === "after") expect(now).toBeGreaterThan(whole);
    if (now === 0) expect((await take("local", engine, found)).urns.length).toBe(whole);
    else await expect(take("local", engine, found)).rejects.toThrow("nothing that access.yaml declares");
    await undo("local", engine, found);
  }
  expect(await standing()).toEqual(before);
  // What `standing` has asked is no write.
  expect(await writes(since)).toEqual({ bitbucket: [], keycloak: [] });
});

test("the first deploy adds and the second does nothing; what leaves the file, and a destroy, leave what was there", async () => {
  const before = await standing();
  await take("local", engine, await look());
  await world.up();
  expect(await standing()).toEqual(before);
  expect((await changes()).steps).toEqual([]);

  // A team, a project and a repository, with what is granted there.
  const text = readFileSync(join(world.folder, "access.yaml"), "utf8");
  const without = [
    / {2}guests:\n( {4}.*\n)+/,
    / {2}OPS:\n( {4}.*\n)+/,
    / {6}ios: .*\n/,
    / {2}- .*on: OPS .*\n/,
    / {2}- .*APP\/ios.*\n/,
  ];
  world.writeAccess(without.reduce((left, part) => {
    expect(left).toMatch(part);
    return left.replace(part, "");
  }, text)); // prettier-ignore
  await world.up();
  expect(await standing()).toEqual(before);
  expect((await changes()).steps).toEqual([]);
  const left = resourcesIn(await exportState(engine, "local")).map(({ urn }) => urn);
  expect(left.filter((urn) => /::(guests|OPS|hosts|ios)$/.test(urn))).toEqual([]);

  await pulumi(engine, ["destroy", "--yes", "--skip-preview", "--stack", "local"]);
  expect(await standing()).toEqual(before);
});
