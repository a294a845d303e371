/**
 * Names that the program gives in either system and that commands and guardrails look for there: ids of clients and
 * roles, attributes, keys of variables, paths below a realm.
 */
import type { Agent, DesiredDeployment } from "./model";
import { variable } from "./environment";

/** One of the two clients of a rotated credential, which take turns. */
export type Slot = "a" | "b";

/** Id of the client that has the roles. */
export const rightsClient = "bitbucket";
/** The role that holds every other, so that they come into the tokens of the sign-in; nobody is to be given it. */
export const everyRight = "every-right";
/** Ids of the clients that Bitbucket Data Center signs people in with, by slot. */
export const signInClients: Readonly<Record<Slot, string>> = { a: "bitbucket-a", b: "bitbucket-b" };
/** Id of the client at which people sign in to hand a token on: what runs on their machine knows no secret. */
export const peoplesClient = "agents";

/** The branch of the runner repository whose pipelines the schedules start. */
export const runnerBranch = "main";

/** Id of the client of an agent. */
export function clientIdOfAgent(name: string): string {
  return `agent.${name}`;
}

/** What the client of an agent is described by: what it does, and whose it is. */
export function describeAgent({ description, owner }: Pick<Agent, "description" | "owner">): string {
  return `${description} (owner: ${owner})`;
}

/** What people read where they sign in to the realm of an environment. */
export function displayNameOf(company: string, environment: string): string {
  return `${company} (${environment})`;
}

/** Id of the client of a pipeline. Dots, since the name of an environment holds none: no two pipelines share a client. */
export function clientIdOf(
  { repository, environment }: Pick<DesiredDeployment, "repository" | "environment">,
  slot?: Slot,
): string {
  return `${["pipeline", slot].filter(Boolean).join("-")}.${repository}.${environment}`;
}

/**
 * What the clients of a pipeline are called in Keycloak's console. A client keeps its id as long as its secret, and so it may
 * have that of another name: which pipeline it is of, the title says.
 */
export function titleOfPipeline({
  repository,
  environment,
}: Pick<DesiredDeployment, "repository" | "environment">): string {
  return `Pipeline of ${repository} to ${environment}`;
}

/** Of a client, the pipeline: `payments-api.dev`. By its id where its title is none of a pipeline. */
export function pipelineOf({ clientId, name = "" }: { clientId: string; name?: string | undefined }): string {
  const [, repository, environment] = /^Pipeline of (\S+) to (\S+)( \([ab]\))?$/.exec(name) ?? [];
  if (repository !== undefined && environment !== undefined) return `${repository}.${environment}`;
  return clientId.replace(/^pipeline(-[ab])?\./, "");
}

/** What the extension compares with a token: see `packages/keycloak-pipelines/README.md`. */
export function bindingOf(repository: string, environment: string, branch?: string): string {
  return [repository, "environment", environment, ...(branch === undefined ? [] : ["branch", branch])].join(
    ":",
  );
}

/** The attribute of a rotated client that says which rotation made its secret, and when: `3 2026-01-01T00:00:00.000Z`. */
export const rotationAttribute = "rotation.number";

/** Keys of the variables that a deploying step finds where its credential is rotated. */
export const rotatedVariables = {
  /** Secured, `client_id:client_secret`: what `curl --user` takes. */
  credential: variable.stepCredential,
  tokenUrl: variable.stepTokenUrl,
} as const;

/** Keys of the variables that a deploying step finds where it signs in without a secret. */
export const keylessVariables = {
  /** The realm. */
  issuer: variable.stepIssuer,
  /** What `oidc.audiences` of the step has to name, alone. */
  audience: variable.stepAudience,
  clientId: variable.stepClientId,
} as const;

/** Paths below a realm's issuer. */
export const realmPaths = {
  introspection: "/protocol/openid-connect/token/introspect",
  saml: "/protocol/saml",
  samlMetadata: "/protocol/saml/descriptor",
} as const;

/** What the names of the attributes of a SAML assertion begin with. */
export const claimNames = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/";

/**
 * What Atlassian reads of a SAML assertion, and what of a person it is. By `name` it knows somebody again whose address
 * has changed, so it is Keycloak's own id, which never changes.
 */
export const samlAttributes = { givenname: "firstName", surname: "lastName", name: "id" } as const;

/** Outputs of the stack that commands and the policy pack read: index.ts exports them under these names. */
export const outputNames = {
  /** What the stack was last brought up with, encoded; none until a run has come to its end. */
  baseline: "baseline",
  /** Of the realm. */
  issuer: "issuer",
  /**
   * What was there before the stack was, a list of `adoptedKey`: it stays, whatever becomes of its resource. Absent: nothing.
   * Whoever fills the state from what is there writes it; each run hands it on. Lists in Bitbucket remember their own entries.
   */
  adopted: "adopted",
} as const;

/** A resource by its type and name, whatever it lies in. Example: `keycloak:index/group:Group::payments`. */
export function adoptedKey(type: string, name: string): string {
  return `${type}::${name}`;
}

/** Keycloak gives the account of a client this name, and finds it by that. Default: what all of them begin with. */
export function accountOfClient(clientId = ""): string {
  return `service-account-${clientId.toLowerCase()}`;
}
