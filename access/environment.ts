/**
 * Every environment variable of ours: its name, what it means, who sets it, who reads it. TypeScript takes the names from
 * here; packages and scripts stand alone and name their own, and a test holds that those are listed, too.
 * docs/reference/environment.md is generated from this table.
 */

/** In which part of the page a variable stands. */
export type VariableKind =
  "credential" | "setting" | "network" | "trail" | "run" | "step" | "runner" | "pipeline" | "test";

/** Sets a variable; `Bitbucket` is Bitbucket Pipelines, `program` the declared variables of a deploying step. */
type Setter = "person" | "command" | "program" | "Bitbucket" | "pipeline" | "test";

/** A room of this project, a package, or a folder of scripts. */
type Reader =
  | "index.ts"
  | "access"
  | "checkout"
  | "clients"
  | "commands"
  | "components"
  | "engine"
  | "evidence"
  | "policy"
  | "program"
  | "toolchain"
  | "trail"
  | "pipelines"
  | "test"
  | "packages/bitbucket"
  | "packages/bitbucket-emulator"
  | "packages/http"
  | "packages/keycloak-identity"
  | "steps that deploy";

export interface Variable {
  readonly kind: VariableKind;
  readonly name: string;
  /** One sentence without its end. */
  readonly meaning: string;
  /** Unit, or what the value looks like. */
  readonly shape: string;
  /** What holds where it is not set; absent: nothing does. */
  readonly byDefault?: string;
  /** Whether the value is a secret, which no log, report or trail may hold. */
  readonly secret?: true;
  readonly setBy: readonly Setter[];
  readonly readBy: readonly Reader[];
}

const credential = { kind: "credential", setBy: ["person"] } as const;
/** `npm run local` gives those of its servers to what it starts. */
const servedHere = { ...credential, setBy: ["person", "command"] } as const;
const setting = { kind: "setting", setBy: ["person"] } as const;
const network = { kind: "network", setBy: ["person", "command"] } as const;
const trail = { kind: "trail", setBy: ["person"] } as const;
const run = { kind: "run", setBy: ["command"] } as const;
const step = { kind: "step", setBy: ["Bitbucket"] } as const;
const runner = { kind: "runner", setBy: ["person"], readBy: ["pipelines"] } as const;
const pipeline = { kind: "pipeline", setBy: ["program"], readBy: ["steps that deploy"] } as const;
const test = { kind: "test", setBy: ["person"], readBy: ["test"] } as const;
const yes = "`1`";
const uuid = "UUID in braces";

