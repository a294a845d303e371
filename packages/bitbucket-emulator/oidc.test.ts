import { createRemoteJWKSet, jwtVerify } from "jose";
import { startLab, type Client, type Lab } from "./testing/lab";
import { environment, pipelinesFile, run } from "./testing/pipelines";

let lab: Lab;
let admin: Client;
let ann: Client;
beforeEach(async () => {
  lab = await startLab({ stepTimeout: 5_000 });
  admin = lab.as("admin");
  ann = lab.as("ann");
});
afterEach(() => lab.emulator.close());

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
      accountUuid: state.workspace.uuid,
    });
    expect((await admin.get("/emulator/state")).text).not.toContain("signingKey");
  });

  test.each([
    ["replaced", "https://id.example"],
    ["appended", ["ari:cloud:bitbucket::workspace/WORKSPACE", "https://id.example"]],
  ] as const)("an audience of the step's own is %s", async (audience, expected) => {
    const put = await fetch(`${lab.emulator.url}/emulator/readings`, {
      method: "PUT",
      body: JSON.stringify({ audience }),
    });
    expect([put.status, await put.json()]).toEqual([200, expect.objectContaining({ audience })]);
    await pipelinesFile(
      ann,
      `{step: { oidc: { audiences: [https://id.example] }, script: ['echo "$BITBUCKET_STEP_OIDC_TOKEN" | cut -d. -f2'] }}`,
    );
    const { logs } = await run(ann);
    const claims = JSON.parse(Buffer.from(logs[0]!.trim().split("\n").at(-1)!, "base64url").toString()) as {
      aud: unknown;
    };
    const { workspace } = (await admin.get("/emulator/state")).json as { workspace: { uuid: string } };
    const wanted = JSON.stringify(expected).replace("WORKSPACE", workspace.uuid.slice(1, -1));
    expect(JSON.stringify(claims.aud)).toBe(wanted);
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
