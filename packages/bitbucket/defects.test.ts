/**
 * What the community's provider gets wrong, one test for each: the reasons why there is a provider of our own
 * (`docs/adr/0001-own-bitbucket-provider.md`).
 */
import { messageOf } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { type Engine, startEngine } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import type { ValueObject } from "@bitbucket-keycloak/pulumi-plugin/values";
import { bitbucket } from "./provider";
import { startTestServer, type TestServer } from "./testing/world";

const place = { workspace: "acme", repository: "web" };
const repository = "/2.0/repositories/acme/web";
const environment = "{22222222-2222-4222-8222-222222222222}";
const restrictions = `${repository}/branch-restrictions`;
const environments = `${repository}/environments`;
const variables = `${repository}/deployments_config/environments/${environment}/variables`;
const groups = `${repository}/permissions-config/groups`;
const [ana, ben] = ["{a0000000-0000-4000-8000-00000000000a}", "{b0000000-0000-4000-8000-00000000000b}"];

let server: TestServer;
let engine: Engine;

beforeEach(async () => {
  process.env.BITBUCKET_EMAIL = "robot@acme.example";
  process.env.BITBUCKET_API_TOKEN = "ATATT-robot-token";
  server = await startTestServer();
  for (const path of [
    restrictions,
    environments,
    variables,
    groups,
    `${repository}/permissions-config/users`,
  ])
    server.lists.set(path, []);
  engine = await startEngine(bitbucket);
  await engine.configure({ apiUrl: server.url });
});

afterEach(async () => {
  engine.stop();
  await server.close();
});

const create = async (type: string, inputs: ValueObject) => {
  const checked = await engine.check(type, inputs);
  expect(checked.failures).toEqual([]);
  return engine.create(type, checked.inputs);
};
const list = (path: string) => server.lists.get(path)!;
const named = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ key: `V${index}`, value: `${index}`, secured: false }));

test("1: a network error is no panic; it is tried again, over connections that stay open", async () => {
  list(groups).push({ group: { slug: "payments" }, permission: "read" });
  server.fault = (_, count) => (count === 1 ? "reset" : count === 2 ? 503 : undefined);
  expect((await engine.read("RepositoryPermissions", "acme/web"))?.inputs.holders).toHaveLength(1);
  server.fault = () => undefined;
  for (let round = 0; round < 20; round++) await engine.read("RepositoryPermissions", "acme/web");
  expect(server.log.length).toBeGreaterThan(40);
  expect(server.connections).toBeLessThanOrEqual(4);
});

test.each(["push", "restrict_merges"])("2: someone added by hand to %s is seen", async (kind) => {
  const made = await create("BranchRestrictions", {
    ...place,
    restrictions: [{ kind, pattern: "main", users: [ana] }],
  });
  (list(restrictions)[0]!.users as object[]).push({ type: "account", uuid: ben });
  const refreshed = (await engine.read("BranchRestrictions", made.id, made))!;
  expect(await engine.diff("BranchRestrictions", refreshed, made.inputs)).toEqual({
    "restrictions[0].users[1]": "DELETE",
  });
});

test("3: the last user and group leave a restriction, and nobody may", async () => {
  const of = (users: string[], on: string[]) => ({
    ...place,
    restrictions: [{ kind: "restrict_merges", pattern: "main", users, groups: on }],
  });
  const made = await create("BranchRestrictions", of([ana], ["payments"]));
  const { inputs } = await engine.check("BranchRestrictions", of([], []));
  await engine.update("BranchRestrictions", made, inputs);
  expect(list(restrictions).map(({ users, groups: left }) => ({ users, groups: left }))).toEqual([
    { users: [], groups: [] },
  ]);
});

test("4: a renamed environment keeps admin_only", async () => {
  const prod = { ...place, name: "prod", type: "Production", adminOnly: true };
  const made = await create("Deployment", prod);
  server.onChange = (present, { name, restrictions: gate = { admin_only: false } }) =>
    Object.assign(present, { name, restrictions: gate }); // what is left out is reset
  await engine.update(
    "Deployment",
    made,
    (await engine.check("Deployment", { ...prod, name: "live" })).inputs,
  );
  expect(list(environments)).toMatchObject([{ name: "live", restrictions: { admin_only: true } }]);
});

test("5: variables past the tenth stay in the state, and are not made again", async () => {
  const made = await create("DeploymentVariables", { ...place, environment, variables: named(25) });
  const refreshed = (await engine.read("DeploymentVariables", made.id, made))!;
  expect(refreshed.inputs.variables).toHaveLength(25);
  expect(await engine.diff("DeploymentVariables", refreshed, made.inputs)).toEqual({});
});

test("6: ten variables are read by one request, and written without sleeping", async () => {
  const begun = performance.now();
  const made = await create("DeploymentVariables", { ...place, environment, variables: named(10) });
  expect(performance.now() - begun).toBeLessThan(2000);
  expect(server.log.filter((line) => line.startsWith("POST"))).toHaveLength(10);
  server.log.length = 0;
  await engine.read("DeploymentVariables", made.id, made);
  expect(server.log).toEqual([`GET ${variables}`]);
});

