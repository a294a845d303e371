/**
 * Names, places and addresses change; groups, people and memberships stay: teams that move, are renamed and dissolved,
 * people who marry and swap addresses, and a state of before all that. On the real servers, by ids.
 */
import { acmeSeed } from "../../toolchain/acme";
import { administrator, World } from "./world";

jest.setTimeout(900_000);

let world: World;
beforeAll(async () => {
  world = await World.start({
    access: companyText({}),
    seed: (administratorToken) => ({
      ...acmeSeed({ administratorToken }),
      administrators: [administrator],
      projects: [{ key: "ONE", name: "First" }],
      repositories: [{ slug: "api", project: "ONE" }],
    }),
  });
  await world.up();
  await world.up("--expect-no-changes", "--refresh");
});
afterAll(() => world.stop());

interface Company {
  /** Lines of people besides ana and ben. */
  readonly people?: readonly string[];
  /** Lines below `teams:`. */
  readonly teams?: readonly string[];
}

const cem = 'cem: { name: Cem Aydin, email: "cem@move.example" }';
const dora = 'dora: { name: Dora Lind, email: "dora@move.example" }';
const tree = [
  "engineering:",
  "  owner: ana",
  "  teams:",
  "    payments: { owner: ana }",
  "    ops: { owner: ben, members: [cem, dora] }",
  "leads: { owner: ana, members: [ben] }",
];

function companyText({ people = [cem, dora], teams = tree }: Company): string {
  const below = (lines: readonly string[]) => lines.map((line) => `  ${line}`).join("\n");
  return `company: Moves
owners: [ana, ben]
environments:
  dev: { type: test }
people:
  ana: { name: Ana, email: ana@move.example }
  ben: { name: Ben, email: ben@move.example }
${below(people)}
teams:
${below(teams)}
projects:
  ONE: { name: First, owner: leads, repositories: { api: {} } }
grants:
  - { team: leads, can: [read], on: ONE }
`;
}

async function declare(company: Company, ...args: string[]): Promise<string> {
  world.writeAccess(companyText(company));
  return world.up(...args);
}

async function admin<T>(method: string, path: string, body?: unknown): Promise<T> {
  const { status, json } = await world.keycloak(method, `/${world.realm}${path}`, body);
  if (status >= 400) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
  return json as T;
}

interface User {
  readonly id: string;
  readonly username: string;
  readonly email?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly enabled: boolean;
  readonly requiredActions: readonly string[];
}

async function user(username: string): Promise<User> {
  const [found] = await admin<User[]>("GET", `/users?username=${username}&exact=true`);
  if (found === undefined) throw new Error(`no ${username}`);
  return admin<User>("GET", `/users/${found.id}`);
}

interface Group {
  readonly id: string;
  readonly path: string;
  readonly subGroupCount: number;
}

