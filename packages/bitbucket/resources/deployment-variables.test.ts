import type { Failed } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import { type Engine, startEngine } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import { Secret } from "@bitbucket-keycloak/pulumi-plugin/values";
import { bitbucket } from "../provider";
import { startTestServer, type TestServer } from "../testing/world";

const environment = "{22222222-2222-4222-8222-222222222222}";
const path = `/2.0/repositories/acme/web/deployments_config/environments/${environment}/variables`;

let server: TestServer;
let engine: Engine;

beforeEach(async () => {
  process.env.BITBUCKET_EMAIL = "robot@acme.example";
  process.env.BITBUCKET_API_TOKEN = "ATATT-robot-token";
  server = await startTestServer();
  server.lists.set(path, []);
  server.lists.set("/2.0/repositories/acme/web/environments", [{ name: "prod", uuid: environment }]);
  engine = await startEngine(bitbucket);
  await engine.configure({ apiUrl: server.url });
});

afterEach(async () => {
  engine.stop();
  await server.close();
});

const inputs = async (variables: readonly object[], more: object = {}) =>
  (
    await engine.check("DeploymentVariables", {
      workspace: "acme",
      repository: "web",
      environment,
      variables: variables as never,
      ...more,
    })
  ).inputs;
const credential = { key: "CREDENTIAL", value: "pipeline:hunter2", secured: true };
const address = { key: "ADDRESS", value: "https://id.acme.example", secured: false };

test("a life: a secured value is marked, kept through a refresh, compared by what was sent", async () => {
  const made = await engine.create(
    "DeploymentVariables",
    await inputs([{ ...credential, secured: undefined }, address]),
  );
  expect(made.id).toBe(`acme/web/${environment}`);
  expect(made.properties.variables).toEqual([
    { ...credential, value: new Secret("pipeline:hunter2") },
    address,
  ]);
  expect(server.bodies).toEqual([
    { type: "deployment_variable", ...credential },
    { type: "deployment_variable", ...address },
  ]);
  expect(await engine.read("DeploymentVariables", made.id, made)).toEqual(made);

  const wanted = await inputs([address, { ...credential, value: "pipeline:hunter3" }]);
  expect(await engine.diff("DeploymentVariables", made, await inputs([address, credential]))).toEqual({});
  expect(await engine.diff("DeploymentVariables", made, wanted)).toEqual({
    "variables[0]": "DELETE",
    "variables[1]": "ADD",
  });
  server.log.length = 0;
  const changed = await engine.update("DeploymentVariables", made, wanted);
  expect(server.log.map((line) => line.split(" ")[0])).toEqual(["GET", "PUT"]);
  expect(server.bodies.at(-1)).toMatchObject({ key: "CREDENTIAL", value: "pipeline:hunter3" });

  await engine.delete("DeploymentVariables", changed);
  expect(server.lists.get(path)).toEqual([]);
});

test("a value that the program marked secret stays so after a refresh, secured or not", async () => {
  const made = await engine.create(
    "DeploymentVariables",
    await inputs([{ ...address, value: new Secret("https://hidden") }]),
  );
  const refreshed = await engine.read("DeploymentVariables", made.id, made);
  expect(refreshed?.properties.variables).toEqual([{ ...address, value: new Secret("https://hidden") }]);
});

test("waits for a new environment, and not for ever", async () => {
  server.fault = (_, count) => (count <= 3 ? 404 : undefined);
  await engine.create("DeploymentVariables", await inputs([address]));
  expect(server.log.map((line) => line.split(" ")[0])).toEqual(["GET", "GET", "GET", "GET", "POST"]);

  server.fault = () => 404;
  server.log.length = 0;
  await expect(engine.create("DeploymentVariables", await inputs([address]))).rejects.toThrow(
    `environment ${environment} of repository acme/web takes no variables: bitbucket answers 404; check that it exists and that this account may see it`,
  );
  expect(server.log).toHaveLength(6);
}, 20_000);

test("a secured one that was there cannot be compared, and so is not taken over silently", async () => {
  server.lists.get(path)!.push({ uuid: "{v}", key: "CREDENTIAL", secured: true });
  const failed = (await engine
    .create("DeploymentVariables", await inputs([credential]))
    .catch((thrown: unknown) => thrown)) as Failed;
  expect(failed.message).toContain(
    "  CREDENTIAL: present secured, value not comparable, declared secured, value not comparable",
  );
  expect(failed.message).not.toContain("hunter2");
  const made = await engine.create("DeploymentVariables", await inputs([credential], { adopt: true }));
  expect(made.properties.adopted).toEqual(["CREDENTIAL"]);
  expect(server.lists.get(path)).toHaveLength(1);
});

