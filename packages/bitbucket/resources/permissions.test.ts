import { type Engine, Failed } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import { eachTest } from "../testing/eachTest";
import type { TestServer } from "../testing/world";

const repo = "/2.0/repositories/acme/web/permissions-config";
const ana = "{a0000000-0000-4000-8000-00000000000a}";

let server: TestServer;
let engine: Engine;

eachTest([`${repo}/groups`, `${repo}/users`], (started) => ({ server, engine } = started));

const declared = async (holders: readonly object[], more: object = {}) => {
  const { inputs, failures } = await engine.check("RepositoryPermissions", {
    workspace: "acme",
    repository: "web",
    holders: holders as never,
    ...more,
  });
  expect(failures).toEqual([]);
  return inputs;
};
const create = async (...args: Parameters<typeof declared>) =>
  engine.create("RepositoryPermissions", await declared(...args));
const present = () => [
  ...server.lists
    .get(`${repo}/groups`)!
    .map(({ group, permission }) => [(group as { slug: string }).slug, permission]),
  ...server.lists
    .get(`${repo}/users`)!
    .map(({ user, permission }) => [(user as { uuid: string }).uuid, permission]),
];
const hold = (slug: string, permission: string) =>
  server.lists.get(`${repo}/groups`)!.push({ group: { slug }, permission });

test("a life: create, nothing to do, change, delete", async () => {
  const holders = [
    { group: "payments", permission: "write" },
    { user: ana, permission: "admin" },
  ];
  const made = await create(holders);
  expect(made.id).toBe("acme/web");
  expect(made.properties).toEqual({
    workspace: "acme",
    repository: "web",
    holders,
    adopt: false,
    adopted: [],
    placed: ["group payments", `user ${ana}`],
  });
  expect(present()).toEqual([
    ["payments", "write"],
    [ana, "admin"],
  ]);

  expect(await engine.read("RepositoryPermissions", made.id, made)).toEqual(made);
  expect(await engine.diff("RepositoryPermissions", made, await declared(holders.toReversed()))).toEqual({});

  const wanted = await declared([
    { group: "payments", permission: "read" },
    { group: "security", permission: "read" },
  ]);
  expect(await engine.diff("RepositoryPermissions", made, wanted)).toEqual({
    "holders[0].permission": "UPDATE",
    "holders[1]": "UPDATE",
  });
  const changed = await engine.update("RepositoryPermissions", made, wanted);
  expect(present()).toEqual([
    ["payments", "read"],
    ["security", "read"],
  ]);
  await engine.delete("RepositoryPermissions", changed);
  expect(present()).toEqual([]);
});

test("what was there with equal content is taken over, recorded and kept", async () => {
  hold("payments", "write");
  const made = await create([
    { group: "payments", permission: "write" },
    { group: "security", permission: "read" },
  ]);
  expect(made.properties.adopted).toEqual(["group payments"]);
  expect(server.log.filter((line) => !line.startsWith("GET"))).toEqual([`PUT ${repo}/groups/security`]);
  await engine.delete("RepositoryPermissions", made);
  expect(present()).toEqual([["payments", "write"]]);
});

test("what was there with other content is an error that shows both sides, and nothing is written", async () => {
  hold("payments", "admin");
  hold("strangers", "write");
  await expect(create([{ group: "payments", permission: "write" }])).rejects.toThrow(
    "the permissions on repository acme/web are not empty and differ from what is declared:\n" +
      "  group payments: present admin, declared write\n" +
      "  group strangers: present write, not declared\n" +
      "declare what should stay, or set adopt: true to make the list equal to what is declared",
  );
  expect(server.log.filter((line) => !line.startsWith("GET"))).toEqual([]);
});

test("adopt: true makes the list equal, and what was there before stays on delete", async () => {
  hold("payments", "admin");
  hold("strangers", "write");
  const made = await create([{ group: "payments", permission: "write" }], { adopt: true });
  expect(present()).toEqual([["payments", "write"]]);
  expect(made.properties.adopted).toEqual(["group payments"]);
  await engine.delete("RepositoryPermissions", made);
  expect(present()).toEqual([["payments", "write"]]);
});

