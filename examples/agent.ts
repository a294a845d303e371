/**
 * An agent asks for one right, for the person whose token it was given: `node toolchain/compiled.cjs examples/agent.ts`
 * ISSUER=https://keycloak.acme.example/realms/acme AGENT=release-bot KEY=<file of its private key, a JWK>
 * PERSON_TOKEN=<of the client "agents", scope "agent:release-bot"> RIGHT=merge:SHOP/shop-mobile
 */
import { readFileSync } from "node:fs";
import { importJWK, SignJWT, type JWK } from "jose";

/** The agent's own token: minutes long, for this person and this right. */
export async function actFor(
  issuer: string,
  agent: string,
  key: JWK,
  person: string,
  right: string,
): Promise<string> {
  const client = `agent.${agent}`;
  const proof = await new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: "ES256", kid: key.kid ?? "" })
    .setIssuer(client)
    .setSubject(client)
    .setAudience(issuer)
    .setIssuedAt()
    .setExpirationTime("1 minute")
    .sign(await importJWK(key, "ES256"));
  const form = {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: proof,
    subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
    subject_token: person,
    scope: right, // one at a time: of several, those that the person does not have are left out without a word
    audience: "bitbucket", // where the right counts: without the right there is none, and Keycloak says so
  };
  const answer = await fetch(`${issuer}/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams(form),
    // Both tokens are in it: for this issuer, and for nobody whom its answer names.
    redirect: "error",
  });
  const { access_token, error, error_description } = (await answer.json()) as Record<string, string>;
  if (access_token === undefined) throw new Error(`${error ?? answer.status}: ${error_description ?? ""}`);
  return access_token;
}

const { ISSUER, AGENT, KEY, PERSON_TOKEN, RIGHT } = process.env;
if (ISSUER && AGENT && KEY && PERSON_TOKEN && RIGHT)
  void actFor(ISSUER, AGENT, JSON.parse(readFileSync(KEY, "utf8")) as JWK, PERSON_TOKEN, RIGHT).then(
    console.log,
  );
