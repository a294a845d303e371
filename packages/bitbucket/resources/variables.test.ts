import { type Engine } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import { Secret } from "@bitbucket-keycloak/pulumi-plugin/values";
import { eachTest } from "../testing/eachTest";
import type { TestServer } from "../testing/world";

let server: TestServer;
let engine: Engine;

eachTest([], (started) => ({ server, engine } = started));

const token = { key: "TOKEN", value: "hunter2", secured: true };
const region = { key: "REGION", value: "eu", secured: false };

// A repository's path has an underscore where a workspace's has a hyphen.
describe.each([
  [
    "RepositoryVariables",
    { workspace: "acme", repository: "web" },
    "acme/web",
    "/2.0/repositories/acme/web/pipelines_config/variables",
    "repository acme/web",
  ],
  [
    "WorkspaceVariables",
    { workspace: "acme" },
    "acme",
    "/2.0/workspaces/acme/pipelines-config/variables",
    "workspace acme",
  ],
])("%s", (type, place, id, path, of) => {
  // prettier-ignore
  const inputs = async (variables: readonly object[]) =>
    (await engine.check(type, { ...place, variables: variables as never })).inputs;
  const keys = () => server.lists.get(path)!.map(({ key }) => key);
  beforeEach(() => server.lists.set(path, []));

  test("a life: create, refresh, rotate a secret, delete what is ours", async () => {
    server.lists.get(path)!.push({ uuid: "{v}", ...region });
    const made = await engine.create(type, await inputs([token, region]));
    expect(made.id).toBe(id);
    expect(made.properties).toMatchObject({
      variables: [{ ...token, value: new Secret("hunter2") }, region],
      adopted: ["REGION"],
      placed: ["TOKEN"],
    });
    expect(server.bodies).toEqual([{ type: "pipeline_variable", ...token }]);
    expect(await engine.read(type, id, made)).toEqual(made);

    const rotated = await engine.update(type, made, await inputs([{ ...token, value: "hunter3" }, region]));
    expect(server.bodies.slice(1)).toEqual([{ type: "pipeline_variable", ...token, value: "hunter3" }]);
    await engine.delete(type, rotated);
    expect(keys()).toEqual(["REGION"]);
  });

  test("one added by hand is seen and removed; no error repeats a value", async () => {
    const made = await engine.create(type, await inputs([token]));
    server.lists.get(path)!.push({ uuid: "{x}", key: "STRAY", secured: true });
    const refreshed = (await engine.read(type, id, made))!;
    expect(await engine.diff(type, refreshed, made.inputs)).toEqual({ "variables[1]": "DELETE" });
    await engine.update(type, refreshed, made.inputs);
    expect(keys()).toEqual(["TOKEN"]);

    server.lists.set(path, []);
    server.fault = (request) =>
      request.startsWith("POST") ? { status: 400, body: { error: { message: "hunter2?" } } } : undefined;
    await expect(engine.create(type, await inputs([token]))).rejects.toThrow(
      `cannot write the pipeline variables of ${of}: bitbucket answered 400 (its message is withheld, for it repeats a secret)`,
    );
  });
});
