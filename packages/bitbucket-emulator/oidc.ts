/**
 * Tokens that prove to other systems which step is running
 * (https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/).
 * The key is made when it is first needed and stays in the state, so that a verifier that has fetched it once
 * can go on after a restart.
 */
import { type JWK } from "jose";
import { type State } from "./entities";
import { type Readings } from "./readings";
import { newUuid, uuidOf } from "./identifiers";
import { type StepContext } from "./stepEnvironment";

const algorithm = "RS256";
const lifetime = "1 hour";

/** The issuer of a workspace's tokens. @param url origin that the emulator is reached at */
function issuerOf(url: string, state: State): string {
  return `${url}/2.0/workspaces/${state.workspace.slug}/pipelines-config/identity/oidc`;
}

/** The discovery document. */
export function discovery(url: string, state: State): object {
  const issuer = issuerOf(url, state);
  return {
    issuer,
    jwks_uri: `${issuer}/keys.json`,
    subject_types_supported: ["public"],
    response_types_supported: ["id_token"],
    scopes_supported: ["openid"],
    id_token_signing_alg_values_supported: [algorithm],
    claims_supported: ["iss", "sub", "aud", "exp", "iat", ...claims],
  };
}

/** Besides those of every token. */
export const claims = [
  "workspaceUuid",
  "repositoryUuid",
  "pipelineUuid",
  "stepUuid",
  "deploymentEnvironmentUuid",
  "branchName",
  "accountUuid",
];

/** The public halves of the key that signs and of those that signed before, as a key set. */
export async function keySet(state: State): Promise<{ readonly keys: readonly JWK[] }> {
  const all = [await signingKey(state), ...((state.formerKeys ?? []) as JWK[])];
  const keys = all.map(({ kty, n, e, kid }) => ({ kty, n, e, kid, alg: algorithm, use: "sig" }));
  return { keys };
}

/**
 * Signs with another key from now on.
 *
 * @param keep whether the keys until now stay published, as they do while tokens that they signed are about
 */
export async function rotationKeys(state: State, keep: boolean): Promise<void> {
  const before = await signingKey(state);
  delete state.signingKey;
  if (keep) state.formerKeys = [before, ...(state.formerKeys ?? [])];
  else delete state.formerKeys;
  await signingKey(state);
}

/** The token of one step. Its subject is new at every step. */
export async function stepToken(
  url: string,
  context: Omit<StepContext, "oidcToken" | "folder">,
  readings: Readings,
): Promise<string> {
  const { importJWK, SignJWT } = await import("jose");
  const { state, repository, pipeline, step, environment } = context;
  const key = await signingKey(state);
  state.usedOidc = true;
  const subject = [repository.uuid, environment?.uuid, step.uuid].filter((part) => part !== undefined);
  const accounts = { absent: undefined, workspace: state.workspace.uuid, starter: pipeline.creator };
  return new SignJWT({
    workspaceUuid: state.workspace.uuid,
    repositoryUuid: repository.uuid,
    pipelineUuid: pipeline.uuid,
    stepUuid: step.uuid,
    branchName: readings.branch === "named" ? pipeline.branch : undefined,
    accountUuid: accounts[readings.account],
    deploymentEnvironmentUuid: environment?.uuid,
    ...(readings.claims === "more" && moreClaims(pipeline.number)),
  })
    .setProtectedHeader({ alg: algorithm, typ: "JWT", kid: key.kid ?? "" })
    .setIssuer(issuerOf(url, state))
    .setSubject(subject.join(":"))
    .setAudience(audienceOf(state, step.oidc?.audiences ?? [], readings))
    .setIssuedAt()
    .setExpirationTime(lifetime)
    .sign(await importJWK(key, algorithm));
}

/** One of each kind of value, and those of RFC 7519 that Bitbucket's samples lack. */
function moreClaims(buildNumber: number): object {
  const nbf = Math.floor(Date.now() / 1000);
  return {
    jti: newUuid(),
    nbf,
    buildNumber,
    isRerun: false,
    parent: null,
    tags: ["a", 1],
    runner: { os: "linux" },
  };
}

function audienceOf(
  state: State,
  custom: readonly string[],
  { audience, audienceForm }: Readings,
): string | string[] {
  const ofWorkspace = `ari:cloud:bitbucket::workspace/${state.workspace.uuid.slice(1, -1)}`;
  const [first = ofWorkspace, ...others] =
    audience === "appended" && custom.length > 0 ? [ofWorkspace, ...custom] : custom;
  return others.length === 0 && audienceForm === "text" ? first : [first, ...others];
}

async function signingKey(state: State): Promise<JWK> {
  if (state.signingKey === undefined) {
    const { exportJWK, generateKeyPair } = await import("jose");
    const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
    const made = await exportJWK(privateKey);
    // Two steps may come here at once: the first key stays.
    state.signingKey ??= { ...made, kid: uuidOf(made.n ?? "").slice(1, -1) };
  }
  return state.signingKey;
}