const table = {
  keycloakClientId: {
    ...servedHere,
    name: "KEYCLOAK_CLIENT_ID",
    meaning: "client in Keycloak that the program signs in as",
    shape: "client id",
    byDefault: "`admin-cli`, with a user and a password",
    readBy: ["index.ts", "evidence", "trail", "packages/keycloak-identity"],
  },
  keycloakClientSecret: {
    ...credential,
    name: "KEYCLOAK_CLIENT_SECRET",
    meaning: "secret of that client: a service account with the role `admin`",
    shape: "text",
    secret: true,
    readBy: ["access", "packages/keycloak-identity"],
  },
  keycloakUser: {
    ...servedHere,
    name: "KEYCLOAK_USER",
    meaning: "administrator to sign in as, in place of a client's own account",
    shape: "user name",
    readBy: ["access", "evidence", "trail", "packages/keycloak-identity"],
  },
  keycloakPassword: {
    ...servedHere,
    name: "KEYCLOAK_PASSWORD",
    meaning: "password of that administrator",
    shape: "text",
    secret: true,
    readBy: ["access", "trail", "packages/keycloak-identity"],
  },
  keycloakMailPassword: {
    ...credential,
    name: "KEYCLOAK_MAIL_PASSWORD",
    meaning: "password by which the realm signs in to its mail server, where `realm.mail` names a user",
    shape: "text",
    secret: true,
    byDefault: "the one that the last run wrote",
    readBy: ["components", "program"],
  },
  keycloakAccessToken: {
    ...credential,
    name: "KEYCLOAK_ACCESS_TOKEN",
    meaning: "token that Keycloak's provider takes in place of these; our own requests do not",
    shape: "text",
    secret: true,
    readBy: ["access"],
  },
  keycloakRealm: {
    ...credential,
    name: "KEYCLOAK_REALM",
    meaning: "realm that these credentials are of",
    shape: "name of a realm",
    byDefault: "`master`",
    readBy: ["commands", "packages/keycloak-identity"],
  },
  bitbucketEmail: {
    ...servedHere,
    name: "BITBUCKET_EMAIL",
    meaning:
      "Atlassian account that administers the workspace; in a pipeline, also the author of the trail's commits",
    shape: "e-mail address",
    readBy: ["commands", "evidence", "packages/bitbucket", "packages/bitbucket-emulator", "pipelines"],
  },
  bitbucketApiToken: {
    ...servedHere,
    name: "BITBUCKET_API_TOKEN",
    meaning: "API token of that account, with [the scopes](tokens.md) of what it is used for",
    shape: "text",
    secret: true,
    readBy: ["access", "packages/bitbucket", "packages/bitbucket-emulator", "pipelines"],
  },
  bitbucketAccessToken: {
    ...credential,
    name: "BITBUCKET_ACCESS_TOKEN",
    meaning:
      "access token of the workspace, with scopes that read: reads repositories and projects in the account's stead, in an hour of its own",
    shape: "text",
    secret: true,
    readBy: ["access", "commands", "packages/bitbucket"],
  },
  organizationId: {
    ...credential,
    name: "BITBUCKET_ORGANIZATION_ID",
    meaning: "organisation, where groups are administered at admin.atlassian.com",
    shape: "id of an organisation",
    readBy: ["commands", "evidence", "packages/bitbucket"],
  },
  organizationApiKey: {
    ...credential,
    name: "BITBUCKET_ORGANIZATION_API_KEY",
    meaning: "API key of that organisation",
    shape: "text",
    secret: true,
    readBy: ["commands", "packages/bitbucket"],
  },
  organizationDirectory: {
    ...credential,
    name: "BITBUCKET_ORGANIZATION_DIRECTORY",
    meaning: "directory of that organisation, where it has several",
    shape: "id of a directory",
    byDefault: "its only one",
    readBy: ["commands", "packages/bitbucket"],
  },
  dataCenterToken: {
    ...credential,
    name: "BITBUCKET_DATA_CENTER_TOKEN",
    meaning: "HTTP access token of a system administrator, where `signIn.publish` is `rest`",
    shape: "text",
    secret: true,
    readBy: ["access", "packages/bitbucket"],
  },

  movedKeycloakClientSecret: {
    ...credential,
    name: "MOVED_KEYCLOAK_CLIENT_SECRET",
    meaning:
      "while `keycloak.url` moves: the secret at the new server, which is sent none of the old server's; the same one, where it is the same server",
    shape: "text",
    secret: true,
    readBy: ["access"],
  },
  movedKeycloakPassword: {
    ...credential,
    name: "MOVED_KEYCLOAK_PASSWORD",
    meaning: "the same for whoever signs in with a user and a password",
    shape: "text",
    secret: true,
    readBy: ["access"],
  },
  movedBitbucketApiToken: {
    ...credential,
    name: "MOVED_BITBUCKET_API_TOKEN",
    meaning: "while `bitbucket.url` moves: the API token at the new server",
    shape: "text",
    secret: true,
    readBy: ["access"],
  },
  movedDataCenterToken: {
    ...credential,
    name: "MOVED_BITBUCKET_DATA_CENTER_TOKEN",
    meaning: "while `signIn.url` moves, and `signIn.publish` is `rest`: the access token at the new server",
    shape: "text",
    secret: true,
    readBy: ["access"],
  },

  keycloakUrl: {
    ...setting,
    name: "KEYCLOAK_URL",
    meaning: "Keycloak that runs already, for the stack `local`; for any other stack its file alone decides",
    shape: "address",
    byDefault: "the one that `npm run local` starts",
    readBy: ["access", "commands", "toolchain"],
  },
  credentialsOf: {
    ...setting,
    name: "BITBUCKET_KEYCLOAK_STACK",
    meaning: "stack that the credentials without a stack's name before them are for",
    shape: "name",
    byDefault:
      "that of the step's deployment environment, else every stack that has none of its own: refused where those are on two servers",
    setBy: ["person", "command"],
    readBy: ["access"],
  },
  pipelineCredential: {
    ...setting,
    name: "BITBUCKET_KEYCLOAK_CREDENTIAL",
    meaning:
      "how pipelines of the stack `local` sign in, where its Keycloak lacks the extension, or while it moves",
    shape: "`rotated` or `both`",
    byDefault: "`pipelines.credential` of the stack file",
    setBy: ["command"],
    readBy: ["access"],
  },
  requestJournal: {
    ...setting,
    name: "BITBUCKET_REQUEST_JOURNAL",
    meaning: "where requests to Bitbucket are counted: runs that share it know of each other",
    shape: "folder",
    byDefault: "`pulumi-bitbucket/requests` in the user's cache",
    setBy: ["person", "command"],
    readBy: ["packages/bitbucket", "toolchain"],
  },
  requestLimit: {
    ...setting,
    name: "BITBUCKET_REQUEST_LIMIT",
    meaning: "requests to repositories that the account may send",
    shape: "whole number above 0, in an hour",
    byDefault: "1,000, as Bitbucket publishes; none for the emulator",
    readBy: ["packages/bitbucket"],
  },
  firstLooks: {
    ...setting,
    name: "BITBUCKET_FIRST_LOOKS",
    meaning: "what was in a place before something was created there, until the creation has ended",
    shape: "folder",
    byDefault: "`pulumi-bitbucket/first-looks` in the user's cache",
    setBy: ["person", "command"],
    readBy: ["packages/bitbucket", "toolchain"],
  },
  toolchain: {
    ...setting,
    name: "BITBUCKET_KEYCLOAK_TOOLCHAIN",
    meaning: "where the CLI, the plugins and Keycloak are built, for all clones of a user",
    shape: "folder",
    byDefault: "`bitbucket-keycloak` in the user's cache",
    readBy: ["commands", "toolchain"],
  },
  build: {
    ...setting,
    name: "BITBUCKET_KEYCLOAK_BUILD",
    meaning: "builds the CLI and the plugins even where the official CLI is on PATH",
    shape: yes,
    readBy: ["toolchain"],
  },
  checkout: {
    ...setting,
    name: "BITBUCKET_KEYCLOAK_CHECKOUT",
    meaning: "checkout whose language host a CLI built here starts",
    shape: "folder",
    setBy: ["command"],
    readBy: ["toolchain"],
  },
  sourceMaps: {
    ...setting,
    name: "BITBUCKET_KEYCLOAK_SOURCE_MAPS",
    meaning: "makes errors name lines of the TypeScript",
    shape: yes,
    readBy: ["toolchain"],
  },
  chromium: {
    ...setting,
    name: "CHROMIUM",
    meaning: "Chromium to look at pages with",
    shape: "name or path of a program",
    byDefault: "the first that is on PATH",
    readBy: ["toolchain"],
  },

  httpsProxy: {
    ...network,
    name: "HTTPS_PROXY",
    meaning: "proxy for https, in capitals or small letters",
    shape: "`http://host:port` or `https://host:port`, perhaps with `user:password@`",
    readBy: ["packages/http", "pipelines"],
  },
  httpProxy: {
    ...network,
    name: "HTTP_PROXY",
    meaning: "proxy for http, in capitals or small letters",
    shape: "as `HTTPS_PROXY`",
    readBy: ["packages/http"],
  },
  noProxy: {
    ...network,
    name: "NO_PROXY",
    meaning: "servers that are asked without a proxy, in capitals or small letters; this machine always is",
    shape: "names, addresses, ranges or `*`, separated by commas",
    readBy: ["packages/http", "toolchain"],
  },
  noGrpcProxy: {
    ...network,
    name: "no_grpc_proxy",
    meaning: "servers that gRPC asks without a proxy: every process of ours adds this machine",
    shape: "names, separated by commas",
    byDefault: "`no_proxy`",
    readBy: ["toolchain"],
  },
  authority: {
    ...network,
    name: "SSL_CERT_FILE",
    meaning: "certificate authority of your own network",
    shape: "file of certificates as PEM",
    byDefault: "`NODE_EXTRA_CA_CERTS`, for what a command starts",
    readBy: ["packages/http", "toolchain"],
  },
  nodesAuthority: {
    ...network,
    name: "NODE_EXTRA_CA_CERTS",
    meaning: "the same for Node alone",
    shape: "file of certificates as PEM",
    byDefault: "`SSL_CERT_FILE`, for what a command starts",
    readBy: ["packages/http", "pipelines"],
  },

  auditFolder: {
    ...trail,
    name: "BITBUCKET_KEYCLOAK_AUDIT",
    meaning: "where the audit trail lies",
    shape: "folder",
    byDefault: "`.local/audit`",
    setBy: ["person", "pipeline"],
    readBy: ["trail", "commands"],
  },
  auditWriter: {
    ...trail,
    name: "BITBUCKET_KEYCLOAK_AUDIT_WRITER",
    meaning: "folder in it that this run writes: pipelines that run at once have one each",
    shape: "name: letters, digits, `-`, `_`, `.`",
    byDefault: "the folder itself",
    setBy: ["person", "pipeline"],
    readBy: ["trail"],
  },
  auditKey: {
    ...trail,
    name: "BITBUCKET_KEYCLOAK_AUDIT_KEY",
    meaning: "private key that the trail and evidence are signed with",
    shape: "Ed25519 key as PEM, or its file",
    secret: true,
    readBy: ["trail", "commands", "access"],
  },
  auditPublicKey: {
    ...trail,
    name: "BITBUCKET_KEYCLOAK_AUDIT_PUBLIC_KEY",
    meaning: "keys, one of which the trail and evidence have to be signed with",
    shape: "Ed25519 public keys as PEM, or their file",
    byDefault: "that of the private key",
    readBy: ["trail", "commands"],
  },
  rotationAlert: {
    ...trail,
    name: "ROTATION_ALERT_URL",
    meaning: "is sent what is older than its limit, and what ends soon, as JSON",
    shape: "https address, or http on this machine",
    secret: true,
    readBy: ["commands"],
  },

  moment: {
    ...run,
    name: "BITBUCKET_KEYCLOAK_AS_OF",
    meaning: "moment that grants and rotations are evaluated at, the same in the whole command",
    shape: "moment, as `2026-11-23T12:00:00Z`",
    byDefault: "`asOf` of the stack file, else now",
    setBy: ["command", "test"],
    readBy: ["checkout"],
  },
  program: {
    ...run,
    name: "BITBUCKET_KEYCLOAK_PROGRAM",
    meaning: "folder of Pulumi.yaml, whose data files the guardrails evaluate by",
    shape: "folder, from the root",
    byDefault: "the checkout that the guardrails lie in",
    setBy: ["command", "test"],
    readBy: ["policy"],
  },
  stateBefore: {
    ...run,
    name: "BITBUCKET_KEYCLOAK_BEFORE",
    meaning: "state before the run, for the guardrails",
    shape: "file, as `pulumi stack export` writes it",
    readBy: ["policy"],
  },
  findings: {
    ...run,
    name: "BITBUCKET_KEYCLOAK_FINDINGS",
    meaning: "file that the guardrails write what they find to",
    shape: "file, one JSON object a line",
    readBy: ["policy"],
  },
  baseline: {
    ...run,
    name: "BITBUCKET_KEYCLOAK_BASELINE",
    meaning: "what a run that does one thing goes by in place of the checkout, and what it does",
    shape: "file, JSON",
    setBy: ["command", "test"],
    readBy: ["checkout"],
  },
  change: {
    ...run,
    name: "BITBUCKET_KEYCLOAK_CHANGE",
    meaning: "change that a deploy has asked everybody about whose word it needs",
    shape: "64 hexadecimal digits",
    readBy: ["program"],
  },
  takeOver: {
    ...run,
    name: "BITBUCKET_KEYCLOAK_TAKE_OVER",
    meaning: "whether entries that are there already, where a place becomes the stack's own, are taken over",
    shape: "`shown`: somebody has seen them, entry by entry",
    byDefault: "a place that differs is an error",
    readBy: ["program"],
  },
  formerGroups: {
    ...run,
    name: "BITBUCKET_KEYCLOAK_FORMER_GROUPS",
    meaning: "whether groups of Bitbucket go whose place another has taken, since everybody is in that one",
    shape: "`go`",
    byDefault: "they stay",
    readBy: ["program"],
  },
  samlKey: {
    ...run,
    name: "BITBUCKET_KEYCLOAK_SAML_KEY",
    meaning: "SAML key that the person behind this run wants to sign",
    shape: "whole number",
    readBy: ["program"],
  },

  commit: {
    ...step,
    name: "BITBUCKET_COMMIT",
    meaning: "commit that the step runs on",
    shape: "hash",
    readBy: ["checkout", "commands"],
  },
  branch: {
    ...step,
    name: "BITBUCKET_BRANCH",
    meaning: "branch that the step runs on",
    shape: "name",
    readBy: ["trail"],
  },
  workspace: {
    ...step,
    name: "BITBUCKET_WORKSPACE",
    meaning: "workspace of the repository",
    shape: "slug",
    readBy: ["commands"],
  },
  repositorySlug: {
    ...step,
    name: "BITBUCKET_REPO_SLUG",
    meaning: "repository, whose commit gets a report",
    shape: "slug",
    readBy: ["commands"],
  },
  repositoryName: {
    ...step,
    name: "BITBUCKET_REPO_FULL_NAME",
    meaning: "repository that the pipeline is of",
    shape: "`workspace/slug`",
    readBy: ["commands", "trail", "pipelines"],
  },
  buildNumber: {
    ...step,
    name: "BITBUCKET_BUILD_NUMBER",
    meaning: "number of the pipeline's run, for the address of its log",
    shape: "whole number",
    readBy: ["commands", "trail", "pipelines"],
  },
  pipelineUuid: {
    ...step,
    name: "BITBUCKET_PIPELINE_UUID",
    meaning: "the pipeline's run, for the audit trail",
    shape: uuid,
    readBy: ["trail"],
  },
  stepUuid: {
    ...step,
    name: "BITBUCKET_STEP_UUID",
    meaning: "the step, for the audit trail",
    shape: uuid,
    readBy: ["trail"],
  },
  triggererUuid: {
    ...step,
    name: "BITBUCKET_STEP_TRIGGERER_UUID",
    meaning: "account that triggered the step: who started the command, in the audit trail",
    shape: uuid,
    readBy: ["trail"],
  },
  deploymentEnvironment: {
    ...step,
    name: "BITBUCKET_DEPLOYMENT_ENVIRONMENT",
    meaning: "deployment environment of the step, whose stack its credentials are for",
    shape: "name",
    readBy: ["access", "trail"],
  },
  cloneFolder: {
    ...step,
    name: "BITBUCKET_CLONE_DIR",
    meaning: "folder that the step's repository lies in",
    shape: "folder",
    readBy: ["pipelines"],
  },

  accessRepository: {
    ...runner,
    name: "ACCESS_REPOSITORY",
    meaning: "repository that holds `access.yaml`",
    shape: "`workspace/slug`",
  },
  accessBranch: {
    ...runner,
    name: "ACCESS_BRANCH",
    meaning: "its branch that pull requests go into",
    shape: "name",
    byDefault: "`main`",
  },
  accessServer: {
    ...runner,
    name: "ACCESS_SERVER",
    meaning: "server that it is fetched from",
    shape: "address",
    byDefault: "`https://bitbucket.org`",
  },
  auditRepository: {
    ...runner,
    name: "AUDIT_REPOSITORY",
    meaning: "repository that keeps the audit trail",
    shape: "`workspace/slug`",
  },
  auditServer: {
    ...runner,
    name: "AUDIT_SERVER",
    meaning: "server that it is fetched from and pushed to",
    shape: "address",
    byDefault: "`https://bitbucket.org`",
  },
  rotatedStacks: {
    ...runner,
    name: "ROTATED_STACKS",
    meaning: "stacks whose secrets and keys are rotated every night",
    shape: "names, separated by blanks",
  },
  deployedStacks: {
    ...runner,
    name: "DEPLOYED_STACKS",
    meaning: "stacks from which expired grants are taken away every hour",
    shape: "names, separated by blanks",
  },
  driftStacks: {
    ...runner,
    name: "DRIFT_STACKS",
    meaning: "stacks that are looked at for drift every night",
    shape: "names, separated by blanks",
  },
  pullRequest: {
    ...runner,
    name: "PULL_REQUEST",
    meaning: "pull request to preview",
    shape: "number",
    setBy: ["person", "pipeline"],
  },
  stack: {
    ...runner,
    name: "STACK",
    meaning: "stack to deploy",
    shape: "name",
  },
  webhookSecret: {
    ...runner,
    name: "WEBHOOK_SECRET",
    meaning: "what the webhook of the access repository signs with, for `relay.mjs`",
    shape: "text",
    secret: true,
  },
  runnerRepository: {
    ...runner,
    name: "RUNNER_REPOSITORY",
    meaning: "runner repository, whose pipelines `relay.mjs` starts",
    shape: "`workspace/slug`",
  },
  apiUrl: {
    ...runner,
    name: "BITBUCKET_API_URL",
    meaning: "API that `relay.mjs` asks",
    shape: "address",
    byDefault: "`https://api.bitbucket.org`",
  },
  port: {
    ...runner,
    name: "PORT",
    meaning: "port that `relay.mjs` listens at",
    shape: "number",
    byDefault: "`8080`",
  },

  stepCredential: {
    ...pipeline,
    name: "KEYCLOAK_CREDENTIAL",
    meaning: "rotated credential, which `curl --user` takes; a secured variable",
    shape: "`client_id:client_secret`",
    secret: true,
  },
  stepTokenUrl: {
    ...pipeline,
    name: "KEYCLOAK_TOKEN_URL",
    meaning: "where a rotated credential is exchanged for a token",
    shape: "address",
  },
  stepIssuer: {
    ...pipeline,
    name: "KEYCLOAK_ISSUER",
    meaning: "realm that the step signs in to without a secret",
    shape: "address",
  },
  stepAudience: {
    ...pipeline,
    name: "KEYCLOAK_AUDIENCE",
    meaning: "what `oidc.audiences` of the step has to name, alone",
    shape: "address",
  },
  stepClientId: {
    ...pipeline,
    name: "KEYCLOAK_CLIENT_ID",
    meaning: "client that the step signs in as without a secret",
    shape: "client id",
  },

  exhaustive: {
    ...test,
    name: "BITBUCKET_KEYCLOAK_EXHAUSTIVE",
    meaning: "tests try everything, for hours, instead of a sample",
    shape: yes,
  },
  seeds: {
    ...test,
    name: "BITBUCKET_KEYCLOAK_SEEDS",
    meaning: "seeds of the tests that choose at random",
    shape: "whole numbers, separated by blanks",
    byDefault: "`1`",
  },
  storedState: {
    ...test,
    name: "BITBUCKET_KEYCLOAK_WRITE_STATE",
    meaning: "writes the state anew that every later version has to keep: see test/state/README.md",
    shape: yes,
  },
  part: {
    ...test,
    name: "BITBUCKET_KEYCLOAK_PART",
    meaning: "part of the crash tests that runs here",
    shape: "`2/3` is the second of three",
    byDefault: "`1/1`",
  },
  sharedServers: {
    ...test,
    name: "BITBUCKET_KEYCLOAK_E2E",
    meaning: "servers that the end-to-end tests share",
    shape: "JSON",
    setBy: ["test"],
  },
  refusals: {
    ...test,
    name: "BITBUCKET_KEYCLOAK_REFUSALS",
    meaning: "tests write down each answer of 4xx that a server of theirs gave",
    shape: "file; lines of JSON are added to it",
  },
  benchCompany: {
    ...test,
    name: "BITBUCKET_KEYCLOAK_BENCH_COMPANY",
    meaning: "company that a bench brings up",
    shape: "file",
    setBy: ["test"],
  },
  benchResources: {
    ...test,
    name: "BITBUCKET_KEYCLOAK_BENCH_RESOURCES",
    meaning: "resources that a bench brings up",
    shape: "file",
    setBy: ["test"],
  },
  benchUsage: {
    ...test,
    name: "BITBUCKET_KEYCLOAK_BENCH_USAGE",
    meaning: "where the processes of a bench write what they used",
    shape: "folder",
    setBy: ["test"],
  },
} as const satisfies Readonly<Record<string, Variable>>;

/** All of them, in the order of the page. */
export const variables: readonly Variable[] = Object.values(table);

/** Their names: `env[variable.auditKey]`. */
export const variable = Object.fromEntries(
  Object.entries(table).map(([key, { name }]) => [key, name]),
) as unknown as { readonly [Key in keyof typeof table]: (typeof table)[Key]["name"] };

/** The name of the stack that has servers of its own on this machine. */
export const localStack = "local";

/** For processes that have no business with the trail: the engine, its plugins, and what those load. */
export function withoutAuditKey(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name !== variable.auditKey));
}
