/**
 * What the examples of `docs/guide/keyless.md` demand of a token, held against one: by the realm's published keys, with
 * the issuer, the audience and the claims of each. The services themselves are not here.
 */
import { createRemoteJWKSet, jwtVerify, type JWTPayload, type JWTVerifyOptions } from "jose";
import { PipelinesRealm } from "./realm";
import { bound, config, type Current } from "./scene";

/** Algorithms that all of the services take. */
const algorithms = ["RS256", "ES256"];

export function servicesTests(current: Current): void {
  let realm: PipelinesRealm;
  let account: string;
  const audiences = ["vault", "sts.amazonaws.com", "kubernetes"];

  beforeAll(async () => {
    const { server, workspace } = current();
    realm = await PipelinesRealm.make(server, "services", config(workspace));
    const id = await realm.client("pipeline.payments-api.prod", bound(workspace), {
      fullScopeAllowed: false,
    });
    const user = (await realm.admin("GET", `/clients/${id}/service-account-user`)) as { id: string };
    account = user.id;
    for (const audience of audiences) {
      await realm.admin("POST", `/clients/${id}/protocol-mappers/models`, {
        name: audience,
        protocol: "openid-connect",
        protocolMapper: "oidc-audience-mapper",
        config: { "included.custom.audience": audience, "access.token.claim": "true" },
      });
    }
  });

  const verified = async (options: JWTVerifyOptions): Promise<JWTPayload> => {
    const { workspace } = current();
    const { access_token: token = "" } = await realm.signIn(await workspace.forge(realm.issuer));
    const keys = createRemoteJWKSet(new URL(`${realm.issuer}/protocol/openid-connect/certs`));
    return (await jwtVerify(token, keys, { algorithms, issuer: realm.issuer, ...options })).payload;
  };

  test("Vault and OpenBao: bound_issuer, bound_audiences, bound_claims.azp, user_claim", async () => {
    const { azp, exp } = await verified({ audience: "vault", requiredClaims: ["azp", "exp", "iat"] });
    expect(azp).toBe("pipeline.payments-api.prod");
    expect(exp).toBeGreaterThan(Date.now() / 1000);
  });

  test("AWS: aud, and sub is the service account's id", async () => {
    const { sub, azp } = await verified({ audience: "sts.amazonaws.com", subject: account });
    expect(sub).toBe(account);
    // The trap that the guide names: AWS takes azp for the audience where there is one.
    expect(azp).toBe("pipeline.payments-api.prod");
  });

  test("Kubernetes: the audience, and a user name made of azp", async () => {
    const claims = await verified({ audience: "kubernetes", requiredClaims: ["azp", "exp"] });
    expect(`pipeline:${String(claims.azp)}`).toBe("pipeline:pipeline.payments-api.prod");
  });

  test("an audience that nobody mapped is not there", async () => {
    await expect(verified({ audience: "npm.example" })).rejects.toThrow(/"aud"/);
  });
}
