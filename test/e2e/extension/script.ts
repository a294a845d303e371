/** What a step calls, run by the emulator's runner. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../toolchain/places";
import { type Current } from "./scene";
import { claimsOf, type Workspace } from "./workspace";

const script = readFileSync(join(root, "packages/keycloak-pipelines/pipe/keycloak-token")).toString("base64");

/** A step of alpha that calls it, and prints what the access token claims. @param options of the step */
export async function callScript(workspace: Workspace, issuer: string, options: string, before = "true") {
  const fetched = `echo ${script} | base64 -d > keycloak-token`;
  const { state, logs } = await workspace.step(
    [fetched, before, `token=$(sh keycloak-token ${issuer})`, 'printf %s "$token" | cut -d. -f2'],
    options,
  );
  const lines = (logs[0] ?? "").trim().split("\n");
  return { result: state.result?.name, last: lines.at(-1) ?? "", lines: lines.slice(3) };
}

export const oidc = (audience: string): string => `oidc: { audiences: ["${audience}"] },`;

export function scriptTests(current: Current): void {
  const call = (options: string, issuer = current().realm.issuer, before?: string) =>
    callScript(current().workspace, issuer, options, before);

  test("prints an access token and nothing else", async () => {
    const { realm } = current();
    const { result, last } = await call(`deployment: prod, ${oidc(realm.issuer)}`);
    expect(result).toBe("SUCCESSFUL");
    expect(claimsOf(`.${last}`)).toMatchObject({ iss: realm.issuer, azp: "pipeline.alpha.prod" });
  });

  test.each([
    ["the step has no token", () => "deployment: prod,", /this step has no OIDC token; give the step/],
    [
      "the step declares no environment",
      () => oidc(current().realm.issuer),
      /no client is bound .* does it need "deployment: <environment>"\?/,
    ],
    [
      "the environment is not bound",
      () => `deployment: dev, ${oidc(current().realm.issuer)}`,
      /no client is bound to this repository and the environment "dev"/,
    ],
    [
      "the audience is another",
      () => `deployment: prod, ${oidc("https://vault.example")}`,
      /HTTP 401\): the token is for somebody else; let oidc.audiences of the step name the realm's issuer/,
    ],
    [
      "the audience is left out",
      () => "deployment: prod, oidc: true,",
      /the token is for the whole workspace/,
    ],
  ])("says what to do when %s", async (_name, options, said) => {
    const { result, lines } = await call(options());
    expect(result).toBe("FAILED");
    expect(lines.join("\n")).toMatch(said);
  });

  test("with a secret beside it: the step's token first, the secret where that is refused, which is said", async () => {
    const { realm } = current();
    const secret = "only-for-this-test";
    await realm.client("by-secret", "", { clientAuthenticatorType: "client-secret", secret, attributes: {} });
    const credential = `KEYCLOAK_CREDENTIAL=by-secret:${secret}`;
    const tokenUrl = `KEYCLOAK_TOKEN_URL=${realm.issuer}/protocol/openid-connect/token`;
    const both = (options: string) => call(options, realm.issuer, `export ${credential} ${tokenUrl}`);
    const keyless = await both(`deployment: prod, ${oidc(realm.issuer)}`);
    expect(claimsOf(`.${keyless.last}`)).toMatchObject({ azp: "pipeline.alpha.prod" });
    expect(keyless.lines.join("\n")).not.toContain("KEYCLOAK_CREDENTIAL");
    const refused = await both(`deployment: dev, ${oidc(realm.issuer)}`);
    expect(claimsOf(`.${refused.last}`)).toMatchObject({ azp: "by-secret" });
    expect(refused.lines.join("\n")).toMatch(
      /no client is bound .*\nkeycloak-token: so this step signs in with KEYCLOAK_CREDENTIAL/,
    );
    const without = await call("deployment: prod,", "", `export ${credential} ${tokenUrl}`);
    expect(claimsOf(`.${without.last}`)).toMatchObject({ azp: "by-secret" });
    const wrong = await call("deployment: prod,", "", `export KEYCLOAK_CREDENTIAL=by-secret:no ${tokenUrl}`);
    expect(wrong.lines.join("\n")).toMatch(/refused KEYCLOAK_CREDENTIAL \(HTTP 401\)/);
    expect(wrong.result).toBe("FAILED");
  });

  test.each([
    "",
    "acme",
    "ftp://id.example/realms/a",
    "http://id.example/realms/a",
    "http://127.0.0.1:80@id.example/realms/a",
  ])("sends the token nowhere for the issuer %j", async (issuer) => {
    const { realm } = current();
    const { result, lines } = await call(`deployment: prod, ${oidc(realm.issuer)}`, issuer);
    expect(result).toBe("FAILED");
    expect(lines.join("\n")).toMatch(/which realm\?|is no realm's issuer/);
  });
}
