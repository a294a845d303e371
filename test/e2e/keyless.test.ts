/**
 * Pipelines without a secret, from one way to the other and back, on the real engine and a Keycloak with the extension,
 * while steps ask for tokens all the time: none is refused, and what is left behind holds no secret.
 */
import { oneAtATime } from "@bitbucket-keycloak/bitbucket-emulator/testing/readings";
import { collect as collectTrail } from "../../commands/audit/collect";
import { Progress } from "../../toolchain/progress";
import { KeylessWorld } from "./world/keyless";
import { sharedWorld } from "./world/shared";

jest.setTimeout(240_000);

let keyless: KeylessWorld;
let bySecret: Record<string, unknown>;

beforeAll(async () => {
  keyless = await KeylessWorld.start("rotated");
}, 400_000);

afterAll(async () => {
  await keyless.stop();
}, 60_000);

const pipelines = ["payments-api.dev", "payments-web.dev"];
const names = (...keys: string[]) => keys.flatMap((key) => [key, key]).sort();
const found = () =>
  keyless
    .variables()
    .map(({ key }) => key)
    .sort();

/** URNs of the state, without what comes before type and name. */
async function recorded(): Promise<string[]> {
  const { stdout } = await keyless.world.pulumi("stack", "export", "--stack", "local");
  const { deployment } = JSON.parse(stdout) as { deployment: { resources: { urn: string }[] } };
  return deployment.resources.map(({ urn }) =>
    (urn.split("$").at(-1) ?? urn).split("::").slice(-2).join(" "),
  );
}
/** What the token of a step claims that is no matter of time or id, by its log. */
function claimsIn(log: string): Record<string, unknown> {
  const text = log
    .split("\n")
    .find((line) => line.startsWith("claims {"))
    ?.slice("claims ".length);
  const own = ["azp", "client_id", "sub", "preferred_username", "iat", "exp", "jti", "clientHost"];
  const claims = JSON.parse(text ?? "{}") as Record<string, unknown>;
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !own.includes(name)));
}
const ofSecrets = async () =>
  (await recorded()).filter((one) => /(RandomPassword|Schedule|RotatedCredential) payments-/.test(one));

describe("from a secret to none", () => {
  test("a pipeline with a secret signs in, and goes on doing so from now on", async () => {
    await keyless.succeed("rotated");
    const { log } = await keyless.step("once before");
    expect(log).toContain("token of pipeline-a.payments-api.dev");
    bySecret = claimsIn(log);
    expect(bySecret).toMatchObject({
      pipeline: "PAY/payments-api:dev",
      resource_access: { bitbucket: { roles: ["deploy:PAY/payments-api"] } },
    });
    keyless.startAsking();
  });

  test("all at once is refused: a step that runs would lose the only way it knows", async () => {
    const { code, text } = await keyless.up("keyless");
    expect(code).not.toBe(0);
    expect(text).toContain(
      'would lose the only way in that its running steps know (KEYCLOAK_CREDENTIAL): bring it up with "credential: both" first',
    );
    expect(found()).toEqual(names("KEYCLOAK_CREDENTIAL", "KEYCLOAK_TOKEN_URL"));
    expect(await ofSecrets()).toHaveLength(2 * 4);
  });

  test("both for a while: steps sign in without the secret, which still works", async () => {
    const discovery = "/2.0/workspaces/acme/pipelines-config/identity/oidc/.well-known/openid-configuration";
    expect((await keyless.world.bitbucket("GET", discovery)).status).toBe(404);
    await keyless.succeed("both");
    expect((await keyless.world.bitbucket("GET", discovery)).status).toBe(404);
    const { log } = await keyless.step("once");
    expect(log).toContain("token of pipeline.payments-api.dev");
    expect(claimsIn(log)).toEqual(bySecret);
    expect((await keyless.world.bitbucket("GET", discovery)).status).toBe(200);
    await keyless.stepsOfBeforeEnd();
    await keyless.succeed("both", "--expect-no-changes");
  });

  test("then none: secret, slots, schedule and variables are gone", async () => {
    await keyless.succeed("keyless");
    expect(found()).toEqual(names("KEYCLOAK_AUDIENCE", "KEYCLOAK_CLIENT_ID", "KEYCLOAK_ISSUER"));
    expect(await ofSecrets()).toEqual([]);
    const { json } = await keyless.world.keycloak("GET", `/${keyless.world.realm}/clients?max=100`);
    const clients = (json as { clientId: string }[]).map(({ clientId }) => clientId);
    expect(clients.filter((id) => id.startsWith("pipeline")).sort()).toEqual(
      pipelines.map((name) => `pipeline.${name}`),
    );
    await keyless.stepsOfBeforeEnd();
    await keyless.succeed("keyless", "--expect-no-changes");
    await keyless.succeed("keyless", "--refresh", "--expect-no-changes");
  });

  test("not one step was refused, and Keycloak's log has no refusal but those of the proofs", async () => {
    const refused = (await keyless.events()).filter(({ type }) => type === "CLIENT_LOGIN_ERROR");
    expect(refused.map(({ details }) => details?.bitbucket_refusal)).toEqual(
      Array.from({ length: refused.length }, () => "signature"),
    );
    expectNoneRefused();
  });
});

