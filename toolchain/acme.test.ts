import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { join } from "node:path";
import { parse } from "yaml";
import { startEmulator } from "@bitbucket-keycloak/bitbucket-emulator";
import { acmeSeed, administrator, bot } from "./acme";
import { stepsFor } from "@bitbucket-keycloak/bitbucket-emulator/pipelineFile";
import { stateOf } from "@bitbucket-keycloak/bitbucket-emulator/seed";
import { clientOf } from "@bitbucket-keycloak/bitbucket-emulator/testing/lab";
import { settled } from "@bitbucket-keycloak/bitbucket-emulator/testing/pipelines";

const yaml = parse(readFileSync(join(__dirname, "../test/fixtures/acme.yaml"), "utf8")) as {
  people: Record<string, { name: string; email: string }>;
  agents: Record<string, { account: string }>;
  projects: Record<string, { name: string; repositories: Record<string, unknown> }>;
};
const administratorToken = "of-the-administrator-0123456789";
const seed = acmeSeed({ administratorToken, tokens: { "chen@acme.example": "of-chen-0123456789" } });

test("people, agents, projects and repositories are those of Acme", () => {
  const people = seed.accounts!.filter(({ email }) => email !== administrator && email !== bot);
  expect(people.map(({ name, email }) => ({ name, email }))).toEqual(
    Object.values(yaml.people).map(({ name, email }) => ({ name, email })),
  );
  expect(seed.accounts!.find(({ email }) => email === bot)!.uuid).toBe(yaml.agents["release-bot"]!.account);
  expect(seed.projects!.map(({ key, name }) => [key, name])).toEqual(
    Object.entries(yaml.projects).map(([key, { name }]) => [key, name]),
  );
  expect(seed.repositories!.map(({ project, slug }) => `${project}/${slug}`)).toEqual(
    Object.entries(yaml.projects).flatMap(([key, { repositories }]) =>
      Object.keys(repositories).map((slug) => `${key}/${slug}`),
    ),
  );
});

test("nobody has a right but the administrator, and tokens are kept as hashes", () => {
  const state = stateOf(seed);
  expect(state.groups.map(({ slug, members }) => [slug, members.length])).toEqual([["administrators", 1]]);
  expect(state.repositories.flatMap(({ grants }) => [...grants.groups, ...grants.users])).toEqual([]);
  expect(JSON.stringify(state)).not.toContain("0123456789");
  const chen = state.accounts.find(({ email }) => email === "chen@acme.example")!;
  expect(chen.tokens[0]!.scopes.filter((scope) => scope.startsWith("admin:"))).toEqual([]);
});

test("payments-api deploys to dev, and to staging and prod on request", () => {
  const file = seed.repositories!.find(({ slug }) => slug === "payments-api")!.branches!.main![
    "bitbucket-pipelines.yml"
  ]!;
  expect(stepsFor(file, "main").steps.map(({ deployment }) => deployment)).toEqual(["dev"]);
  expect(stepsFor(file, "main", "staging").steps.map(({ deployment }) => deployment)).toEqual(["staging"]);
  expect(stepsFor(file, "main", "prod").steps.map(({ deployment }) => deployment)).toEqual(["prod"]);
});

describe("a deployment of payments-api", () => {
  const credential = "payments-api-dev-a:s3cret-of-the-client";
  const payload = Buffer.from(JSON.stringify({ iss: "x", azp: "payments-api-dev-a", n: "?>~" })).toString(
    "base64url",
  );
  const token = `header.${payload}.signature`;
  // Stands in for Keycloak's token endpoint.
  const issuer = createServer((request, response) => {
    const right = request.headers.authorization === `Basic ${Buffer.from(credential).toString("base64")}`;
    response.statusCode = right ? 200 : 401;
    response.end(JSON.stringify({ access_token: token, expires_in: 300, token_type: "Bearer" }));
  });
  beforeAll(() => new Promise<void>((resolve) => issuer.listen(0, "127.0.0.1", resolve)));
  afterAll(() => issuer.close());

  test.each([
    ["signs in and says as whom", credential, "SUCCESSFUL", "signed in as payments-api-dev-a\n"],
    ["fails with a wrong credential", "payments-api-dev-a:stale-secret", "FAILED", "401"],
  ])("%s, without showing a secret", async (_, value, result, said) => {
    const emulator = await startEmulator({ seed, environmentDelay: 0 });
    const admin = clientOf(emulator.url, `${administrator}:${administratorToken}`);
    const repository = "/2.0/repositories/acme/payments-api";
    const made = await admin.post(`${repository}/environments`, {
      name: "dev",
      environment_type: { name: "Test" },
    });
    const uuid = encodeURIComponent((made.json as { uuid: string }).uuid);
    const variables = `${repository}/deployments_config/environments/${uuid}/variables`;
    const url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/token`;
    await admin.post(variables, { key: "KEYCLOAK_CREDENTIAL", value, secured: true });
    await admin.post(variables, { key: "KEYCLOAK_TOKEN_URL", value: url });
    const target = { type: "pipeline_ref_target", ref_type: "branch", ref_name: "main" };
    await admin.post(`${repository}/pipelines`, { target });
    const { state, logs } = await settled(admin, `${repository}/pipelines/1`);
    expect(state.result?.name).toBe(result);
    const [log] = logs;
    expect(log).toContain(said);
    expect(log).not.toContain(token);
    expect(log).not.toContain(payload);
    expect(log).not.toContain(value);
    await emulator.close();
  });
});