test("more than ten, or a hundred, are all seen", async () => {
  const many = Array.from({ length: 120 }, (_, index) => ({
    key: `V${index}`,
    value: `${index}`,
    secured: false,
  }));
  const made = await engine.create("DeploymentVariables", await inputs(many));
  expect(await engine.read("DeploymentVariables", made.id, made)).toEqual(made);
  expect(server.queries.slice(-2)).toEqual(["?pagelen=100", "?pagelen=100&page=2"]);
});

test("others' variables are neither seen nor removed, and stay when the resource goes", async () => {
  const stray = { uuid: "{x}", key: "STRAY", secured: true };
  server.lists.get(path)!.push({ ...stray });
  const made = await engine.create("DeploymentVariables", await inputs([credential, address]));
  expect({ adopted: made.properties.adopted, placed: made.properties.placed }).toEqual({
    adopted: [],
    placed: ["CREDENTIAL", "ADDRESS"],
  });
  expect(await engine.read("DeploymentVariables", made.id, made)).toEqual(made);
  const keys = () => server.lists.get(path)!.map(({ key }) => key);
  const changed = await engine.update("DeploymentVariables", made, await inputs([address]));
  expect(keys()).toEqual(["STRAY", "ADDRESS"]);
  await engine.delete("DeploymentVariables", changed);
  expect(keys()).toEqual(["STRAY"]);
});

test("one that is declared and was there before stays when it is declared no longer", async () => {
  server.lists.get(path)!.push({ uuid: "{x}", ...address });
  const made = await engine.create("DeploymentVariables", await inputs([credential, address]));
  await engine.update("DeploymentVariables", made, await inputs([credential]));
  expect(server.lists.get(path)!.map(({ key }) => key)).toEqual(["ADDRESS", "CREDENTIAL"]);
});

test("of a whole list, one deleted by hand is missed, one added by hand is seen", async () => {
  const whole = { others: "remove" };
  const made = await engine.create("DeploymentVariables", await inputs([credential, address], whole));
  server.lists.get(path)!.shift();
  server.lists.get(path)!.push({ uuid: "{x}", key: "STRAY", secured: true });
  const refreshed = (await engine.read("DeploymentVariables", made.id, made))!;
  expect(refreshed.inputs.variables).toEqual([address, { key: "STRAY", secured: true }]);
  expect(await engine.diff("DeploymentVariables", refreshed, made.inputs)).toEqual({
    "variables[0]": "ADD",
    "variables[1]": "DELETE",
  });
  await engine.update("DeploymentVariables", refreshed, made.inputs);
  expect(server.lists.get(path)!.map(({ key }) => key)).toEqual(["ADDRESS", "CREDENTIAL"]);
});

test("one that was secured by hand is sent again: whether its value is still the same cannot be seen", async () => {
  const made = await engine.create("DeploymentVariables", await inputs([address]));
  const [there] = server.lists.get(path)!;
  Object.assign(there!, { secured: true, value: undefined });
  const refreshed = (await engine.read("DeploymentVariables", made.id, made))!;
  expect(refreshed.inputs.variables).toEqual([{ key: "ADDRESS", secured: true }]);

  const secured = { ...address, secured: true };
  server.bodies.length = 0;
  await engine.update("DeploymentVariables", made, await inputs([secured]));
  expect(server.bodies).toEqual([{ type: "deployment_variable", ...secured }]);
});

test("an import by name lacks the secured values, and the next update sends them", async () => {
  server.lists.get(path)!.push({ uuid: "{v}", key: "CREDENTIAL", secured: true });
  const imported = (await engine.read("DeploymentVariables", "acme/web/prod"))!;
  expect(imported.id).toBe(`acme/web/${environment}`);
  expect(imported.inputs.variables).toEqual([{ key: "CREDENTIAL", secured: true }]);
  const wanted = await inputs([credential]);
  expect(await engine.diff("DeploymentVariables", imported, wanted)).toEqual({ "variables[0].value": "ADD" });
  await engine.update("DeploymentVariables", imported, wanted);
  expect(server.bodies).toEqual([{ type: "deployment_variable", ...credential }]);
});

test("no error repeats a value, whatever the server says", async () => {
  server.fault = (request) =>
    request.startsWith("POST")
      ? { status: 400, body: { error: { message: "bad value pipeline:hunter2" } } }
      : undefined;
  await expect(engine.create("DeploymentVariables", await inputs([credential]))).rejects.toThrow(
    `cannot write the variables of deployment environment ${environment} of repository acme/web: bitbucket answered 400 (its message is withheld, for it repeats a secret); it takes the request for wrong; correct what it names`,
  );
  const { failures } = await engine.check("DeploymentVariables", {
    workspace: "acme", repository: "web", environment,
    variables: [{ key: "1", value: new Secret(17), secured: true }],
  }); // prettier-ignore
  expect(failures).toEqual([
    'variables[0].key: found "1"; allowed: letters, digits and _, not beginning with a digit',
    "variables[0].value: found a secret; allowed: a text",
  ]);
});
