/**
 * What an attacker may send. Each row is a token that differs in one thing from one that is taken, and the reason
 * that has to stand in the event log.
 */
import { createHmac, createPublicKey, generateKeyPairSync, sign, constants } from "node:crypto";
import { newUuid, now, rs256, strangersKey, type Forgery, type Workspace } from "./workspace";

export interface Attack {
  readonly name: string;
  /** Undefined: Keycloak refuses it before the extension is asked for a reason. */
  readonly refusal: string | undefined;
  readonly forgery: (workspace: Workspace, audience: string) => Forgery | Promise<Forgery>;
}

const attack = (name: string, refusal: string | undefined, forgery: Attack["forgery"]): Attack => ({
  name,
  refusal,
  forgery,
});
const claims = (name: string, refusal: string, changed: (workspace: Workspace, audience: string) => object) =>
  attack(name, refusal, (workspace, audience) => ({ claims: { ...changed(workspace, audience) } }));
const stranger = (signed: string) => rs256(signed, strangersKey);

/** Signed by the workspace's own key: steps that exist, of somebody else or for somebody else. */
const elsewhere: readonly Attack[] = [
  claims("another repository's step", "not_bound", () => ({ repositoryUuid: newUuid() })),
  claims("another environment's step", "not_bound", ({ environments }) => ({
    deploymentEnvironmentUuid: environments.dev,
  })),
  claims("a fork's step, with the environment of the same name", "not_bound", () => ({
    repositoryUuid: newUuid(),
    deploymentEnvironmentUuid: newUuid(),
  })),
  claims("a repository that was deleted and made again under its name", "not_bound", () => ({
    repositoryUuid: newUuid(),
  })),
  claims("an environment that was deleted and made again under its name", "not_bound", () => ({
    deploymentEnvironmentUuid: newUuid(),
  })),
  claims("a subject that reads like the binding of another", "not_bound", (workspace) => ({
    sub: `${workspace.repository("alpha")}:environment:${workspace.environments.prod}`,
    repositoryUuid: newUuid(),
  })),
  claims("another workspace, by its own issuer", "issuer", ({ issuer }) => ({
    iss: issuer.replace("/lab/", "/other/"),
  })),
  claims("an issuer that differs in a slash at the end", "issuer", ({ issuer }) => ({ iss: `${issuer}/` })),
  claims("no issuer", "issuer", () => ({ iss: undefined })),
  claims("another workspace that has taken over the name", "workspace", () => ({ workspaceUuid: newUuid() })),
];

const signatures: readonly Attack[] = [
  attack("forged with another key", "signature", () => ({ signature: stranger })),
  attack("claims changed after signing", "signature", async (workspace, audience) => {
    const honest = (await workspace.forge(audience)).split(".")[2] ?? "";
    return { signature: () => Buffer.from(honest, "base64url") };
  }),
  attack("without a signature", "signature", () => ({ signature: () => Buffer.alloc(0) })),
  attack("algorithm none", "algorithm", () => ({
    header: { alg: "none" },
    signature: () => Buffer.alloc(0),
  })),
  attack("algorithm nOnE", undefined, () => ({
    header: { alg: "nOnE" },
    signature: () => Buffer.alloc(0),
  })),
  attack("no algorithm", "algorithm", () => ({ header: { alg: undefined } })),
  attack("algorithm rs256, in lower case", undefined, () => ({ header: { alg: "rs256" } })),
  attack("algorithm RS512, by the right key", "algorithm", async (workspace) => {
    const { key } = await workspace.key();
    return {
      header: { alg: "RS512" },
      signature: (signed) => sign("RSA-SHA512", Buffer.from(signed), key),
    };
  }),
  attack("algorithm PS256, by the right key", "algorithm", async (workspace) => {
    const { key } = await workspace.key();
    const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    return { header: { alg: "PS256" }, signature: (signed) => sign("sha256", Buffer.from(signed), pss) };
  }),
  attack("algorithm RS256 said, PS256 done", "signature", async (workspace) => {
    const { key } = await workspace.key();
    const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    return { signature: (signed) => sign("sha256", Buffer.from(signed), pss) };
  }),
  attack("algorithm ES256, by a key of one's own", "algorithm", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    return {
      header: { alg: "ES256" },
      signature: (signed) => sign("sha256", Buffer.from(signed), privateKey),
    };
  }),
  attack("key confusion: HS256 with the public key as the secret", "algorithm", async (workspace) => {
    const secret = createPublicKey((await workspace.key()).key).export({ type: "spki", format: "pem" });
    return {
      header: { alg: "HS256" },
      signature: (signed) => createHmac("sha256", secret).update(signed).digest(),
    };
  }),
  attack("key confusion: RS256 said, HS256 done", "signature", async (workspace) => {
    const secret = createPublicKey((await workspace.key()).key).export({ type: "spki", format: "der" });
    return { signature: (signed) => createHmac("sha256", secret).update(signed).digest() };
  }),
];

