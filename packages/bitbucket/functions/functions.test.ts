import { type Engine } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import { unknown } from "@bitbucket-keycloak/pulumi-plugin/values";
import { eachTest } from "../testing/eachTest";
import type { TestServer } from "../testing/world";

const [ana, ben] = ["{a0000000-0000-4000-8000-00000000000a}", "{b0000000-0000-4000-8000-00000000000b}"];

let server: TestServer;
let engine: Engine;

eachTest([], (started) => ({ server, engine } = started));

const workspace = "acme";
const answer = (body: unknown) => { server.fault = () => ({ status: 200, body }); }; // prettier-ignore

test("getWorkspace", async () => {
  answer({ type: "workspace", uuid: "{w}", slug: "acme", name: "Acme Inc", is_private: false });
  expect(await engine.invoke("getWorkspace", { workspace })).toEqual({
    uuid: "{w}",
    slug: "acme",
    name: "Acme Inc",
    private: false,
  });
  expect(server.log).toEqual(["GET /2.0/workspaces/acme"]);
});

test("getProjects gives every page, sorted", async () => {
  const keys = Array.from({ length: 101 }, (_, index) => `P${String(100 - index).padStart(3, "0")}`);
  server.lists.set("/2.0/workspaces/acme/projects", keys.map((key) => ({ key, uuid: `{${key}}`, name: key, is_private: true }))); // prettier-ignore
  const { projects } = (await engine.invoke("getProjects", { workspace })) as { projects: object[] };
  expect(projects).toHaveLength(101);
  expect(projects[0]).toEqual({ key: "P000", uuid: "{P000}", name: "P000", private: true });
});

test("getRepositories narrows by project", async () => {
  server.lists.set("/2.0/repositories/acme", [
    { full_name: "acme/web", uuid: "{2}", name: "Web", project: { key: "PAY" }, is_private: true },
    { full_name: "acme/api", uuid: "{1}", name: "API", project: { key: "PAY" }, is_private: false },
  ]);
  expect(await engine.invoke("getRepositories", { workspace, project: "PAY" })).toEqual({
    repositories: [
      { slug: "api", uuid: "{1}", name: "API", project: "PAY", private: false },
      { slug: "web", uuid: "{2}", name: "Web", project: "PAY", private: true },
    ],
  });
  expect(server.queries).toEqual(["?pagelen=100&q=project.key%3D%22PAY%22"]);
});

test("getGroups", async () => {
  server.lists.set("/1.0/groups/acme", [
    { slug: "web", name: "Web", members: [{ uuid: ben }, { uuid: ana }] },
    { slug: "api", name: "API" },
  ]);
  expect(await engine.invoke("getGroups", { workspace })).toEqual({
    groups: [
      { slug: "api", name: "API", members: [] },
      { slug: "web", name: "Web", members: [ana, ben] },
    ],
  });
});

test("getMembers finds one by an address, which cannot break out of the question", async () => {
  server.lists.set("/2.0/workspaces/acme/members", [{ user: { uuid: ana, display_name: "Ana" } }]);
  expect(await engine.invoke("getMembers", { workspace, email: "ana@acme.example" })).toEqual({
    members: [{ uuid: ana, name: "Ana" }],
  });
  expect(server.queries.map((query) => new URLSearchParams(query).get("q"))).toEqual([
    'user.email IN ("ana@acme.example")',
  ]);
  const tricky = 'a@b") OR user.uuid != ("';
  await expect(engine.invoke("getMembers", { workspace, email: tricky })).rejects.toThrow(
    `email: found ${JSON.stringify(tricky)}; allowed: an e-mail address`,
  );
  expect(server.log).toHaveLength(1);
});

test("getEffectivePermissions, of all repositories and of one", async () => {
  const path = "/2.0/workspaces/acme/permissions/repositories";
  const item = (repository: string, uuid: string, permission: string) => ({
    repository: { full_name: `acme/${repository}` },
    user: { uuid },
    permission,
  });
  server.lists.set(path, [item("web", ben, "read"), item("web", ana, "admin"), item("api", ben, "write")]);
  server.lists.set(`${path}/web`, [item("web", ana, "admin")]);
  expect(await engine.invoke("getEffectivePermissions", { workspace })).toEqual({
    permissions: [
      { repository: "api", user: ben, permission: "write" },
      { repository: "web", user: ana, permission: "admin" },
      { repository: "web", user: ben, permission: "read" },
    ],
  });
  expect(await engine.invoke("getEffectivePermissions", { workspace, repository: "web" })).toEqual({
    permissions: [{ repository: "web", user: ana, permission: "admin" }],
  });
  server.fault = () => 403;
  await expect(engine.invoke("getEffectivePermissions", { workspace })).rejects.toThrow(
    "cannot read the effective permissions on the repositories of workspace acme: bitbucket answered 403 (fault 403); the account of the API token does not administer this, or the token lacks read:repository:bitbucket;",
  );
});

test("getPipelineOidcConfig", async () => {
  const issuer = `${server.url}/2.0/workspaces/acme/pipelines-config/identity/oidc`;
  answer({ type: "workspace", uuid: "{w}", slug: "acme" });
  expect(await engine.invoke("getPipelineOidcConfig", { workspace })).toEqual({
    issuer,
    jwksUrl: `${issuer}/keys.json`,
  });
});

test("wrong arguments are told at once, unknown ones and functions by name", async () => {
  await expect(engine.invoke("getRepositories", { project: "pay", owner: 3 })).rejects.toThrow(
    [
      "workspace: is missing; allowed: a text",
      'project: found "pay"; allowed: the key of a project: capital letters, digits and _',
      'owner: there is no property "owner" here; take it out or correct its spelling',
    ].join("\n"),
  );
  await expect(engine.invoke("getGroups", { workspace: unknown })).rejects.toThrow(
    "getGroups was called with a value that this preview cannot know yet",
  );
  await expect(engine.invoke("getPeople", {})).rejects.toThrow(
    "there is no function bitbucket:index:getPeople; there are bitbucket:index:getWorkspace, bitbucket:index:getProjects,",
  );
  expect(server.log).toEqual([]);
});
