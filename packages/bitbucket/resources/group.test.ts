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
  ["Administrators", "name: administrators is the workspace's own group; choose another name"],
  [
    " Payments",
    'name: found " Payments"; allowed: a name without control characters or spaces at its ends, of up to 255 characters',
  ],
  ["???", "name: a letter or digit of a to z and 0 to 9, to make the slug from"],
])("refuses the name %s", async (name, failure) => {
  expect((await engine.check("Group", { workspace: "acme", name })).failures).toEqual([failure]);
});

test("a name as people write it: the slug is Bitbucket's, and another way to write it changes nothing", async () => {
  const named = { workspace: "acme", name: "Mobile Devs" };
  const made = await engine.create("Group", named);
  expect(made).toEqual({
    id: "acme/mobile-devs",
    inputs: named,
    properties: { ...named, slug: "mobile-devs", adopted: false },
  });
  expect(await engine.read("Group", made.id, made)).toEqual(made);
  const bySlug = { workspace: "acme", name: "mobile-devs" };
  expect(await engine.diff("Group", made, bySlug)).toEqual({ name: "UPDATE" });
  const before = server.log.length;
  const updated = await engine.update("Group", made, bySlug);
  expect(updated.properties).toEqual({ ...bySlug, slug: "mobile-devs", adopted: false });
  expect(server.log).toHaveLength(before);
  expect(await engine.diff("Group", updated, { ...bySlug, name: "Mobile Dev" })).toEqual({
    name: "UPDATE_REPLACE",
  });
});

test("of two groups whose names make one slug, the one that is meant is told apart", async () => {
  const present = server.lists.get(path)!;
  present.push({ name: "mobile-devs", slug: "mobile-devs" }, { name: "Mobile Devs", slug: "mobile-devs-1" });
  await expect(engine.create("Group", { workspace: "acme", name: "Mobile Devs" })).rejects.toThrow(
    "group Mobile Devs of workspace acme has the slug mobile-devs-1, which is not made of its name; name it by its slug",
  );
  expect(
    (await engine.create("Group", { workspace: "acme", name: "mobile-devs-1" })).properties.adopted,
  ).toBe(true);
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