const keyIds: readonly Attack[] = [
  attack("no key id", "key_missing", () => ({ header: { kid: undefined } })),
  attack("an empty key id", "key_unknown", () => ({ header: { kid: "" } })),
  attack("an unknown key id", "key_unknown", () => ({
    header: { kid: "none-of-yours" },
    signature: stranger,
  })),
  attack("a path as the key id", "key_unknown", () => ({ header: { kid: "../../../../dev/null" } })),
  attack("a key id in capitals", "key_unknown", async (workspace) => ({
    header: { kid: (await workspace.key()).kid.toUpperCase() },
  })),
  attack("a key of one's own in the header", "signature", () => ({
    header: { jwk: createPublicKey(strangersKey).export({ format: "jwk" }) },
    signature: stranger,
  })),
  attack("an address of one's own keys in the header", "signature", ({ lab }) => ({
    header: { jku: `${lab.emulator.url}/stolen/keys.json`, x5u: `${lab.emulator.url}/stolen/cert.pem` },
    signature: stranger,
  })),
  attack("a header that demands an extension", "header", () => ({ header: { crit: ["b64"], b64: false } })),
];

const times: readonly Attack[] = [
  claims("expired", "expired", () => ({ iat: now() - 3000, exp: now() - 30 })),
  claims("issued in the future", "not_yet_valid", () => ({ iat: now() + 60 })),
  claims("not yet valid", "not_yet_valid", () => ({ nbf: now() + 60 })),
  claims("too old, though it has not expired", "too_old", () => ({ iat: now() - 3700, exp: now() + 3600 })),
  claims("no end", "time_missing", () => ({ exp: undefined })),
  claims("no beginning", "time_missing", () => ({ iat: undefined })),
];

const vault = "https://vault.example";
const audiences: readonly Attack[] = [
  claims("the workspace's own audience", "audience_default", ({ ownAudience }) => ({ aud: ownAudience })),
  claims("the workspace's own audience in a list", "audience_default", ({ ownAudience }) => ({
    aud: [ownAudience],
  })),
  claims("somebody else's audience", "audience", (workspace) => ({ aud: workspace.aud(vault) })),
  claims("another realm of the same server", "audience", (workspace, audience) => ({
    aud: workspace.aud(`${audience}-other`),
  })),
  claims("the token endpoint as the audience", "audience", (workspace, audience) => ({
    aud: workspace.aud(`${audience}/protocol/openid-connect/token`),
  })),
  claims("several audiences, the right one among them", "audiences", (_workspace, audience) => ({
    aud: [audience, vault],
  })),
  claims("the workspace's, the right one and somebody else's", "audiences", ({ ownAudience }, audience) => ({
    aud: [ownAudience, audience, vault],
  })),
  claims("the right one and another workspace's", "audiences", ({ ownAudience }, audience) => ({
    aud: [ownAudience.replace(/[^/]+$/, newUuid().slice(1, -1)), audience],
  })),
  claims("the right one and the workspace's with braces", "audiences", ({ uuid, ownAudience }, audience) => ({
    aud: [ownAudience.replace(/[^/]+$/, uuid), audience],
  })),
  claims("the right one twice", "audiences", (_workspace, audience) => ({ aud: [audience, audience] })),
  claims("the right one and nothing", "audiences", (_workspace, audience) => ({ aud: [audience, null] })),
  claims("the right one in a list in a list", "audience", (_workspace, audience) => ({ aud: [[audience]] })),
  claims("two audiences in one text", "audience", ({ ownAudience }, audience) => ({
    aud: `${audience} ${ownAudience}`,
  })),
  claims("no audience", "audiences", () => ({ aud: undefined })),
  claims("an empty list of audiences", "audiences", () => ({ aud: [] })),
];

const absent: readonly Attack[] = [
  claims("no workspace", "workspace_missing", () => ({ workspaceUuid: undefined })),
  claims("no repository", "repository_missing", () => ({ repositoryUuid: undefined })),
  claims("no environment", "environment_missing", () => ({ deploymentEnvironmentUuid: undefined })),
  claims("no pipeline", "pipeline_missing", () => ({ pipelineUuid: undefined })),
  claims("no step", "step_missing", () => ({ stepUuid: undefined })),
  claims("an empty environment", "environment_missing", () => ({ deploymentEnvironmentUuid: "" })),
  claims("environments in a list", "environment_missing", ({ environments }) => ({
    deploymentEnvironmentUuid: [environments.prod],
  })),
  claims("a repository without braces", "repository_missing", (workspace) => ({
    repositoryUuid: workspace.repository("alpha").slice(1, -1),
  })),
  claims("a line of one's own for the log", "environment_missing", ({ environments }) => ({
    deploymentEnvironmentUuid: `${environments.prod}\nbitbucket_verified=true`,
  })),
];

/** Rows of the table that one request each can show. */
export const attacks: readonly Attack[] = [
  ...elsewhere,
  ...signatures,
  ...keyIds,
  ...times,
  ...audiences,
  ...absent,
];
