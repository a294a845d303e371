/**
 * Whether Keycloak would take the token of a pipeline's step, asked before the pipeline is told to use it. Only Bitbucket
 * can sign such a token; so one is sent that is right in everything else, and the answer has to be that the signature
 * is wrong. Then the extension is there, trusts the workspace, has fetched its keys and found the client, and checks
 * signatures.
 */
import { randomUUID } from "node:crypto";
import { type Call, send } from "@bitbucket-keycloak/http";
import type * as pulumi from "@pulumi/pulumi";

/** Of the extension: its type of `client_assertion`, and what it says of a wrong signature. */
const assertionType = "urn:bitbucket:params:oauth:client-assertion-type:pipelines-jwt";
const wrongSignature = "the token's signature is wrong";

export interface Probe {
  /** Issuer URL of the realm: the one audience that it takes. */
  readonly realmIssuer: string;
  /** Where the workspace publishes its keys. */
  readonly jwksUrl: string;
  /** What the step's tokens claim, as far as it is the same in each. */
  readonly claims: Readonly<Record<string, string>>;
}

/**
 * @param pipeline as people call it. Example: `payments-api to dev`
 * @returns a hook that stops the operation it comes before, and says why
 */
export function provesKeyless(
  probe: pulumi.OutputInstance<Probe>,
  pipeline: string,
): pulumi.ResourceHookFunction {
  // What the operation depends on is known when its hook runs.
  const known = new Promise<Probe>((resolve) => probe.apply(resolve));
  return async () => {
    const problem = await problemOf(await known).catch((error: unknown) => (error as Error).message);
    if (problem === undefined) return;
    throw new Error(
      `the pipeline of ${pipeline} could not sign in without a secret yet, so its variables stay as they are: ${problem}`,
    );
  };
}

/** What stands in the way; undefined if nothing does. */
export async function problemOf({ realmIssuer, jwksUrl, claims }: Probe): Promise<string | undefined> {
  const { issuer } = await json(`${realmIssuer}/.well-known/openid-configuration`);
  if (issuer !== realmIssuer)
    return `the realm calls itself ${String(issuer)}, and steps would ask for a token for ${realmIssuer}: set keycloak.url in the stack file to the address that Keycloak has as its hostname, and write that one in lower case`;
  const { keys = [] } = (await json(jwksUrl)) as { keys?: readonly { readonly kid?: string }[] };
  const kid = keys[0]?.kid;
  if (kid === undefined)
    return `${jwksUrl} has no keys: run one step with "oidc: true" in any pipeline of the workspace, then bring the stack up again`;

  const form = {
    grant_type: "client_credentials",
    client_assertion_type: assertionType,
    client_assertion: unsigned(kid, { ...claims, aud: realmIssuer }),
  };
  const answer = await json(`${realmIssuer}/protocol/openid-connect/token`, { method: "POST", form });
  const { error_description: said = "nothing" } = answer as { error_description?: string };
  return said === wrongSignature ? undefined : `Keycloak said: ${said}`;
}

/** A token of a step that there never was. */
function unsigned(kid: string, claims: Readonly<Record<string, string>>): string {
  const now = Math.floor(Date.now() / 1000);
  const step = { pipelineUuid: `{${randomUUID()}}`, stepUuid: `{${randomUUID()}}` };
  const parts = [
    { alg: "RS256", typ: "JWT", kid },
    { ...claims, ...step, sub: "proof", iat: now, exp: now + 60 },
  ];
  const signature = Buffer.alloc(256).toString("base64url");
  return [...parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")), signature].join(
    ".",
  );
}

async function json(address: string, call: Call = {}): Promise<Record<string, unknown>> {
  const answer = await send(address, call);
  const value = answer.value();
  if (value === undefined) throw new Error(`${address} answered ${answer.status} without JSON`);
  return value as Record<string, unknown>;
}
