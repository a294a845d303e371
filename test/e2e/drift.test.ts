/**
 * Forty changes by hand in both systems: all found, none invented, whatever the state says of them. Real engine, real
 * Keycloak, emulated workspace.
 */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { acmeSeed } from "../../toolchain/acme";
import { driftOf, type DriftOptions } from "../../commands/drift/drift";
import { checkOf } from "../../commands/drift/check";
import { isSame } from "../../engine/byHand";
import { examine } from "../../commands/preview/preview";
import { root } from "../../toolchain/places";
import { Progress } from "../../toolchain/progress";
import { administrator, World } from "./world";
import { sharedWorld } from "./world/shared";
import { type DriftReport } from "../../evidence/reports/drift";

jest.setTimeout(600_000);

let world: World;

beforeAll(async () => {
  world = await World.start({
    seed: (administratorToken) => acmeSeed({ administratorToken }),
    // Which commit is checked out, as a pipeline knows it.
    env: { BITBUCKET_COMMIT: "0123456789abcdef" },
  });
  await world.up();
});

afterAll(async () => {
  await world.stop();
});

const engine = () => ({ command: sharedWorld().toolchain.pulumi, env: world.env, cwd: world.folder });
const quiet = () => new Progress({ write: () => undefined });
const drift = (options: DriftOptions = {}) => driftOf("local", engine(), options, quiet());

test("what was just brought up is as declared, within a budget too: 12 repositories by 100 requests in two runs", async () => {
  world.emulator.log.clear();
  const file = join(world.folder, "coverage.json");
  const first = await drift({ budget: 100, coverage: file });
  expect(world.emulator.log.since().length).toBeLessThanOrEqual(100);
  expect(first.findings).toEqual([]);
  expect(first.requests).toBe(world.emulator.log.since().length);
  expect(first.coverage).toMatchObject({ parts: 16 });
  expect(first.coverage.never).toBeGreaterThan(0);

  const second = await drift({ budget: 100, coverage: file });
  expect([second.verdict, second.findings, second.coverage.never]).toEqual(["as declared", [], 0]);
  rmSync(file);
});

test("what the model is said to declare is what the program declares, resource by resource", async () => {
  const { last, now } = await checkOf("local", engine());
  const other = last.resources.filter(({ type, name, inputs }) => {
    const placed = now.placed.find((one) => one.type === type && one.name === name);
    return Object.entries(inputs).some(([key, value]) => !isSame(value, placed?.inputs[key]));
  });
  expect(other).toEqual([]);
  expect(last).toMatchObject({ isCurrent: true });
  expect(new Set(last.resources.map(({ type }) => type)).size).toBe(12);
});

test("forty changes by hand are found, each once, with who made those in Keycloak and when; nothing is invented", async () => {
  const expected = [...(await changesInBitbucket()), ...(await changesInKeycloak())];
  expect(expected).toHaveLength(40);
  const since = new Date(Date.now() - 600_000).toISOString();

  world.emulator.log.clear();
  const { verdict, findings } = await drift({ budget: 800 });

  expect(verdict).toBe("drift");
  expect(findings.map(({ system, kind, target }) => `${system} ${kind} ${target}`).sort()).toEqual(
    [...expected].sort(),
  );
  expect(world.emulator.log.since().every(({ method }) => method === "GET")).toBe(true);
  expect(findings.find(({ kind }) => kind === "group roles")?.found).toBe('roleIds: added "merge:PAY"');
  const authors = findings.filter(({ system }) => system === "keycloak");
  const known = authors.filter(({ who, when = "" }) => who === sharedWorld().keycloak.user && when > since);
  expect(authors.filter((finding) => !known.includes(finding))).toEqual([]);
});

const named = ({ findings }: Pick<DriftReport, "findings">) =>
  findings.map(({ system, kind, target }) => `${system} ${kind} ${target}`).sort();

