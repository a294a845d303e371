/** What is refused: the table of tokens, and the attacks that take more than a token. */
import { attacks } from "./attacks";
import { alias, provider } from "./realm";
import { config, expectRefused, type Current } from "./scene";
import { claimsOf, newUuid, rs256, strangersKey } from "./workspace";

export function refusalsTests(current: Current): void {
  test.each(attacks)("$name", async ({ refusal, forgery }) => {
    const { workspace, realm } = current();
    const token = await workspace.forge(realm.issuer, await forgery(workspace, realm.issuer));
    await expectRefused(realm, await realm.signIn(token), refusal);
  });

  test("an unknown key's address was never asked for", () => {
    const { workspace } = current();
    const asked = workspace.lab.emulator.log.since(0).map(({ path }) => path);
    expect(asked.filter((path) => path.includes("stolen"))).toEqual([]);
  });

  test("a token of Keycloak itself", async () => {
    const { workspace, realm } = current();
    const { access_token: own = "" } = await realm.signIn(await workspace.forge(realm.issuer));
    await realm.events();
    await expectRefused(realm, await realm.signIn(own), "issuer");
  });

  test.each(["", "not-a-token", "a.b.c", "e30.e30."])("no token at all: %j", async (text) => {
    const { realm } = current();
    const answer = await realm.signIn(text);
    expect(answer.access_token).toBeUndefined();
    const events = await realm.events();
    expect(events.map(({ type }) => type)).toEqual(["CLIENT_LOGIN_ERROR"]);
  });

  test("a real step of an environment that was given the name of the bound one", async () => {
    const { workspace, realm } = current();
    const { prod: first, dev } = workspace.environments;
    await workspace.rename(first, "old");
    await workspace.rename(dev, "prod");
    try {
      const answer = await realm.signIn(await workspace.stepToken(realm.issuer));
      const event = await expectRefused(realm, answer, "not_bound");
      expect(event.details?.bitbucket_environment).toBe(dev);
    } finally {
      await workspace.rename(dev, "dev");
      await workspace.rename(first, "prod");
    }
    // The bound one is bound under any name.
    expect((await realm.signIn(await workspace.stepToken(realm.issuer))).status).toBe(200);
  });

  test("another client by its id", async () => {
    const { workspace, realm } = current();
    const token = await workspace.forge(realm.issuer);
    const answer = await realm.signIn(token, { client_id: "pipeline.beta.prod" });
    await expectRefused(realm, answer, "client_id");
  });

  test("a token whose step has signed in as another client", async () => {
    const { realm, workspace } = current();
    const repositoryUuid = newUuid();
    const text = `${repositoryUuid}:environment:${workspace.environments.prod}`;
    const first = await realm.client("first", text);
    const token = await workspace.forge(realm.issuer, { claims: { repositoryUuid } });
    expect((await realm.signIn(token)).status).toBe(200);
    await realm.admin("DELETE", `/clients/${first}`);
    await realm.client("second", text);
    await realm.events();
    await expectRefused(realm, await realm.signIn(token), "replayed");
    const later = await workspace.forge(realm.issuer, { claims: { repositoryUuid } });
    expect((await realm.signIn(later)).status).toBe(200);
  });

  test("the usual assertion type, even where a client is bound to the token's subject", async () => {
    const { workspace, realm } = current();
    const token = await workspace.forge(realm.issuer);
    const { sub = "" } = claimsOf(token);
    const id = await realm.client("bound-to-subject", sub);
    const jwt = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    try {
      await expectRefused(realm, await realm.signIn(token, { client_assertion_type: jwt }), "assertion_type");
    } finally {
      await realm.admin("DELETE", `/clients/${id}`);
    }
  });

  test("a token that two clients are bound to", async () => {
    const { workspace, realm } = current();
    const two = newUuid();
    const text = `${two}:environment:${workspace.environments.prod}`;
    await realm.client("twice-a", text);
    await realm.client("twice-b", text);
    const token = await workspace.forge(realm.issuer, { claims: { repositoryUuid: two } });
    await expectRefused(realm, await realm.signIn(token), "bound_twice");
  });

  test("a disabled client", async () => {
    const { workspace, realm } = current();
    const repository = newUuid();
    await realm.client("disabled", `${repository}:environment:${workspace.environments.prod}`, {
      enabled: false,
    });
    const token = await workspace.forge(realm.issuer, { claims: { repositoryUuid: repository } });
    await expectRefused(realm, await realm.signIn(token), "not_bound");
  });

  test("a client that is meant to have a secret", async () => {
    const { workspace, realm } = current();
    const repository = newUuid();
    await realm.client("secret", `${repository}:environment:${workspace.environments.prod}`, {
      clientAuthenticatorType: "client-secret",
    });
    const token = await workspace.forge(realm.issuer, { claims: { repositoryUuid: repository } });
    await expectRefused(realm, await realm.signIn(token), undefined);
  });

  test("a forged token after an administrator switched signature checking off", async () => {
    const { workspace, realm } = current();
    const off = { validateSignature: "false", useJwksUrl: "false", jwksUrl: "http://127.0.0.1:9" };
    await realm.admin("PUT", `/identity-provider/instances/${alias}`, provider(config(workspace, off)));
    const signature = (signed: string) => rs256(signed, strangersKey);
    await expectRefused(
      realm,
      await realm.signIn(await workspace.forge(realm.issuer, { signature })),
      "signature",
    );
    expect((await realm.signIn(await workspace.forge(realm.issuer))).status).toBe(200);
  });

  test("every token, while the identity provider is disabled", async () => {
    const { workspace, realm } = current();
    const path = `/identity-provider/instances/${alias}`;
    await realm.admin("PUT", path, { ...provider(config(workspace)), enabled: false });
    try {
      await expectRefused(realm, await realm.signIn(await workspace.forge(realm.issuer)), "issuer");
    } finally {
      await realm.admin("PUT", path, provider(config(workspace)));
    }
  });

  test("a person who tries to sign in through it", async () => {
    const { realm } = current();
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
}