test("a holder added by hand is seen by a refresh, removed by an update, and not ours to delete", async () => {
  const made = await create([{ group: "payments", permission: "write" }]);
  hold("strangers", "admin");
  const refreshed = (await engine.read("RepositoryPermissions", made.id, made))!;
  expect(refreshed.inputs.holders).toEqual([
    { group: "payments", permission: "write" },
    { group: "strangers", permission: "admin" },
  ]);
  expect(refreshed.properties).toMatchObject({ adopted: [], placed: ["group payments"] });
  const wanted = await declared([{ group: "payments", permission: "write" }]);
  expect(await engine.diff("RepositoryPermissions", refreshed, wanted)).toEqual({ "holders[1]": "DELETE" });

  const again = (await engine.read("RepositoryPermissions", made.id, refreshed))!;
  await engine.delete("RepositoryPermissions", again);
  expect(present()).toEqual([["strangers", "admin"]]);
  const updated = await engine.update("RepositoryPermissions", again, wanted);
  expect(present()).toEqual([["payments", "write"]]);
  expect(updated.properties).toMatchObject({ adopted: [], placed: ["group payments"] });
});

test("what this stack put there goes on delete, even if somebody took it away and back in between", async () => {
  const made = await create([{ group: "payments", permission: "write" }]);
  server.lists.set(`${repo}/groups`, []);
  const without = (await engine.read("RepositoryPermissions", made.id, made))!;
  hold("payments", "write");
  const back = (await engine.read("RepositoryPermissions", made.id, without))!;
  expect(back.properties.adopted).toEqual([]);
  await engine.delete("RepositoryPermissions", back);
  expect(present()).toEqual([]);
});

test("a holder declared and there, but remembered by nobody, is this stack's own: a run wrote it and died", async () => {
  const made = await create([{ group: "payments", permission: "write" }]);
  hold("strangers", "read");
  const refreshed = (await engine.read("RepositoryPermissions", made.id, made))!;
  const both = await declared([
    { group: "payments", permission: "write" },
    { group: "strangers", permission: "write" },
  ]);
  const updated = await engine.update("RepositoryPermissions", refreshed, both);
  expect(updated.properties).toMatchObject({ adopted: [], placed: ["group payments", "group strangers"] });
  await engine.delete("RepositoryPermissions", updated);
  expect(present()).toEqual([]);
});

test("a state of before there was a memory of what was placed is understood", async () => {
  hold("payments", "write");
  const holders = [
    { group: "payments", permission: "write" },
    { group: "security", permission: "read" },
  ];
  const made = await create(holders);
  const { placed, ...older } = made.properties;
  expect(placed).toEqual(["group security"]);
  const refreshed = (await engine.read("RepositoryPermissions", made.id, { ...made, properties: older }))!;
  expect(refreshed.properties.placed).toEqual(["group security"]);
  await engine.delete("RepositoryPermissions", { ...made, properties: older });
  expect(present()).toEqual([["payments", "write"]]);
});

test("what was adopted stays adopted, though somebody took it away and the program put it back", async () => {
  hold("payments", "write");
  const made = await create([{ group: "payments", permission: "write" }]);
  server.lists.set(`${repo}/groups`, []);
  const refreshed = (await engine.read("RepositoryPermissions", made.id, made))!;
  const updated = await engine.update("RepositoryPermissions", refreshed, made.inputs);
  expect(updated.properties).toMatchObject({ adopted: ["group payments"], placed: [] });
  await engine.delete("RepositoryPermissions", updated);
  expect(present()).toEqual([["payments", "write"]]);
});