describe("once a refresh has written all of that into the state", () => {
  let before: readonly string[];

  beforeAll(async () => {
    before = named(await drift());
    await world.succeed("refresh", "--stack", "local", "--yes");
  });

  test("the same is found", async () => {
    expect(before.length).toBeGreaterThanOrEqual(40);
    expect(named(await drift())).toEqual(before);
  });

  test("a preview of no change says what was changed by hand", async () => {
    const { report } = await examine("local", engine(), quiet());
    const places = report.drift.found.map(({ type, name }) => `${type.split(":").at(-1) ?? ""} ${name}`);
    expect(places).toEqual(
      expect.arrayContaining(["ProjectPermissions PAY", "GroupRoles support", "Members security"]),
    );
  });

  test("while a change waits, the rights given by hand are found, and nothing of the change", async () => {
    const text = readFileSync(join(root, "test/fixtures/acme.yaml"), "utf8");
    const grant = "  - { team: support, can: [read], on: [SHOP, PLAT/runbooks] }\n";
    const more = "  - { team: support, can: [read], on: PLAT/pipelines-library, reason: Reads it }\n";
    world.writeAccess(text.replace(grant, `${grant}${more}`));
    const found = named(await drift());
    // Of these only the commit that was brought up tells whether they are part of a change of the settings.
    const unsure = [
      "bitbucket variable shop-web dev: KEYCLOAK_TOKEN_URL",
      "keycloak client payments-api.dev-a",
      "keycloak client sign-in-a",
      "keycloak group security",
      "keycloak realm events realm",
      "keycloak realm realm",
    ];
    expect(found).toEqual(before.filter((one) => !unsure.includes(one)));
    world.writeAccess(text);
  });
});

