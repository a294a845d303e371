import { type Engine } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import { unknown } from "@bitbucket-keycloak/pulumi-plugin/values";
import { eachTest } from "../testing/eachTest";
import type { TestServer } from "../testing/world";

const path = "/1.0/groups/acme";

let server: TestServer;
let engine: Engine;

eachTest([path], (started) => ({ server, engine } = started));

const news = { workspace: "acme", name: "payments" };

test("a life: create by a form, read, replace by another name, delete", async () => {
  const made = await engine.create("Group", news);
  expect(made).toEqual({
    id: "acme/payments",
    inputs: news,
    properties: { ...news, slug: "payments", adopted: false },
  });
  expect(server.lists.get(path)).toEqual([{ name: "payments", slug: "payments" }]);
  expect(await engine.read("Group", made.id, made)).toEqual(made);
  expect(await engine.diff("Group", made, { ...news, name: "billing" })).toEqual({ name: "UPDATE_REPLACE" });
  await engine.delete("Group", made);
  expect(server.lists.get(path)).toEqual([]);
  expect(await engine.read("Group", made.id, made)).toBeUndefined();
  await engine.delete("Group", made);
});

test("one that exists is taken over and stays", async () => {
  server.lists.get(path)!.push({ name: "Payments", slug: "payments" });
  const made = await engine.create("Group", news);
  expect(made.properties.adopted).toBe(true);
  await engine.delete("Group", made);
  expect(server.log).toEqual([`GET ${path}`]);
});

test("imports by workspace/slug, as this stack's own", async () => {
  server.lists.get(path)!.push({ name: "Payments", slug: "payments" });
  const imported = (await engine.read("Group", "acme/payments"))!;
  expect(imported.inputs).toEqual(news);
  await engine.delete("Group", imported);
  expect(server.lists.get(path)).toEqual([]);
});

test.each([
  ["administrators", "name: administrators is the workspace's own group; choose another name"],
  ["Payments", 'name: found "Payments"; allowed: lower-case letters and digits, in words joined by -'],
])("refuses the name %s", async (name, failure) => {
  expect((await engine.check("Group", { workspace: "acme", name })).failures).toEqual([failure]);
});

test("a preview asks nothing, and knows what it cannot know", async () => {
  const made = await engine.create("Group", news, true);
  expect(made.properties).toEqual({ ...news, slug: unknown, adopted: unknown });
  expect((await engine.check("Group", { workspace: unknown, name: "payments" })).failures).toEqual([]);
  expect(server.log).toEqual([]);
});

test("a workspace whose groups moved says what it needs to write them", async () => {
  server.fault = (request) => (request.startsWith("POST") ? 405 : undefined);
  await expect(engine.create("Group", news)).rejects.toThrow(
    "the groups of the workspace are administered at admin.atlassian.com, and the environment lacks BITBUCKET_ORGANIZATION_ID and BITBUCKET_ORGANIZATION_API_KEY; set BITBUCKET_ORGANIZATION_ID to the organisation's id (it is in the address of admin.atlassian.com) and BITBUCKET_ORGANIZATION_API_KEY to an API key of it with the scopes read:directories:admin, read:groups:admin, write:groups:admin",
  );
});

test("a lost answer to the creation does not make a second group", async () => {
  let faults = 0;
  server.fault = (request) => (request.startsWith("POST") && faults++ === 0 ? "lose" : undefined);
  const made = await engine.create("Group", news);
  expect(made.properties.adopted).toBe(false);
  expect(server.log).toEqual([`GET ${path}`, `POST ${path}`, `GET ${path}`]);
});