test("a create that breaks off records what exists, and its repetition finishes without doubling", async () => {
  server.fault = (request) => (request.startsWith(`PUT ${repo}/groups/two`) ? 403 : undefined);
  const holders = [
    { group: "one", permission: "read" },
    { group: "two", permission: "read" },
  ];
  const failed: unknown = await create(holders).catch((thrown: unknown) => thrown);
  expect(failed).toBeInstanceOf(Failed);
  expect((failed as Failed).message).toBe(
    "cannot write the permission of group two on repository acme/web: bitbucket answered 403 (fault 403); the account of the API token does not administer this, or the token lacks admin:repository:bitbucket or write:permission:bitbucket; make the account an administrator, or make a token with the scope at https://id.atlassian.com/manage-profile/security/api-tokens",
  );
  const held = (failed as Failed).held!;
  expect(held.id).toBe("acme/web");
  expect(held.inputs.holders).toEqual([{ group: "one", permission: "read" }]);
  expect(held.properties).toMatchObject({ adopted: [], placed: ["group one"] });

  server.fault = () => undefined;
  const updated = await engine.update("RepositoryPermissions", held, await declared(holders));
  await engine.delete("RepositoryPermissions", updated);
  expect(present()).toEqual([]);
});

test("deleting what is gone succeeds, refreshing it says that it is gone", async () => {
  const made = await create([{ group: "payments", permission: "write" }]);
  server.lists.set(`${repo}/groups`, []);
  await engine.delete("RepositoryPermissions", made);
  server.lists.clear();
  expect(await engine.read("RepositoryPermissions", made.id, made)).toBeUndefined();
  await engine.delete("RepositoryPermissions", made);
});

test("imports by workspace/repository, as this stack's own", async () => {
  hold("payments", "write");
  hold("nobodies", "none");
  const imported = (await engine.read("RepositoryPermissions", "acme/web"))!;
  const inputs = {
    workspace: "acme",
    repository: "web",
    holders: [{ group: "payments", permission: "write" }],
    adopt: false,
  };
  expect(imported).toEqual({
    id: "acme/web",
    inputs,
    properties: { ...inputs, adopted: [], placed: ["group payments"] },
  });
  await expect(engine.read("RepositoryPermissions", "web")).rejects.toThrow(
    '"web" is no id of a RepositoryPermissions; it has the form workspace/repository',
  );
});

test("says what is wrong with the inputs, all of it", async () => {
  const { failures } = await engine.check("RepositoryPermissions", {
    workspace: "Acme Inc",
    holders: [
      { group: "payments", permission: "owner" },
      { group: "payments", user: ana, permission: "read" },
      { group: "payments", permission: "read", until: "2027" },
      { permission: 3 },
    ],
    adopt: "yes",
  });
  expect(failures).toEqual([
    'workspace: found "Acme Inc"; allowed: the slug of a workspace: lower-case letters, digits, _ . and -',
    "repository: is missing; allowed: a text",
    'holders[0].permission: found "owner"; allowed: read, write, admin',
    "holders[1]: both group and user are given; give exactly one",
    'holders[2].until: there is no property "until" here; take it out or correct its spelling',
    "holders[3].permission: found 3; allowed: read, write, admin",
    'adopt: found "yes"; allowed: true or false',
  ]);
  const twice = await engine.check("RepositoryPermissions", {
    workspace: "acme",
    repository: "web",
    holders: [
      { group: "a", permission: "read" },
      { group: "a", permission: "admin" },
    ],
  });
  expect(twice.failures).toEqual([
    "holders[1]: group a is listed twice (first at [0]); leave one of them out",
  ]);
});

test("a project takes create-repo and answers under its own paths", async () => {
  const project = "/2.0/workspaces/acme/projects/PAY/permissions-config";
  server.lists.set(`${project}/groups`, []).set(`${project}/users`, []);
  const news = {
    workspace: "acme",
    project: "PAY",
    holders: [{ group: "payments", permission: "create-repo" }],
    adopt: false,
  };
  const made = await engine.create("ProjectPermissions", news);
  expect(made.id).toBe("acme/PAY");
  expect(server.lists.get(`${project}/groups`)).toEqual([
    { group: { slug: "payments" }, permission: "create-repo" },
  ]);
  await engine.delete("ProjectPermissions", made);
  expect(server.lists.get(`${project}/groups`)).toEqual([]);
});
