import type { Failed } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import { type Engine } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import { eachTest } from "../testing/eachTest";
import type { TestServer } from "../testing/world";

const path = "/2.0/repositories/acme/web/environments";

let server: TestServer;
let engine: Engine;

eachTest([path], (started) => ({ server, engine } = started));

const news = {
  workspace: "acme",
  repository: "web",
  name: "prod",
  type: "Production",
  adminOnly: true,
  adopt: false,
};
const place = (name: string, adminOnly: boolean, uuid = "{11111111-1111-4111-8111-111111111111}") =>
  server.lists
    .get(path)!
    .push({ uuid, name, environment_type: { name: "Production" }, restrictions: { admin_only: adminOnly } });

test("of 150 environments each is found by its whole name or its UUID, whatever others are called", async () => {
  const own = "{22222222-2222-4222-8222-222222222222}";
  for (let index = 0; index < 148; index++) place(`prod${index}`, true, `{${index}}`);
  place("Prod", false, "{capitals}");
  place(own, false, "{named-like-a-uuid}");
  place("prod", true, own);
  const read = await engine.read("Deployment", `acme/web/${own}`);
  expect(read).toMatchObject({ properties: { name: "prod", uuid: own, adminOnly: true } });
  expect((await engine.read("Deployment", "acme/web/prod"))?.properties.uuid).toBe(own);
  expect(await engine.read("Deployment", "acme/web/pro")).toBeUndefined();
});

test("a life: create, rename without losing the gate, delete", async () => {
  const made = await engine.create("Deployment", news);
  const uuid = made.properties.uuid as string;
  expect(made.id).toBe(`acme/web/${uuid}`);
  expect(made.properties).toEqual({ ...news, uuid, adopted: false });
  expect(server.bodies).toEqual([
    {
      type: "deployment_environment",
      name: "prod",
      environment_type: { name: "Production" },
      restrictions: { admin_only: true },
    },
  ]);
  expect(await engine.read("Deployment", made.id, made)).toEqual(made);

  const renamed = { ...news, name: "live" };
  expect(await engine.diff("Deployment", made, renamed)).toEqual({ name: "UPDATE" });
  const changed = await engine.update("Deployment", made, renamed);
  expect(server.bodies.at(-1)).toEqual({ change: { name: "live", restrictions: { admin_only: true } } });
  expect(changed.properties).toEqual({ ...renamed, uuid, adopted: false });
  await engine.delete("Deployment", changed);
  expect(server.lists.get(path)).toEqual([]);
  expect(await engine.read("Deployment", changed.id, changed)).toBeUndefined();
});

test("what an answer tells is not asked for again", async () => {
  const methods = () => server.log.splice(0).map((line) => line.split(" ")[0]);
  const made = await engine.create("Deployment", news);
  expect(methods()).toEqual(["GET", "POST"]);
  await engine.update("Deployment", made, { ...news, adopt: true });
  expect(methods()).toEqual(["GET"]);
  await engine.update("Deployment", made, { ...news, adminOnly: false });
  expect(methods()).toEqual(["GET", "POST", "GET"]);
  server.lists.set(path, []);
  place("prod", true);
  await engine.create("Deployment", news);
  expect(methods()).toEqual(["GET"]);
});

test("a creation whose answer shows another gate is looked at until it is as declared", async () => {
  server.fault = (request) => {
    if (!request.startsWith("POST")) return undefined;
    place("prod", false);
    setTimeout(() => Object.assign(server.lists.get(path)![0]!, { restrictions: { admin_only: true } }), 300);
    return { status: 201, body: server.lists.get(path)![0] };
  };
  await engine.create("Deployment", news);
  expect(server.log.filter((line) => line.startsWith("POST"))).toHaveLength(1);
  expect(server.lists.get(path)![0]!.restrictions).toEqual({ admin_only: true });
});

test("another type means another environment", async () => {
  const made = await engine.create("Deployment", news);
  expect(await engine.diff("Deployment", made, { ...news, type: "Staging" })).toEqual({
    type: "UPDATE_REPLACE",
  });
});

test("one that is there with equal content is taken over and stays", async () => {
  place("prod", true);
  const made = await engine.create("Deployment", news);
  expect(made.properties.adopted).toBe(true);
  await engine.delete("Deployment", made);
  expect(server.log.filter((line) => !line.startsWith("GET"))).toEqual([]);
});

test("one whose name differs in case only is taken over, and keeps its spelling until another is declared", async () => {
  place("Prod", true);
  const made = await engine.create("Deployment", news);
  expect(made.properties).toMatchObject({ name: "prod", adopted: true });
  const read = await engine.read("Deployment", made.id, made);
  expect(read).toEqual(made);
  expect(server.bodies).toEqual([]);
  const respelled = await engine.update("Deployment", made, { ...news, name: "PROD" });
  expect(server.bodies).toEqual([{ change: { name: "PROD", restrictions: { admin_only: true } } }]);
  expect(server.lists.get(path)![0]!.name).toBe("PROD");
  await engine.delete("Deployment", respelled);
  expect(server.lists.get(path)).toHaveLength(1);
});

test("one whose name differs in case only, and its gate besides, is an error by the name that is there", async () => {
  place("Prod", false);
  await expect(engine.create("Deployment", news)).rejects.toThrow(
    "environment Prod of repository acme/web is there already with other content: present Production, adminOnly false",
  );
});

test("one with other content is an error that shows both sides; adopt changes it", async () => {
  place("prod", false);
  await expect(engine.create("Deployment", news)).rejects.toThrow(
    "environment prod of repository acme/web is there already with other content: present Production, adminOnly false; declared Production, adminOnly true; declare it as it is, or set adopt: true to change it",
  );
  const made = await engine.create("Deployment", { ...news, adopt: true });
  expect(made.properties.adopted).toBe(true);
  expect(server.lists.get(path)![0]!.restrictions).toEqual({ admin_only: true });
  await expect(engine.create("Deployment", { ...news, type: "Test", adopt: true })).rejects.toThrow(
    "its type cannot change: declare it as it is, or remove it first",
  );
});

test("waits for a change that takes effect a moment later", async () => {
  const made = await engine.create("Deployment", news);
  server.onChange = (environment, change) => {
    setTimeout(() => Object.assign(environment, change), 300);
  };
  await engine.update("Deployment", made, { ...news, adminOnly: false });
  expect(server.lists.get(path)![0]!.restrictions).toEqual({ admin_only: false });
});

test("a gate that Bitbucket drops without a word is an error, and the environment is recorded", async () => {
  server.onChange = () => undefined;
  place("prod", false);
  const failed = (await engine
    .create("Deployment", { ...news, adopt: true })
    .catch((thrown: unknown) => thrown)) as Failed;
  expect(failed.message).toBe(
    "bitbucket accepted environment prod of repository acme/web with adminOnly true, but does not show it so; restricted environments need a Premium plan: change the plan, or set adminOnly: false",
  );
  expect(failed.held?.inputs.adminOnly).toBe(false);
  expect(failed.held?.properties.uuid).toBe("{11111111-1111-4111-8111-111111111111}");
}, 15_000);

test("imports by name and by uuid", async () => {
  place("prod", true);
  const byName = await engine.read("Deployment", "acme/web/prod");
  expect(byName?.id).toBe("acme/web/{11111111-1111-4111-8111-111111111111}");
  expect(byName).toEqual(await engine.read("Deployment", "acme/web/{11111111-1111-4111-8111-111111111111}"));
  expect(byName?.inputs).toEqual(news);
});