describe("without a secret", () => {
  test("no variable is secured, and none holds anything that is", () => {
    const { issuer } = keyless;
    expect(keyless.variables().filter(({ secured }) => secured)).toEqual([]);
    expect(new Set(keyless.variables().map(({ value }) => value))).toEqual(
      new Set([issuer, ...pipelines.map((name) => `pipeline.${name}`)]),
    );
  });

  test("of all that the state keeps secret, nothing signs a pipeline in", async () => {
    const { stdout } = await keyless.world.pulumi("stack", "export", "--stack", "local", "--show-secrets");
    const secrets: string[] = [];
    JSON.parse(stdout, (_name, value: unknown) => {
      const { plaintext } = (value ?? {}) as { plaintext?: string };
      if (plaintext !== undefined) collect(JSON.parse(plaintext), secrets);
      return value;
    });
    expect(secrets.length).toBeGreaterThan(pipelines.length);
    for (const name of pipelines) {
      for (const client_secret of new Set(secrets)) {
        const form = { grant_type: "client_credentials", client_id: `pipeline.${name}`, client_secret };
        const answer = await fetch(`${keyless.issuer}/protocol/openid-connect/token`, {
          method: "POST",
          body: new URLSearchParams(form),
        });
        expect([name, answer.status]).toEqual([name, 401]);
      }
    }
  });

  const readings = oneAtATime("audience", "audienceForm", "account", "claims");
  test.each(readings.map((one) => [JSON.stringify(one), one] as const))(
    "by another reading of Atlassian's documents, %s, a step signs in, and its token says the same",
    async (_name, reading) => {
      await keyless.play(reading);
      const { result, log } = await keyless.step("once");
      await keyless.play({});
      expect(result).toBe("SUCCESSFUL");
      expect(log).toContain("token of pipeline.payments-api.dev");
      expect(claimsIn(log)).toEqual(bySecret);
    },
  );

  test("by the reading that no token names a branch, a step hears why it is refused, and what it hears helps", async () => {
    await keyless.stopAsking();
    await keyless.play({ branch: "absent" });
    const { result, log } = await keyless.step("once");
    expect(result).toBe("FAILED");
    expect(log).toMatch(/token names no branch, .*: is the environment restricted to administrators\?/);
    const refusals = (await keyless.events()).map(({ details }) => details?.bitbucket_refusal);
    expect(refusals).toContain("branch_missing");
    keyless.declare("dev: { type: test, restricted: true }");
    await keyless.succeed("keyless");
    expect(claimsIn((await keyless.step("once")).log)).toEqual(bySecret);
    await keyless.play({});
    keyless.declare("dev: { type: test }");
    await keyless.succeed("keyless");
    keyless.startAsking();
  });

  test("a branch that is not protected gets no token, though it may write the same file", async () => {
    const { result, log } = await keyless.step("once", "feature");
    expect(result).toBe("FAILED");
    expect(log).toMatch(/no client is bound to this repository and the environment "dev"/);
    const event = (await keyless.events()).find(({ details }) => details?.bitbucket_branch === "feature");
    expect(event?.details).toMatchObject({ bitbucket_refusal: "not_bound", bitbucket_branch: "feature" });
  });
});

