import { type Engine } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import { Secret } from "@bitbucket-keycloak/pulumi-plugin/values";
import { eachTest } from "../testing/eachTest";
import type { TestServer } from "../testing/world";

const path = "/2.0/workspaces/acme/hooks";

let server: TestServer;
let engine: Engine;

eachTest([path], (started) => ({ server, engine } = started));

const audit = {
  url: "https://audit.acme.example/bitbucket",
  description: "audit",
  events: ["repo:updated", "repo:created"],
  active: true,
};
const inputs = async (more: object = {}) =>
  (await engine.check("WorkspaceHook", { workspace: "acme", ...audit, ...more })).inputs;
const hook = () => server.lists.get(path)![0]!;

test("a life: the secret is marked, kept, missed when it is taken away, and sent again", async () => {
  const made = await engine.create("WorkspaceHook", await inputs({ secret: "hunter2" }));
  expect(made.id).toBe(`acme/${made.properties.uuid as string}`);
  expect(made.properties).toMatchObject({ secret: new Secret("hunter2"), adopted: false });
  expect(server.bodies).toEqual([{ ...audit, secret: "hunter2" }]);

  delete hook().secret; // it never comes back
  hook().secret_set = true;
  expect(await engine.read("WorkspaceHook", made.id, made)).toEqual(made);
  expect(
    await engine.diff("WorkspaceHook", made, await inputs({ secret: "hunter2", events: audit.events.toReversed() })),
  ).toEqual({}); // prettier-ignore

  hook().secret_set = false;
  const refreshed = (await engine.read("WorkspaceHook", made.id, made))!;
  expect(await engine.diff("WorkspaceHook", refreshed, made.inputs)).toEqual({ secret: "UPDATE" });
  await engine.update("WorkspaceHook", refreshed, made.inputs);
  expect(server.bodies.slice(1)).toEqual([{ ...audit, secret: "hunter2" }]);
  await engine.delete("WorkspaceHook", made);
  expect(server.lists.get(path)).toEqual([]);
});

test("without a secret an update takes away one that somebody set", async () => {
  const made = await engine.create("WorkspaceHook", await inputs());
  hook().secret_set = true;
  const refreshed = (await engine.read("WorkspaceHook", made.id, made))!;
  expect(await engine.diff("WorkspaceHook", refreshed, made.inputs)).toEqual({ secret: "DELETE" });
  await engine.update("WorkspaceHook", refreshed, made.inputs);
  expect(server.bodies.at(-1)).toEqual({ ...audit, secret: null });
});

test("an equal one is taken over and stays; one with other content wants adopt", async () => {
  server.lists.get(path)!.push({ uuid: "{4}", ...audit, active: false, secret_set: false });
  await expect(engine.create("WorkspaceHook", await inputs())).rejects.toThrow(
    'webhook "audit" to https://audit.acme.example/bitbucket of workspace acme is there already with other content: present not active, repo:created repo:updated, without a secret; declared active, repo:created repo:updated, without a secret; declare it as it is, or set adopt: true to change it',
  );
  hook().active = true;
  const made = await engine.create("WorkspaceHook", await inputs());
  expect(made.properties).toMatchObject({ uuid: "{4}", adopted: true });
  await engine.delete("WorkspaceHook", made);
  expect(server.log.filter((line) => !line.startsWith("GET"))).toEqual([]);
});

test("one that is there without the secret that is declared wants adopt, and is given it", async () => {
  server.lists.get(path)!.push({ uuid: "{4}", ...audit, secret_set: false });
  await expect(engine.create("WorkspaceHook", await inputs({ secret: "hunter2" }))).rejects.toThrow(
    "present active, repo:created repo:updated, without a secret; declared active, repo:created repo:updated, with a secret; declare it as it is, or set adopt: true to change it",
  );
  expect(server.bodies).toEqual([]);
  const made = await engine.create("WorkspaceHook", await inputs({ secret: "hunter2", adopt: true }));
  expect(server.bodies).toEqual([{ ...audit, secret: "hunter2" }]);
  expect(made.properties).toMatchObject({ uuid: "{4}", adopted: true });
});

test("one that is there with a secret that nobody declares wants adopt, and loses it", async () => {
  server.lists.get(path)!.push({ uuid: "{4}", ...audit, secret_set: true });
  await expect(engine.create("WorkspaceHook", await inputs())).rejects.toThrow("with a secret; declared");
  await engine.create("WorkspaceHook", await inputs({ adopt: true }));
  expect(server.bodies).toEqual([{ ...audit, secret: null }]);
});

test("says what is wrong, without the secret", async () => {
  const { failures } = await engine.check("WorkspaceHook", {
    workspace: "acme",
    url: "http://audit.acme.example",
    description: "audit",
    events: ["repo:exploded"],
    secret: 17,
  });
  expect(failures).toEqual([
    'url: found "http://audit.acme.example"; allowed: an https address without a password in it',
    expect.stringMatching(/^events\[0\]: found "repo:exploded"; allowed: repo:push, repo:fork, /),
    "secret: found a secret; allowed: a text",
  ]);
  expect((await engine.check("WorkspaceHook", { workspace: "acme", ...audit, events: [] })).failures).toEqual(
    ["events: is empty; name one event at least"],
  );
});
