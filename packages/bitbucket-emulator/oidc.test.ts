import { createRemoteJWKSet, jwtVerify } from "jose";
import { startLab, type Client, type Lab } from "./testing/lab";
import { type Readings } from "./readings";
import { environment, pipelinesFile, run } from "./testing/pipelines";
import { play } from "./testing/readings";

let lab: Lab;
let admin: Client;
let ann: Client;
beforeEach(async () => {
  lab = await startLab({ stepTimeout: 5_000 });
  admin = lab.as("admin");
  ann = lab.as("ann");
});
afterEach(() => lab.emulator.close());

/** What the token of a step claims that asks for this audience, or for none of its own. */
async function claimsFor(audience: string): Promise<Record<string, unknown>> {
  const oidc = audience === "" ? "true" : `{ audiences: [${audience}] }`;
  await pipelinesFile(
    ann,
    `{step: { oidc: ${oidc}, script: ['echo "$BITBUCKET_STEP_OIDC_TOKEN" | cut -d. -f2'] }}`,
  );
  const { logs } = await run(ann);
  const claims = Buffer.from(logs[0]!.trim().split("\n").at(-1)!, "base64url").toString();
  return JSON.parse(claims) as Record<string, unknown>;
}

describe("the step's own token", () => {
  test("is signed by the workspace's issuer and says which step it is", async () => {
    const dev = await environment(admin, "dev");
    await pipelinesFile(
      ann,
      `{step: { deployment: dev, oidc: true, script: ['printf %s "$BITBUCKET_STEP_OIDC_TOKEN" | cut -c1-40', 'printf %s "$BITBUCKET_STEP_OIDC_TOKEN" | sed s/\\\\./_DOT_/g'] }}`,
    );
    const { logs, steps, pipeline } = await run(ann);
    const token = logs[0]!.trim().split("\n").at(-1)!.replaceAll("_DOT_", ".");
    const issuer = `${lab.emulator.url}/2.0/workspaces/lab/pipelines-config/identity/oidc`;
    const discovered = (await admin.get(`${issuer}/.well-known/openid-configuration`)).json as Record<
      string,
      string
    >;
    expect(discovered.issuer).toBe(issuer);
    const { payload, protectedHeader } = await jwtVerify(
      token,
      createRemoteJWKSet(new URL(discovered.jwks_uri!)),
      { issuer },
    );
    expect(protectedHeader.alg).toBe("RS256");
    const state = (await admin.get("/emulator/state")).json;
    const repository = state.repositories[0].uuid as string;
    expect(payload).toEqual({
      iss: issuer,
      aud: `ari:cloud:bitbucket::workspace/${(state.workspace.uuid as string).slice(1, -1)}`,
      sub: `${repository}:${dev}:${steps[0].uuid as string}`,
      iat: payload.iat,
      exp: payload.iat! + 3600,
      workspaceUuid: state.workspace.uuid,
      repositoryUuid: repository,
      pipelineUuid: pipeline.uuid,
      stepUuid: steps[0].uuid,
      deploymentEnvironmentUuid: dev,
      branchName: "main",
    });
    expect((await admin.get("/emulator/state")).text).not.toContain("signingKey");
  });

  const own = "ari:cloud:bitbucket::workspace/WORKSPACE";
  const realm = "https://id.example";
  test.each<[Partial<Readings>, string, object]>([
    [{}, realm, { aud: realm, branchName: "main" }],
    [{}, "", { aud: own, branchName: "main" }],
    [{ audience: "appended" }, realm, { aud: [own, realm], branchName: "main" }],
    [{ audience: "appended" }, "", { aud: own, branchName: "main" }],
    [{ audienceForm: "list" }, realm, { aud: [realm], branchName: "main" }],
    [{ audienceForm: "list" }, "", { aud: [own], branchName: "main" }],
    [{ branch: "absent" }, realm, { aud: realm }],
    [{ account: "workspace" }, realm, { aud: realm, branchName: "main", accountUuid: "{WORKSPACE}" }],
    [{ account: "starter" }, realm, { aud: realm, branchName: "main", accountUuid: "STARTER" }],
  ])("by the reading %j, for the audience %j, claims %j", async (readings, audience, expected) => {
    await play(lab.emulator, readings);
    const claims = await claimsFor(audience);
    const { workspace, accounts } = (await admin.get("/emulator/state")).json as {
      workspace: { uuid: string };
      accounts: { name: string; uuid: string }[];
    };
    const { aud, branchName, accountUuid } = claims;
    const starter = accounts.find(({ name }) => name === "ann")?.uuid ?? "";
    const wanted = JSON.stringify(expected)
      .replaceAll("WORKSPACE", workspace.uuid.slice(1, -1))
      .replace("STARTER", starter);
    expect(JSON.stringify({ aud, branchName, accountUuid })).toBe(wanted);
  });

  test("by another reading claims what no document mentions, and nothing less", async () => {
    const known = Object.keys(await claimsFor(realm));
    await play(lab.emulator, { claims: "more" });
    const more = ["jti", "nbf", "buildNumber", "isRerun", "parent", "tags", "runner"];
    expect(Object.keys(await claimsFor(realm)).sort()).toEqual([...known, ...more].sort());
  });

  test("by another reading the discovery document is there once a step has had a token, the keys always", async () => {
    await play(lab.emulator, { discovery: "afterFirstUse" });
    const issuer = "/2.0/workspaces/lab/pipelines-config/identity/oidc";
    const statuses = async () => [
      (await admin.get(`${issuer}/.well-known/openid-configuration`)).status,
      (await admin.get(`${issuer}/keys.json`)).status,
    ];
    expect(await statuses()).toEqual([404, 200]);
    await claimsFor(realm);
    expect(await statuses()).toEqual([200, 200]);
  });

  test("is masked, is for whom the step says, and is absent unless asked for", async () => {
    await pipelinesFile(
      ann,
      `{step: { oidc: { audiences: [https://id.example] }, script: ['echo "$BITBUCKET_STEP_OIDC_TOKEN"', 'echo "$BITBUCKET_STEP_OIDC_TOKEN" | cut -d. -f2'] }}, {step: { script: ['echo "\${BITBUCKET_STEP_OIDC_TOKEN-absent}"'] }}`,
    );
    const { logs } = await run(ann);
    const lines = logs[0]!.trim().split("\n");
    expect(lines[1]).toBe("$BITBUCKET_STEP_OIDC_TOKEN");
    const claims = JSON.parse(Buffer.from(lines.at(-1)!, "base64url").toString()) as Record<string, unknown>;
    expect(claims.aud).toBe("https://id.example");
    expect(claims).not.toHaveProperty("deploymentEnvironmentUuid");
    expect(claims).not.toHaveProperty("jti");
    expect(logs[1]).toContain("\nabsent\n");
  });

  test("is signed by another key after a rotation, and the key before it is published as long as wanted", async () => {
    const keys = async (): Promise<string[]> => {
      const { json } = await admin.get("/2.0/workspaces/lab/pipelines-config/identity/oidc/keys.json");
      return (json.keys as { kid: string }[]).map(({ kid }) => kid);
    };
    const [first] = await keys();
    expect((await admin.post("/emulator/keys", { keep: true })).status).toBe(204);
    const [second, ...before] = await keys();
    expect(second).not.toBe(first);
    expect(before).toEqual([first]);
    await admin.post("/emulator/keys", { keep: false });
    const [third, ...left] = await keys();
    expect([first, second]).not.toContain(third);
    expect(left).toEqual([]);
    expect((await admin.post("/emulator/keys", {})).status).toBe(400);
    expect((await admin.get("/emulator/state")).text).not.toMatch(/signingKey|formerKeys/);
  });
});