test("the audit trail names who started each pipeline that signed in, and nobody for one whose token proved nothing", async () => {
  const { env, folder: cwd } = keyless.world;
  const engine = { command: sharedWorld().toolchain.pulumi, env, cwd };
  const progress = new Progress({ write: () => undefined });
  const { entries, notExamined } = await collectTrail("local", engine, undefined, progress);
  expect(notExamined).toEqual([]);
  const signIns = entries.filter((entry) => entry.act === "sign-in");
  const started = signIns.filter(({ error }) => error === undefined);
  expect(started.length).toBeGreaterThan(5);
  const tellings = started.map(
    ({ client, by, pipeline }) => `${client} ${by?.name ?? ""} ${pipeline.branch ?? ""}`,
  );
  // One of the tokens named no branch.
  const by = "pipeline.payments-api.dev Acme Administrator";
  expect(new Set(tellings)).toEqual(new Set([`${by} main`, `${by} `]));
  // Refused before its signature was looked at: what it says of itself may be a lie.
  const refused = signIns.find(({ pipeline }) => pipeline.branch === "feature");
  expect(refused?.error).toContain("not_bound");
  expect(refused?.by).toBeUndefined();
  // Steps go on asking meanwhile: what is new may be there, what was told is not told again.
  const again = await collectTrail("local", engine, undefined, progress);
  const told = new Set(entries.map(({ id }) => id));
  expect(again.entries.filter(({ id }) => told.has(id))).toEqual([]);
});

describe("and back", () => {
  test("by both, to a secret; nothing of the other way is left", async () => {
    await keyless.succeed("both");
    await keyless.stepsOfBeforeEnd();
    await keyless.succeed("rotated");
    expect(found()).toEqual(names("KEYCLOAK_CREDENTIAL", "KEYCLOAK_TOKEN_URL"));
    expect(
      (await recorded()).filter((one) => /Keyless|TrustedWorkspace|IdentityProvider|Issuer/.test(one)),
    ).toEqual([]);
    await keyless.stepsOfBeforeEnd();
    const { log } = await keyless.step("once");
    expect(log).toContain("token of pipeline-a.payments-api.dev");
  });

  test("not one step was refused in all that time", async () => {
    await keyless.stopAsking();
    expectNoneRefused();
    const tokens = keyless.ended.map(({ log }) =>
      [...log.matchAll(/^token of (\S+)$/gm)].map(([, client]) => client),
    );
    expect(tokens.every((two) => two.length === 2)).toBe(true);
    const clients = new Set(tokens.flat());
    expect(clients).toEqual(new Set(["pipeline-a.payments-api.dev", "pipeline.payments-api.dev"]));
    console.info(`${keyless.ended.length} steps asked twice each, and none was refused`);
  });
});

function expectNoneRefused(): void {
  expect(keyless.ended.length).toBeGreaterThan(10);
  expect(keyless.ended.filter(({ result }) => result !== "SUCCESSFUL")).toEqual([]);
}

function collect(value: unknown, into: string[]): void {
  if (typeof value === "string") into.push(value);
  else if (typeof value === "object" && value !== null)
    for (const inner of Object.values(value)) collect(inner, into);
}
