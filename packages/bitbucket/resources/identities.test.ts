import { type Engine, startEngine } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import { bitbucket } from "../provider";
import { startTestServer, type TestServer } from "../testing/world";

const workspaceUuid = "{00000000-0000-4000-8000-00000000000a}";
const uuid = "{00000000-0000-4000-8000-00000000000b}";
const oidc = "/2.0/workspaces/acme/pipelines-config/identity/oidc";
const answers: Record<string, object> = {
  "GET /2.0/workspaces/acme": { uuid: workspaceUuid, slug: "acme" },
  "GET /2.0/repositories/acme/web": { uuid, full_name: "acme/web" },
};

let server: TestServer;
let engine: Engine;
/** Whether Bitbucket still has them. */
let there: boolean;

beforeEach(async () => {
  process.env.BITBUCKET_EMAIL = "robot@acme.example";
  process.env.BITBUCKET_API_TOKEN = "ATATT-robot-token";
  there = true;
  server = await startTestServer();
  server.fault = (request) => {
    const body = answers[request];
    return there && body !== undefined ? { status: 200, body } : 404;
  };
  engine = await startEngine(bitbucket);
  await engine.configure({ apiUrl: server.url });
});

afterEach(async () => {
  engine.stop();
  await server.close();
});

test("a workspace as an issuer: looked up, kept, read again, gone; nothing is written, and no discovery asked", async () => {
  const issuer = `${server.url}${oidc}`;
  const inputs = { workspace: "acme" };
  const made = await engine.create("PipelinesIssuer", inputs);
  expect(made).toEqual({
    id: "acme",
    inputs,
    properties: { ...inputs, workspaceUuid, issuer, jwksUrl: `${issuer}/keys.json` },
  });
  expect(await engine.read("PipelinesIssuer", "acme", made)).toEqual(made);
  await engine.delete("PipelinesIssuer", made);
  there = false;
  expect(await engine.read("PipelinesIssuer", "acme", made)).toBeUndefined();
  expect(new Set(server.log)).toEqual(new Set(["GET /2.0/workspaces/acme"]));
});

test("a repository's UUID: one request, and its deletion asks nothing", async () => {
  const inputs = { workspace: "acme", repository: "web" };
  const made = await engine.create("RepositoryIdentity", inputs);
  expect(made).toEqual({ id: "acme/web", inputs, properties: { ...inputs, uuid } });
  await engine.delete("RepositoryIdentity", made);
  expect(server.log).toEqual(["GET /2.0/repositories/acme/web"]);
  expect(await engine.read("RepositoryIdentity", "acme/web", made)).toEqual(made);
  there = false;
  expect(await engine.read("RepositoryIdentity", "acme/web", made)).toBeUndefined();
});

test("a repository that is not there is an error", async () => {
  await expect(
    engine.create("RepositoryIdentity", { workspace: "acme", repository: "none" }),
  ).rejects.toThrow(/repository|404/);
});
