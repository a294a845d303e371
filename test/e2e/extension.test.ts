/**
 * The Keycloak extension on real servers, against the tokens that the emulator's steps get and those that an
 * attacker could make. Every refusal has to stand in the event log. `npm run test:exhaustive` runs it on every
 * version of Keycloak that there is a jar for.
 */
import { versions } from "../../toolchain/versions";
import { extensionServers } from "../../toolchain/extension";
import { attacks } from "./extension/attacks";
import { configurations } from "./extension/configurations";
import {
  alias,
  PipelinesRealm,
  provider,
  startServer,
  type Answer,
  type LoggedEvent,
  type Server,
} from "./extension/realm";
import { newUuid, rs256, strangersKey, Workspace } from "./extension/workspace";

const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
const servers = exhaustive ? extensionServers : [versions.keycloak];

describe.each(servers)("on Keycloak %s", (version) => {
  let server: Server;
  let workspace: Workspace;
  let realm: PipelinesRealm;
  let prod: string;

  const config = (of: Workspace, more: object = {}) => ({
    issuer: of.issuer,
    workspaceUuid: of.uuid,
    boundTo: "environment",
    ...more,
  });
  const bound = (of: Workspace, repository = "alpha") =>
    `${of.repository(repository)}:environment:${of.environments.prod}`;

  beforeAll(async () => {
    [server, workspace] = await Promise.all([startServer(version), Workspace.start()]);
    realm = await PipelinesRealm.make(server, "pipelines", config(workspace));
    prod = await realm.client("pipeline.alpha.prod", bound(workspace));
    await realm.client("pipeline.beta.prod", bound(workspace, "beta"));
  }, 400_000);
  afterAll(async () => {
    await workspace.stop();
    await server.stop();
  }, 60_000);
  beforeEach(async () => {
    await realm.events();
  });

  /** One event, of an error, with this reason; nothing was given out. */
  const expectRefused = async (answer: Answer, refusal: string | undefined, at = realm) => {
    expect(answer.access_token).toBeUndefined();
    expect([400, 401]).toContain(answer.status);
    const events = await at.events();
    expect(events.map(({ type }) => type)).toEqual(["CLIENT_LOGIN_ERROR"]);
    const [event] = events as [LoggedEvent];
    expect(event.details?.bitbucket_refusal).toBe(refusal);
    for (const text of Object.values(event.details ?? {})) expect(text).not.toMatch(/\n/);
    return event;
  };

  describe("a step's own token", () => {
    test("signs it in, and the log says which step it was and who started it", async () => {
      const token = await workspace.stepToken(realm.issuer);
      const claims = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as Record<
        string,
        string
      >;
      const answer = await realm.signIn(token);
      expect(answer).toMatchObject({ status: 200, token_type: "Bearer" });
      const [event] = await realm.events();
      expect(event).toMatchObject({ type: "CLIENT_LOGIN", clientId: "pipeline.alpha.prod" });
      expect(event?.error).toBeUndefined();
      expect(event?.details).toMatchObject({
        bitbucket_verified: "true",
        bitbucket_workspace: workspace.uuid,
        bitbucket_repository: workspace.repository("alpha"),
        bitbucket_environment: workspace.environments.prod,
        bitbucket_branch: "main",
        bitbucket_pipeline: claims.pipelineUuid,
        bitbucket_step: claims.stepUuid,
        bitbucket_account: claims.accountUuid,
      });
      expect(event?.details).not.toHaveProperty("bitbucket_refusal");
      expect(JSON.stringify(event)).not.toContain(token.split(".")[2]);
    });

    test("does so as often as the step likes, also many times at once", async () => {
      const token = await workspace.forge(realm.issuer);
      const answers = await Promise.all(Array.from({ length: 20 }, () => realm.signIn(token)));
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    });

    test("does so for each repository as its own client", async () => {
      const claims = { repositoryUuid: workspace.repository("beta") };
      const { status } = await realm.signIn(await workspace.forge(realm.issuer, { claims }));
      expect(status).toBe(200);
      expect((await realm.events())[0]?.clientId).toBe("pipeline.beta.prod");
    });
  });

  describe("is refused, and logged:", () => {
    test.each(attacks)("$name", async ({ refusal, forgery }) => {
      const token = await workspace.forge(realm.issuer, await forgery(workspace, realm.issuer));
      await expectRefused(await realm.signIn(token), refusal);
    });

    test("an unknown key's address was never asked for", () => {
      const asked = workspace.lab.emulator.log.since(0).map(({ path }) => path);
      expect(asked.filter((path) => path.includes("stolen"))).toEqual([]);
    });

    test("a token of Keycloak itself", async () => {
      const { access_token: own = "" } = await realm.signIn(await workspace.forge(realm.issuer));
      await realm.events();
      await expectRefused(await realm.signIn(own), "issuer");
    });

    test.each(["", "not-a-token", "a.b.c", "e30.e30."])("no token at all: %j", async (text) => {
      const answer = await realm.signIn(text);
      expect(answer.access_token).toBeUndefined();
      const events = await realm.events();
      expect(events.map(({ type }) => type)).toEqual(["CLIENT_LOGIN_ERROR"]);
    });

    test("a real step of an environment that was given the name of the bound one", async () => {
      const { prod: first, dev } = workspace.environments;
      await workspace.rename(first, "old");
      await workspace.rename(dev, "prod");
      try {
        const answer = await realm.signIn(await workspace.stepToken(realm.issuer));
        const event = await expectRefused(answer, "not_bound");
        expect(event.details?.bitbucket_environment).toBe(dev);
      } finally {
        await workspace.rename(dev, "dev");
        await workspace.rename(first, "prod");
      }
      // The bound one is bound under any name.
      expect((await realm.signIn(await workspace.stepToken(realm.issuer))).status).toBe(200);
    });

    test("another client by its id", async () => {
      const token = await workspace.forge(realm.issuer);
      const answer = await realm.signIn(token, { client_id: "pipeline.beta.prod" });
      await expectRefused(answer, "client_id");
    });

    test("a token whose step has signed in as another client", async () => {
      const token = await workspace.forge(realm.issuer);
      expect((await realm.signIn(token)).status).toBe(200);
      await realm.admin("DELETE", `/clients/${prod}`);
      prod = await realm.client("pipeline.alpha.prod", bound(workspace));
      await realm.events();
      await expectRefused(await realm.signIn(token), "replayed");
      expect((await realm.signIn(await workspace.forge(realm.issuer))).status).toBe(200);
    });

    test("the usual assertion type, even where a client is bound to the token's subject", async () => {
      const token = await workspace.forge(realm.issuer);
      const { sub } = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as {
        sub: string;
      };
      const id = await realm.client("bound-to-subject", sub);
      const jwt = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
      try {
        await expectRefused(await realm.signIn(token, { client_assertion_type: jwt }), "assertion_type");
      } finally {
        await realm.admin("DELETE", `/clients/${id}`);
      }
    });

    test("a token that two clients are bound to", async () => {
      const two = newUuid();
      const text = `${two}:environment:${workspace.environments.prod}`;
      await realm.client("twice-a", text);
      await realm.client("twice-b", text);
      const token = await workspace.forge(realm.issuer, { claims: { repositoryUuid: two } });
      await expectRefused(await realm.signIn(token), "bound_twice");
    });

    test("a disabled client", async () => {
      const repository = newUuid();
      await realm.client("disabled", `${repository}:environment:${workspace.environments.prod}`, {
        enabled: false,
      });
      const token = await workspace.forge(realm.issuer, { claims: { repositoryUuid: repository } });
      await expectRefused(await realm.signIn(token), "not_bound");
    });

    test("a client that is meant to have a secret", async () => {
      const repository = newUuid();
      await realm.client("secret", `${repository}:environment:${workspace.environments.prod}`, {
        clientAuthenticatorType: "client-secret",
      });
      const token = await workspace.forge(realm.issuer, { claims: { repositoryUuid: repository } });
      await expectRefused(await realm.signIn(token), undefined);
    });

    test("a forged token after an administrator switched signature checking off", async () => {
      const off = { validateSignature: "false", useJwksUrl: "false", jwksUrl: "http://127.0.0.1:9" };
      await realm.admin("PUT", `/identity-provider/instances/${alias}`, provider(config(workspace, off)));
      const signature = (signed: string) => rs256(signed, strangersKey);
      await expectRefused(
        await realm.signIn(await workspace.forge(realm.issuer, { signature })),
        "signature",
      );
      expect((await realm.signIn(await workspace.forge(realm.issuer))).status).toBe(200);
    });

    test("every token, while the identity provider is disabled", async () => {
      const path = `/identity-provider/instances/${alias}`;
      await realm.admin("PUT", path, { ...provider(config(workspace)), enabled: false });
      try {
        await expectRefused(await realm.signIn(await workspace.forge(realm.issuer)), "issuer");
      } finally {
        await realm.admin("PUT", path, provider(config(workspace)));
      }
    });

    test("a person who tries to sign in through it", async () => {
      const query = "client_id=account-console&response_type=code&scope=openid&code_challenge_method=S256";
      const redirect = `redirect_uri=${encodeURIComponent(`${realm.issuer}/account/`)}`;
      const challenge = "code_challenge=9ybRv0SWkSd06UlvDuZY4IYHoUwZ6uZ3oyLRPaDCjSk";
      const response = await fetch(
        `${realm.issuer}/protocol/openid-connect/auth?${query}&${redirect}&${challenge}&kc_idp_hint=${alias}`,
        { redirect: "manual" },
      );
      // Neither sent on to it nor offered.
      expect(response.headers.get("location") ?? "").not.toContain("pipelines-config");
      expect(await response.text()).not.toContain(alias);
      for (const path of ["login", "endpoint", "link"]) {
        const { status } = await fetch(`${realm.issuer}/broker/${alias}/${path}`, { redirect: "manual" });
        expect([path, status >= 400]).toEqual([path, true]);
      }
      const logged = (await realm.events()).map(({ type }) => type);
      expect(logged).toContain("IDENTITY_PROVIDER_LOGIN_ERROR");
    });
  });

  describe("bound to a branch", () => {
    test("only that branch signs in, in whatever environment", async () => {
      const branches = await PipelinesRealm.make(
        server,
        "branches",
        config(workspace, { boundTo: "branch" }),
      );
      await branches.client("main", `${workspace.repository("alpha")}:branch:main`);
      const signIn = async (claims: object) =>
        branches.signIn(await workspace.forge(branches.issuer, { claims: { ...claims } }));
      expect((await signIn({ deploymentEnvironmentUuid: undefined })).status).toBe(200);
      expect((await signIn({})).status).toBe(200);
      await branches.events();
      await expectRefused(await signIn({ branchName: "feature/x" }), "not_bound", branches);
      await expectRefused(await signIn({ branchName: "MAIN" }), "not_bound", branches);
      await expectRefused(await signIn({ branchName: undefined }), "branch_missing", branches);
      await expectRefused(await signIn({ branchName: "main:x" }), "branch_missing", branches);
    });

    test("and to an environment: both have to be right", async () => {
      const name = "environment and branch";
      const both = await PipelinesRealm.make(server, "both", config(workspace, { boundTo: name }));
      await both.client("both", `${bound(workspace)}:branch:main`);
      const signIn = async (claims: object) =>
        both.signIn(await workspace.forge(both.issuer, { claims: { ...claims } }));
      expect((await signIn({})).status).toBe(200);
      await both.events();
      await expectRefused(await signIn({ branchName: "feature/x" }), "not_bound", both);
      const { dev } = workspace.environments;
      await expectRefused(await signIn({ deploymentEnvironmentUuid: dev }), "not_bound", both);
      await expectRefused(
        await signIn({ deploymentEnvironmentUuid: undefined }),
        "environment_missing",
        both,
      );
    });
  });

  describe("the workspace's keys", () => {
    let other: Workspace;
    let keys: PipelinesRealm;
    beforeEach(async () => {
      other = await Workspace.start();
      keys = await PipelinesRealm.make(
        server,
        `keys-${other.issuer.replaceAll(/\D/g, "").slice(0, 12)}`,
        config(other),
      );
      await keys.client("alpha", bound(other));
    });
    afterEach(() => other.stop());

    test("are turned: the new key counts at once, a withdrawn one not after the provider was saved", async () => {
      const before = await other.forge(keys.issuer);
      expect((await keys.signIn(before)).status).toBe(200);
      await other.admin.post("/emulator/keys", { keep: true });
      expect((await keys.signIn(await other.forge(keys.issuer))).status).toBe(200);
      expect((await keys.signIn(before)).status).toBe(200);
      await other.admin.post("/emulator/keys", { keep: false });
      await keys.admin("PUT", `/identity-provider/instances/${alias}`, provider(config(other)));
      await keys.events();
      await expectRefused(await keys.signIn(before), "key_unknown", keys);
    });

    test("are out of reach: known ones go on, unknown ones are refused, and few requests are made", async () => {
      const known = await other.forge(keys.issuer);
      expect((await keys.signIn(known)).status).toBe(200);
      const unknown = await Promise.all(
        Array.from({ length: 40 }, (_, at) => other.forge(keys.issuer, { header: { kid: `unknown-${at}` } })),
      );
      other.lab.emulator.faults.add({ path: "*/keys.json", status: 503, times: "always" });
      const began = other.lastRequest();
      await keys.events();
      const answers = await Promise.all(unknown.map((token) => keys.signIn(token)));
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(40);
      const events = await keys.events();
      expect(events.map(({ details }) => details?.bitbucket_refusal)).toEqual(
        Array.from({ length: 40 }, () => "keys_unreachable"),
      );
      // Five a minute, and the first was spent on the known key.
      const asked = other.keyRequests(began);
      expect(asked).toBeGreaterThanOrEqual(1);
      expect(asked).toBeLessThanOrEqual(4);
      expect((await keys.signIn(known)).status).toBe(200);
    });

    test("were never reached: refused, with that reason", async () => {
      const token = await other.forge(keys.issuer);
      other.lab.emulator.faults.add({ path: "*/keys.json", reset: true, times: "always" });
      await keys.events();
      await expectRefused(await keys.signIn(token), "keys_unreachable", keys);
    });
  });

  describe("an administrator", () => {
    test("finds the type in the console, with its settings", async () => {
      const info = (await server.admin("GET", "/serverinfo")) as {
        identityProviders: { id: string; name: string }[];
        componentTypes: Record<string, { id: string; properties: { name: string }[] }[]>;
      };
      expect(info.identityProviders.find(({ id }) => id === "bitbucket-pipelines")?.name).toBe(
        "Bitbucket Pipelines",
      );
      const types = Object.values(info.componentTypes).flat();
      const type = types.find(({ id }) => id === "bitbucket-pipelines");
      expect(type?.properties.map(({ name }) => name)).toEqual([
        "issuer",
        "workspaceUuid",
        "boundTo",
        "maximumAge",
        "allowedClockSkew",
      ]);
    });

    test.each(configurations)("cannot save $name", async ({ config: wrong, message }) => {
      const { issuer } = workspace;
      const changed = { ...config(workspace), issuer: issuer.replace("/lab/", "/some/"), ...wrong };
      const made = realm.admin("POST", "/identity-provider/instances", {
        ...provider(changed),
        alias: "wrong",
      });
      await expect(made).rejects.toThrow(message);
    });

    test("cannot register one issuer twice", async () => {
      const twice = { ...provider(config(workspace)), alias: "again" };
      await expect(realm.admin("POST", "/identity-provider/instances", twice)).rejects.toThrow(
        /already used/i,
      );
    });

    test("finds no secret in the provider or its clients", async () => {
      const { config: kept } = (await realm.admin("GET", `/identity-provider/instances/${alias}`)) as {
        config: object;
      };
      expect(kept).not.toHaveProperty("clientSecret");
      const client = await realm.admin("GET", `/clients/${prod}`);
      expect(client).toMatchObject({ clientId: "pipeline.alpha.prod" });
      expect(client).not.toHaveProperty("secret");
    });
  });
});