test("7: a membership removed by hand is healed, a grant that is gone is deleted", async () => {
  const members = "/1.0/groups/acme/payments/members";
  server.lists.set(members, []);
  const made = await create("GroupMembers", { workspace: "acme", group: "payments", members: [ana, ben] });
  list(members).shift();
  const refreshed = (await engine.read("GroupMembers", made.id, made))!;
  await engine.update("GroupMembers", refreshed, made.inputs);
  expect(list(members).map(({ uuid }) => uuid)).toEqual([ben, ana]);

  const grant = await create("RepositoryPermissions", {
    ...place,
    holders: [{ group: "a", permission: "read" }],
  });
  server.fault = (request) => (request.startsWith("DELETE") ? 404 : undefined); // somebody was faster
  await engine.delete("RepositoryPermissions", grant);
});

test("8: a grant added by hand is seen", async () => {
  const made = await create("RepositoryPermissions", {
    ...place,
    holders: [{ group: "a", permission: "read" }],
  });
  list(groups).push({ group: { slug: "strangers" }, permission: "admin" });
  const refreshed = (await engine.read("RepositoryPermissions", made.id, made))!;
  expect(await engine.diff("RepositoryPermissions", refreshed, made.inputs)).toEqual({
    "holders[1]": "DELETE",
  });
});

test("9: variables of another repository are made there and removed here", async () => {
  const [here, there] = [`${repository}/pipelines_config/variables`, "/2.0/repositories/acme/api/pipelines_config/variables"]; // prettier-ignore
  server.lists.set(here, []).set(there, []);
  const made = await create("RepositoryVariables", { ...place, variables: named(1) });
  const moved = { ...place, repository: "api", variables: named(1) };
  expect(await engine.diff("RepositoryVariables", made, (await engine.check("RepositoryVariables", moved)).inputs)).toEqual({
    repository: "UPDATE_REPLACE",
  }); // prettier-ignore
  server.log.length = 0;
  await create("RepositoryVariables", moved);
  await engine.delete("RepositoryVariables", made);
  expect(server.log.filter((line) => !line.startsWith("GET"))).toEqual([
    `POST ${there}`,
    `DELETE ${here}/${server.log.at(-1)!.split("/").at(-1)!}`,
  ]);
  expect([list(here).length, list(there).length]).toEqual([0, 1]);
});

test("10: no request body reaches a log or an error, whatever goes wrong", async () => {
  const said: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, "write").mockImplementation((text) => said.push(String(text)) > 0),
  );
  const secret = [{ key: "TOKEN", value: "hunter2" }];
  const failures: string[] = [];
  for (const status of [400, 409, 500]) {
    server.fault = (request) =>
      request.startsWith("POST") ? { status, body: { error: { message: "hunter2 is taken" } } } : undefined;
    await create("DeploymentVariables", { ...place, environment, variables: secret }).catch(
      (thrown: unknown) => failures.push(messageOf(thrown)),
    );
  }
  spies.forEach((spy) => { spy.mockRestore(); }); // prettier-ignore
  expect(failures.map((failure) => /bitbucket answered (\d+)/.exec(failure)?.[1])).toEqual(["400", "409", "500"]); // prettier-ignore
  expect([...said, ...failures].filter((text) => text.includes("hunter2"))).toEqual([]);
}, 20_000);

test("11: all eighteen kinds are taken, and people go by UUID", async () => {
  const { resources } = bitbucket;
  const type = resources.find(({ name }) => name === "BranchRestrictions")!.inputs.restrictions!.type;
  const entry = type.kind === "list" && type.items.kind === "object" ? type.items.properties : {};
  expect(entry.kind?.type.kind === "enum" && entry.kind.type.values).toHaveLength(18);
  await create("BranchRestrictions", {
    ...place,
    restrictions: [
      { kind: "push", pattern: "main", users: [ana] },
      { kind: "require_review_group_approvals_to_merge", pattern: "main", value: 1 },
      { kind: "require_commits_behind", pattern: "main", value: 5 },
    ],
  });
  expect(list(restrictions)[0]!.users).toEqual([{ type: "account", uuid: ana }]);
  const byName = { ...place, restrictions: [{ kind: "push", pattern: "main", users: ["ana"] }] };
  expect((await engine.check("BranchRestrictions", byName)).failures).toEqual([
    'restrictions[0].users[0]: found "ana"; allowed: a UUID with its braces, {xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}',
  ]);
});

// packages/bitbucket/organization.test.ts has the writes.
test("12: where groups are administered at admin.atlassian.com, they are read, and a write says what it needs", async () => {
  server.lists.set("/1.0/groups/acme", [{ name: "payments", slug: "payments" }]);
  server.fault = (request) => (request.startsWith("GET") ? undefined : 405);
  const made = await create("Group", { workspace: "acme", name: "payments" });
  expect(made.properties.adopted).toBe(true);
  expect(await engine.read("Group", made.id, made)).toEqual(made);
  await engine.delete("Group", made);
  await expect(create("Group", { workspace: "acme", name: "security" })).rejects.toThrow(
    "the groups of the workspace are administered at admin.atlassian.com, and the environment lacks BITBUCKET_ORGANIZATION_ID and BITBUCKET_ORGANIZATION_API_KEY; set",
  );
});
