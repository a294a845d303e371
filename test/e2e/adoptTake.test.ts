/**
 * A grown workspace and a realm that is used for other things are taken over on the real engine and Keycloak: up to the first deploy
 * neither is written to, that deploy changes nothing of what was found, and a destroy before it leaves both as they were.
 */
import { mkdtempSync, rmSync } from "node:fs";
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
    ],
    users: people.map((name) => ({
      username: name,
      enabled: true,
      email: email(name),
      emailVerified: true,
      firstName: name,
      lastName: "Small",
      ...(name === "ana" && { groups: ["/platform"] }),
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
  const [platform] = (await inRealm(
    "GET",
    `/${world.realm}/groups?search=platform&exact=true&briefRepresentation=false`,
  )) as { id: string }[];
  const mapped = await inRealm("GET", `/${world.realm}/groups/${platform?.id ?? ""}/role-mappings/realm`);
  const [wiki] = (await inRealm("GET", `/${world.realm}/clients?clientId=wiki`)) as unknown[];
  const users = await inRealm("GET", `/${world.realm}/users`);
  // The team's own roles are what is added.
  const group = { ...platform, clientRoles: undefined };
  const entries = await Promise.all(paths.map(async (path) => [path, await list(path)]));
  return { entries, groups, realm, group, mapped, wiki, users };
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

test("the first deploy adds and the second does nothing; a destroy after that leaves what was there", async () => {
  const before = await standing();
  await take("local", engine, await look());
  await world.up();
  expect(await standing()).toEqual(before);
  expect((await changes()).steps).toEqual([]);
  await pulumi(engine, ["destroy", "--yes", "--skip-preview", "--stack", "local"]);
  expect(await standing()).toEqual(before);
});
