import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { problemOf, provesKeyless } from "./provesKeyless";
import { hookArgs } from "./testing/hook";

let server: Server;
let url: string;
/** What the token endpoint says; the form that it was sent. */
let said: unknown;
let form: URLSearchParams;
let issuer: string;
let keys: unknown;

beforeEach(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { pathname } = new URL(request.url ?? "", url);
      if (pathname.endsWith("/token")) form = new URLSearchParams(body);
      const answer = pathname.endsWith("/openid-configuration")
        ? { issuer }
        : pathname.endsWith("/keys.json")
          ? keys
          : said;
      response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  issuer = `${url}/realms/acme`;
  keys = { keys: [{ kid: "one" }, { kid: "two" }] };
  said = { error: "invalid_client", error_description: "the token's signature is wrong" };
});
afterEach(() => server.close());

const claims = { iss: "https://api.bitbucket.org/oidc", repositoryUuid: "{repository}", branchName: "main" };
const ask = () => problemOf({ realmIssuer: `${url}/realms/acme`, jwksUrl: `${url}/keys.json`, claims });
const part = (at: number) =>
  JSON.parse(
    Buffer.from(form.get("client_assertion")?.split(".")[at] ?? "", "base64url").toString(),
  ) as Record<string, unknown>;

test("a token that only lacks the signature is refused for it: that is the proof", async () => {
  expect(await ask()).toBeUndefined();
  expect(form.get("client_assertion_type")).toBe(
    "urn:bitbucket:params:oauth:client-assertion-type:pipelines-jwt",
  );
  expect(part(0)).toEqual({ alg: "RS256", typ: "JWT", kid: "one" });
  expect(part(1)).toMatchObject({ ...claims, aud: `${url}/realms/acme` });
  expect(part(1).exp).toBe((part(1).iat as number) + 60);
});

test.each([
  [
    "no client is bound",
    { error_description: "Invalid client or Invalid client credentials" },
    "Keycloak said: Invalid client or Invalid client credentials",
  ],
  ["it is taken, unsigned", { access_token: "x" }, "Keycloak said: nothing"],
])("%s: no proof", async (_name, answer, problem) => {
  said = answer;
  expect(await ask()).toBe(problem);
});

test("a realm that calls itself otherwise, and a workspace without keys, are said", async () => {
  keys = { keys: [] };
  expect(await ask()).toMatch(
    /\/keys.json has no keys: run one step with "oidc: true" in any pipeline of the workspace,/,
  );
  issuer = "https://id.example/realms/acme";
  expect(await ask()).toMatch(
    /^the realm calls itself https:\/\/id.example\/realms\/acme, and steps would ask/,
  );
});

test("an answer that is none is an error with its address", async () => {
  said = "<html>";
  await expect(ask()).rejects.toThrow(
    `${url}/realms/acme/protocol/openid-connect/token answered 200 without JSON`,
  );
});

describe("before a pipeline is told to sign in without a secret", () => {
  const hook = (jwksUrl = `${url}/keys.json`) =>
    provesKeyless(pulumi.output({ realmIssuer: `${url}/realms/acme`, jwksUrl, claims }), "api to dev");
  const yet =
    "the pipeline of api to dev could not sign in without a secret yet, so its variables stay as they are: ";

  test("a realm that would take its token lets it go on", async () => {
    await expect(hook()(hookArgs({}))).resolves.toBeUndefined();
  });

  test("a realm that knows no such client stops it, with what Keycloak said", async () => {
    said = { error: "invalid_client", error_description: "Invalid client or Invalid client credentials" };
    await expect(hook()(hookArgs({}))).rejects.toThrow(
      new Error(`${yet}Keycloak said: Invalid client or Invalid client credentials`),
    );
  });

  test("a workspace whose keys cannot be had stops it, with the reason below", async () => {
    const refused = hook("http://127.0.0.1:1/keys.json")(hookArgs({}));
    await expect(refused).rejects.toThrow(
      new Error(`${yet}no answer from http://127.0.0.1:1 (ECONNREFUSED)`),
    );
  });
});