/** As somebody in the console would, and what a drift check should call it. */
async function changesInBitbucket(): Promise<string[]> {
  const expected: string[] = [];
  const change = async (finding: string, method: string, path: string, body?: unknown) => {
    const { status, json } = await world.bitbucket(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(json)}`);
    expected.push(`bitbucket ${finding}`);
    return json;
  };
  const list = async (path: string) =>
    ((await world.bitbucket("GET", `/2.0${path}?pagelen=100`)).json as { values: Record<string, string>[] })
      .values;
  const repo = (slug: string) => `/2.0/repositories/acme/${slug}`;
  const key = (index: number) => ({
    key: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${index}`,
    label: `laptop ${index}`,
  });
  const hook = (url: string) => ({ description: "chat", url, active: true, events: ["repo:push"] });
  const cron = {
    type: "pipeline_ref_target",
    ref_type: "branch",
    ref_name: "main",
    selector: { type: "custom", pattern: "nightly" },
  };
  // The first is the workspace's owner, whose permissions nobody changes.
  const [, { user } = { user: {} }] = (await list("/workspaces/acme/members")) as unknown as {
    user: { uuid: string };
  }[];
  const account = (user as { uuid: string }).uuid;

  const permission = { permission: "admin" };
  await change(
    "permission payments-docs: group support",
    "PUT",
    `${repo("payments-docs")}/permissions-config/groups/support`,
    permission,
  );
  await change(
    "permission shop-web: group security",
    "PUT",
    `${repo("shop-web")}/permissions-config/groups/security`,
    permission,
  );
  await change(
    `permission runbooks: account ${account}`,
    "PUT",
    `${repo("runbooks")}/permissions-config/users/${encodeURIComponent(account)}`,
    permission,
  );
  await change(
    "permission project PAY: group support",
    "PUT",
    "/2.0/workspaces/acme/projects/PAY/permissions-config/groups/support",
    permission,
  );
  await change(
    "permission project SHOP: group security",
    "DELETE",
    "/2.0/workspaces/acme/projects/SHOP/permissions-config/groups/security",
  );

  const restrictions = (await list("/repositories/acme/payments-api/branch-restrictions")) as unknown as {
    id: number;
    kind: string;
  }[];
  const restriction = (kind: string) =>
    `${repo("payments-api")}/branch-restrictions/${restrictions.find((one) => one.kind === kind)?.id ?? 0}`;
  await change("branch restriction payments-api: push on main", "DELETE", restriction("push"));
  await change("branch restriction payments-api: force on main", "DELETE", restriction("force"));
  await change(
    "branch restriction payments-api: require_approvals_to_merge on main",
    "PUT",
    restriction("require_approvals_to_merge"),
    {
      kind: "require_approvals_to_merge",
      branch_match_kind: "glob",
      pattern: "main",
      value: 1,
      users: [],
      groups: [],
    },
  );
  await change(
    "branch restriction runbooks: delete on old/*",
    "POST",
    `${repo("runbooks")}/branch-restrictions`,
    {
      kind: "delete",
      branch_match_kind: "glob",
      pattern: "old/*",
    },
  );

  await change(
    "access key payments-api: laptop 1 (1)",
    "POST",
    `${repo("payments-api")}/deploy-keys`,
    key(1),
  );
  await change("access key shop-design: laptop 2 (2)", "POST", `${repo("shop-design")}/deploy-keys`, key(2));
  await change(
    "webhook identity: chat to https://chat.example/hook",
    "POST",
    `${repo("identity")}/hooks`,
    hook("https://chat.example/hook"),
  );
  await change(
    "webhook workspace: chat to https://chat.example/all",
    "POST",
    "/2.0/workspaces/acme/hooks",
    hook("https://chat.example/all"),
  );
  await change(
    "variable payments-web: NPM_TOKEN",
    "POST",
    `${repo("payments-web")}/pipelines_config/variables`,
    { key: "NPM_TOKEN", value: "x", secured: true },
  );
  await change("variable workspace: DEBUG", "POST", "/2.0/workspaces/acme/pipelines-config/variables", {
    key: "DEBUG",
    value: "1",
    secured: false,
  });
  await change(
    "schedule pipelines-library: nightly on main, 0 0 3 * * ? *",
    "POST",
    `${repo("pipelines-library")}/pipelines_config/schedules`,
    {
      cron_pattern: "0 0 3 * * ? *",
      enabled: true,
      target: cron,
    },
  );

  const environments = await list("/repositories/acme/shop-web/environments");
  const dev = environments.find(({ name }) => name === "dev")?.uuid ?? "";
  const variables = `${repo("shop-web")}/deployments_config/environments/${encodeURIComponent(dev)}/variables`;
  const held = await list(variables.replace("/2.0", ""));
  await change("variable shop-web dev: EXTRA", "POST", variables, {
    key: "EXTRA",
    value: "1",
    secured: false,
  });
  const tokenUrl = held.find((one) => one.key === "KEYCLOAK_TOKEN_URL");
  await change(
    "variable shop-web dev: KEYCLOAK_TOKEN_URL",
    "PUT",
    `${variables}/${encodeURIComponent(tokenUrl?.uuid ?? "")}`,
    {
      key: "KEYCLOAK_TOKEN_URL",
      value: "https://elsewhere.example/token",
      secured: false,
    },
  );
  await change("environment shop-mobile: sandbox", "POST", `${repo("shop-mobile")}/environments`, {
    type: "deployment_environment",
    name: "sandbox",
    environment_type: { name: "Test" },
  });
  const authorization = `Basic ${Buffer.from(`${administrator}:${world.administrator.token}`).toString("base64")}`;
  const made = await fetch(`${world.emulator.url}/1.0/groups/acme`, {
    method: "POST",
    headers: { authorization },
    body: new URLSearchParams({ name: "contractors" }),
  });
  if (!made.ok) throw new Error(`a group could not be made: ${made.status}`);
  expected.push("bitbucket group contractors");
  return expected;
}