/** Each group's id and its members, by its path. */
async function held(): Promise<Record<string, { readonly id: string; readonly members: readonly string[] }>> {
  const all: Group[] = [];
  const walk = async (groups: readonly Group[]): Promise<void> => {
    for (const group of groups) {
      all.push(group);
      await walk(await admin<Group[]>("GET", `/groups/${group.id}/children`));
    }
  };
  await walk(await admin<Group[]>("GET", "/groups"));
  const entries = all.map(async ({ id, path }) => {
    const members = await admin<User[]>("GET", `/groups/${id}/members`);
    return [path, { id, members: members.map(({ username }) => username).sort() }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const put = async (username: string, group: string) =>
  admin("PUT", `/users/${(await user(username)).id}/groups/${group}`);
const take = async (username: string, group: string) =>
  admin("DELETE", `/users/${(await user(username)).id}/groups/${group}`);

/** What the engine would do to what is in Keycloak: `update GroupParent payments`. */
async function planned(company: Company): Promise<string[]> {
  world.writeAccess(companyText(company));
  const { stdout } = await world.pulumi("preview", "--json", "--stack", "local");
  const { steps } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as { steps: { op: string; urn: string }[] };
  return steps
    .filter(({ op, urn }) => op !== "same" && /keycloak(-identity)?:/.test(urn.split("$").at(-1) ?? ""))
    .map(({ op, urn }) => {
      const [, , types = "", name = ""] = urn.split("::");
      return `${op} ${types.split(":").at(-1) ?? ""} ${name}`;
    })
    .sort();
}

const moved = [
  "payments: { owner: ana }",
  "leads:",
  "  owner: ana",
  "  members: [ben]",
  "  teams:",
  "    ops: { owner: ben, members: [cem, dora] }",
];

test("a team that moves out of one that is dissolved keeps its group, and those whom the directory put in", async () => {
  const before = await held();
  const [payments, ops] = [before["/engineering/payments"], before["/engineering/ops"]];
  await put("dora", payments?.id ?? "");
  expect(await planned({ teams: moved })).toEqual([
    "delete Group engineering",
    "delete GroupParent engineering",
    "delete GroupRoles engineering",
    "update GroupParent ops",
    "update GroupParent payments",
  ]);
  expect(await held()).toMatchObject({ "/engineering/payments": { members: ["dora"] } });
  await declare({ teams: moved });
  expect(await held()).toEqual({
    "/leads": before["/leads"],
    "/leads/ops": ops,
    "/payments": { id: payments?.id, members: ["dora"] },
  });
  await world.up("--expect-no-changes");
  await world.up("--expect-no-changes", "--refresh");
});

test("a team comes to be above the one that it was within", async () => {
  const before = await held();
  const turned = [
    "payments: { owner: ana }",
    "ops:",
    "  owner: ben",
    "  members: [cem, dora]",
    "  teams:",
    "    leads: { owner: ana, members: [ben] }",
  ];
  await declare({ teams: turned });
  expect(await held()).toEqual({
    "/payments": before["/payments"],
    "/ops": before["/leads/ops"],
    "/ops/leads": before["/leads"],
  });
  await declare({ teams: moved });
  expect(await held()).toEqual(before);
});

test("a team that is dissolved does not take along a group that nobody declared", async () => {
  const before = await held();
  await admin("POST", `/groups/${before["/payments"]?.id ?? ""}/children`, { name: "by-hand" });
  world.writeAccess(companyText({ teams: moved.slice(1) }));
  const refused = await world.pulumi("up", "--stack", "local", "--yes", "--skip-preview");
  expect(refused.code).not.toBe(0);
  expect(refused.text).toContain("still has groups within it, which Keycloak would delete with it: by-hand");
  expect(Object.keys(await held())).toEqual(expect.arrayContaining(["/payments", "/payments/by-hand"]));
  await admin("DELETE", `/groups/${(await held())["/payments/by-hand"]?.id ?? ""}`);
  await declare({ teams: moved });
  expect(await held()).toEqual(before);
});

const renamed = [
  "billing: { owner: ana, previously: payments }",
  "leads:",
  "  owner: ana",
  "  members: [ben]",
  "  teams:",
  "    operations: { owner: ben, members: [cem, dora], previously: ops }",
];

test("a team that is renamed keeps its group, its members and its place; in a preview nothing is made or replaced", async () => {
  const before = await held();
  expect(await planned({ teams: renamed })).toEqual(["update Group billing", "update Group operations"]);
  await declare({ teams: renamed });
  expect(await held()).toEqual({
    "/leads": before["/leads"],
    "/leads/operations": before["/leads/ops"],
    "/billing": before["/payments"],
  });
  await world.up("--expect-no-changes", "--refresh");
});

describe("a person", () => {
  test("who marries keeps account, links, required actions, sessions, and whether they are enabled", async () => {
    await admin("POST", "/identity-provider/instances", {
      alias: "corporate",
      providerId: "oidc",
      enabled: true,
      config: { clientId: "x", clientSecret: "y", authorizationUrl: "https://idp.example/a", tokenUrl: "https://idp.example/t" }, // prettier-ignore
    });
    await admin("POST", "/clients", { clientId: "hand", publicClient: true, directAccessGrantsEnabled: true });
    const before = await user("dora");
    const path = `/users/${before.id}`;
    await admin("POST", `${path}/federated-identity/corporate`, { userId: "77", userName: "dora@idp" });
    const password = "a-long-enough-password-1";
    await admin("PUT", `${path}/reset-password`, { type: "password", value: password, temporary: false });
    await admin("PUT", path, { requiredActions: [] });
    const form = { grant_type: "password", client_id: "hand", username: "dora", password };
    const token = `${world.keycloakUrl}/realms/${world.realm}/protocol/openid-connect/token`;
    expect((await fetch(token, { method: "POST", body: new URLSearchParams(form) })).status).toBe(200);
    await admin("PUT", path, { requiredActions: ["UPDATE_PASSWORD"], enabled: false });
    const own = async () => ({
      links: await admin("GET", `${path}/federated-identity`),
      sessions: (await admin<{ id: string }[]>("GET", `${path}/sessions`)).map(({ id }) => id),
      credentials: (await admin<{ id: string }[]>("GET", `${path}/credentials`)).map(({ id }) => id),
    });
    const kept = await own();
    expect(kept.sessions).toHaveLength(1);

    const married = 'dora-novak: { name: Dora Novak, email: "novak@move.example", previously: dora }';
    const teams = renamed.map((line) => line.replace("[cem, dora]", "[cem, dora-novak]"));
    expect(await planned({ people: [cem, married], teams })).toEqual(["update Profile dora-novak"]);
    await declare({ people: [cem, married], teams });
    expect(await user("dora-novak")).toMatchObject({
      id: before.id,
      email: "novak@move.example",
      firstName: "Dora",
      lastName: "Novak",
      enabled: false,
      requiredActions: ["UPDATE_PASSWORD"],
    });
    expect(await own()).toEqual(kept);
    expect((await held())["/leads/operations"]?.members).toEqual(["cem", "dora-novak"]);
    await world.up("--expect-no-changes");
    await world.up("--expect-no-changes", "--refresh");
    const back = 'dora: { name: Dora Lind, email: "dora@move.example", previously: dora-novak }';
    await declare({ people: [cem, back], teams: renamed });
    expect(await user("dora")).toMatchObject({ id: before.id, enabled: false });
  });

  test("swaps addresses with another, and a successor gets that of somebody who leaves", async () => {
    const [one, other] = [await user("cem"), await user("dora")];
    const swapped = [cem.replace("cem@", "dora@"), dora.replace("dora@", "cem@")];
    await declare({ people: swapped, teams: renamed });
    expect([(await user("cem")).email, (await user("dora")).email]).toEqual([other.email, one.email]);
    expect([(await user("cem")).id, (await user("dora")).id]).toEqual([one.id, other.id]);
    await world.up("--expect-no-changes", "--refresh");

    const successor = 'emil: { name: Emil, email: "cem@move.example" }';
    const teams = renamed.map((line) => line.replace("[cem, dora]", "[cem, emil]"));
    await declare({ people: [swapped[0]!, successor], teams });
    expect((await user("emil")).email).toBe("cem@move.example");
    expect((await held())["/leads/operations"]?.members).toEqual(["cem", "emil"]);
    await world.up("--expect-no-changes", "--refresh");
    await declare({ teams: renamed });
    await declare({ teams: renamed });
  });

  test("who was disabled, or taken out of a group, by hand stays so whatever a run changes", async () => {
    const path = `/users/${(await user("cem")).id}`;
    const operations = (await held())["/leads/operations"]?.id ?? "";
    await admin("PUT", path, { enabled: false });
    await take("cem", operations);
    for (const [name, args] of [["Cem A. Aydin", []], ["Cem Aydin", ["--refresh"]]] as const) {
      const text = await declare({ people: [cem.replace("Cem Aydin", name), dora], teams: renamed }, ...args);
      if (args.length > 0) expect(text).toContain("cem");
      expect((await user("cem")).enabled).toBe(false);
      expect((await held())["/leads/operations"]?.members).toEqual(["dora"]);
    }
    await admin("PUT", path, { enabled: true });
  });
});