async function changesInKeycloak(): Promise<string[]> {
  const expected: string[] = [];
  const realm = `/${world.realm}`;
  const change = async (finding: string, method: string, path: string, body?: unknown) => {
    const { status, json } = await world.keycloak(method, `${realm}${path}`, body);
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(json)}`);
    expected.push(`keycloak ${finding}`);
  };
  const get = async <T>(path: string) => (await world.keycloak("GET", `${realm}${path}`)).json as T;
  type Thing = Record<string, unknown> & { id: string; name: string };
  const one = async (path: string) => (await get<Thing[]>(path))[0] ?? { id: "", name: "" };
  const client = await one("/clients?clientId=bitbucket");
  const signIn = await one("/clients?clientId=bitbucket-a");
  const other = await one("/clients?clientId=pipeline-a.payments-api.dev");
  const group = async (name: string) => {
    const find = (groups: readonly Thing[]): Thing | undefined =>
      groups
        .flatMap((each) => [each, ...((each.subGroups ?? []) as Thing[])])
        .find((each) => each.name === name) ??
      groups.map((each) => find((each.subGroups ?? []) as Thing[])).find((each) => each !== undefined);
    return (
      find(await get<Thing[]>(`/groups?search=${name}&exact=true&populateHierarchy=true`)) ?? {
        id: "",
        name: "",
      }
    );
  };
  const person = (name: string) => one(`/users?username=${name}&exact=true`);
  const [support, security] = [await group("support"), await group("security")];
  const [june, ivo, dora] = [await person("june"), await person("ivo"), await person("dora")];
  const roles = await get<Thing[]>(`/clients/${client.id}/roles?max=200`);
  const role = (name: string) => roles.find((each) => each.name === name) ?? { id: "", name: "" };

  await change("client backdoor", "POST", "/clients", { clientId: "backdoor", enabled: true });
  await change("client sign-in-a", "PUT", `/clients/${signIn.id}`, {
    ...signIn,
    redirectUris: ["https://*"],
  });
  await change("client payments-api.dev-a", "PUT", `/clients/${other.id}`, {
    ...other,
    directAccessGrantsEnabled: true,
  });
  await change("role bitbucket: merge:EVERYTHING", "POST", `/clients/${client.id}/roles`, {
    name: "merge:EVERYTHING",
  });
  await change("role bitbucket: read:NOTHING", "POST", `/clients/${client.id}/roles`, {
    name: "read:NOTHING",
  });
  await change("realm role superuser", "POST", "/roles", { name: "superuser" });
  await change("mapper bitbucket: extra", "POST", `/clients/${client.id}/protocol-mappers/models`, {
    name: "extra",
    protocol: "openid-connect",
    protocolMapper: "oidc-hardcoded-claim-mapper",
    config: { "claim.name": "admin", "claim.value": "true" },
  });
  await change("group /contractors", "POST", "/groups", { name: "contractors" });
  await change("group /support/night", "POST", `/groups/${support.id}/children`, { name: "night" });
  await change("group roles support", "POST", `/groups/${support.id}/role-mappings/clients/${client.id}`, [
    role("merge:PAY"),
  ]);
  await change("members security", "PUT", `/users/${ivo.id}/groups/${security.id}`);
  await change("group security", "PUT", `/groups/${security.id}`, {
    ...security,
    subGroups: undefined,
    attributes: { owner: ["mallory"] },
  });
  await change("account mallory", "POST", "/users", {
    username: "mallory",
    email: "mallory@acme.example",
    enabled: true,
  });
  await change("profile dora", "PUT", `/users/${dora.id}`, { ...dora, email: "somebody@acme.example" });
  await change(
    "role of a person june: administer",
    "POST",
    `/users/${june.id}/role-mappings/clients/${client.id}`,
    [role("merge:SHOP")],
  );
  expected[expected.length - 1] = "keycloak role of a person june: merge:SHOP";
  await change("role of a person ivo: offline_access", "POST", `/users/${ivo.id}/role-mappings/realm`, [
    await get<Thing>("/roles/offline_access"),
  ]);
  await change("identity provider elsewhere", "POST", "/identity-provider/instances", {
    alias: "elsewhere",
    providerId: "oidc",
    enabled: true,
    config: {
      clientId: "x",
      clientSecret: "x",
      authorizationUrl: "https://a.example/a",
      tokenUrl: "https://a.example/t",
    },
  });
  const { id } = await get<Thing>("");
  await change("key mine", "POST", "/components", {
    name: "mine",
    providerId: "rsa-generated",
    providerType: "org.keycloak.keys.KeyProvider",
    parentId: id,
    config: { priority: ["1"] },
  });
  await change("realm events realm", "PUT", "/events/config", {
    ...(await get<object>("/events/config")),
    adminEventsDetailsEnabled: false,
  });
  await change("realm realm", "PUT", "", { ...(await get<object>("")), registrationAllowed: true });
  return expected;
}
