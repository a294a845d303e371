/**
 * The environment in which the Pulumi CLI runs here: which plugins, which backend, whose credentials. Pure, so
 * that who wins over whom is tested.
 *
 * The stack `local` is this machine's own: its backend and passphrase are fixed whatever the user has set,
 * because its state must never land among a company's. The passphrase is no secret: it encrypts only what
 * `npm run local` made up for servers on this machine, and since it is known, the salt that goes with it can be
 * committed in stacks/Pulumi.local.yaml and `stack init` changes no file. Every other stack is the user's: what
 * he has set stays.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import type { Toolchain } from "./build";
import { stateUrl } from "./backend";
import { localFolder, root } from "./places";
import { localStack, variable } from "../access/environment";

/** Of the servers that `npm run local` started. In `.local/credentials.json`, mode 600. */
export interface LocalCredentials {
  /** Absent where no Keycloak was ever started here. */
  readonly keycloak?: { readonly url: string; readonly user: string; readonly password: string };
  readonly bitbucket: { readonly email: string; readonly apiToken: string };
  /** Where the Keycloak in use lacks the extension that the setting asks for: how pipelines sign in instead. */
  readonly credential?: "rotated";
  /** API tokens of the people and bots of the emulated workspace, by e-mail. */
  readonly people?: Readonly<Record<string, string>>;
}

export const localCredentialsFile = join(localFolder, "credentials.json");

export interface EnvironmentOptions {
  /** The stack that the command is about, if it is known. */
  readonly stack?: string;
  /** Folder of the file backend. Default: `.local/state` of the checkout. */
  readonly backend?: string;
  /** Passed to the stack `local` only, in place of whatever the shell has set for other servers. */
  readonly credentials?: LocalCredentials;
  /** Whether `pulumi login` has chosen a backend. Default false. */
  readonly loggedIn?: boolean;
}

/**
 * The whole environment for the CLI: that of `env`, with ours over it.
 *
 * @param env Default: the process's own
 */
export function pulumiEnvironment(
  toolchain: Toolchain,
  options: EnvironmentOptions = {},
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const { stack, backend = join(localFolder, "state"), credentials, loggedIn = false } = options;
  const isLocal = stack === localStack;
  const path = [toolchain.built?.bin, join(root, "node_modules/.bin"), env.PATH];
  return {
    ...(isLocal ? withLocalCredentials(env, credentials) : env),
    ...foldersOf(env),
    PATH: path.filter((folder) => folder !== undefined).join(delimiter),
    // Node keeps here what it has compiled of the program, its SDKs and the plugins: a third of what starting them costs.
    NODE_COMPILE_CACHE: env.NODE_COMPILE_CACHE ?? join(localFolder, "compiled"),
    // The engine makes its whole state into text at each step: a fifth of that was looking for what it could throw away.
    // It may now keep twice of that (Go's default: once) beside what is in use.
    GOGC: env.GOGC ?? "200",
    PULUMI_SKIP_UPDATE_CHECK: env.PULUMI_SKIP_UPDATE_CHECK ?? "true",
    ...(toolchain.built && {
      PULUMI_HOME: toolchain.built.home,
      // The home is a build and changes with it; who is logged in stays.
      PULUMI_CREDENTIALS_PATH: loginFolder(env),
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      [variable.checkout]: root,
    }),
    ...(isLocal || (env.PULUMI_BACKEND_URL === undefined && !loggedIn)
      ? { PULUMI_BACKEND_URL: stateUrl(backend) }
      : {}),
    ...(isLocal && {
      // Beside the state, and gone with it.
      [variable.firstLooks]: join(backend, "first-looks"),
      [variable.requestJournal]: join(backend, "requests"),
      PULUMI_CONFIG_PASSPHRASE: localStack,
      PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
    }),
  };
}

/** The folders that plugins keep what they remember in, whole: who starts a plugin may do so from anywhere. */
function foldersOf(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = [variable.firstLooks, variable.requestJournal];
  return Object.fromEntries(
    names.flatMap((name) => {
      const folder = env[name];
      return folder ? [[name, resolve(root, folder)]] : [];
    }),
  );
}

/**
 * The environment of the stack `local`: the credentials of the servers that run here, and nobody else's. A shell that
 * is set up for production would otherwise send production's token to the emulator. What is kept of the shell are our
 * own settings (`BITBUCKET_KEYCLOAK_*`) and, where `KEYCLOAK_URL` names a Keycloak, everything about that one: it is
 * somebody else's, and so are its credentials, which come by the environment and are kept nowhere.
 */
export function withLocalCredentials(
  env: NodeJS.ProcessEnv,
  credentials: LocalCredentials | undefined,
): NodeJS.ProcessEnv {
  const givenKeycloak = Boolean(env[variable.keycloakUrl]);
  const ofOthers = givenKeycloak ? /^BITBUCKET_(?!KEYCLOAK_)/ : /^(KEYCLOAK|BITBUCKET)_(?!KEYCLOAK_)/;
  const kept = Object.entries(env).filter(([variable]) => !ofOthers.test(variable));
  return { ...Object.fromEntries(kept), ...(credentials && variablesOf(credentials, givenKeycloak)) };
}

/** As the keycloak provider and ours read them. */
function variablesOf(
  { keycloak, bitbucket, credential }: LocalCredentials,
  givenKeycloak: boolean,
): Readonly<Record<string, string>> {
  return {
    ...(keycloak &&
      !givenKeycloak && {
        [variable.keycloakUrl]: keycloak.url,
        [variable.keycloakClientId]: "admin-cli",
        [variable.keycloakUser]: keycloak.user,
        [variable.keycloakPassword]: keycloak.password,
      }),
    ...(credential && { [variable.pipelineCredential]: credential }),
    [variable.bitbucketEmail]: bitbucket.email,
    [variable.bitbucketApiToken]: bitbucket.apiToken,
  };
}

/** Credentials of the servers that `npm run local` started; undefined if there are none. */
export function readLocalCredentials(): LocalCredentials | undefined {
  return readJson(localCredentialsFile) as LocalCredentials | undefined;
}

/** Where `pulumi login` keeps what it was told: the user's own place, whichever CLI runs. */
export function loginFolder(env: NodeJS.ProcessEnv): string {
  return env.PULUMI_CREDENTIALS_PATH ?? env.PULUMI_HOME ?? join(homedir(), ".pulumi");
}

/** The backend that `pulumi login` has chosen, as `file://~` or `s3://acme`; undefined if it has chosen none. */
export function currentLogin(folder: string): string | undefined {
  const login = readJson(join(folder, "credentials.json")) as { readonly current?: string } | undefined;
  return login?.current === "" ? undefined : login?.current;
}

/** Where the state lies, as Pulumi names it; empty where nobody has said. */
export function backendOf(env: NodeJS.ProcessEnv): string {
  return env.PULUMI_BACKEND_URL || currentLogin(loginFolder(env)) || "";
}

/** Folder of the CLI's plugins and settings: that of the build, else `PULUMI_HOME`, else `~/.pulumi`. */
export function pulumiHome(toolchain: Toolchain, env: NodeJS.ProcessEnv): string {
  return toolchain.built?.home ?? env.PULUMI_HOME ?? join(homedir(), ".pulumi");
}

/**
 * The stack that a command line is about: `--stack`, or the name after `stack init`, `select` and `rm`.
 * Undefined if it does not say; then it is PULUMI_STACK, or the selected one.
 */
export function stackOf(args: readonly string[]): string | undefined {
  for (const [index, arg] of args.entries()) {
    if (arg === "--") return undefined;
    if (arg === "-s" || arg === "--stack") return name(args[index + 1]);
    const joined = /^(?:--stack=|-s=?)(.+)$/.exec(arg)?.[1];
    if (joined !== undefined) return name(joined);
  }
  const [command, verb, ...rest] = args;
  if (command !== "stack" || !["init", "select", "rm"].includes(verb ?? "")) return undefined;
  return name(rest.find((arg) => !arg.startsWith("-")));
}

/** `organization/project/stack` and `organization/stack` are the same stack as `stack`. */
function name(stack: string | undefined): string | undefined {
  return stack?.split("/").at(-1);
}

/** The stack that `pulumi stack select` has chosen in our own file backend. */
export function selectedStack(home: string, backend = join(localFolder, "state")): string | undefined {
  const project = createHash("sha1").update(join(root, "Pulumi.yaml")).digest("hex");
  const file = join(home, "workspaces", `bitbucket-keycloak-${project}-workspace.json`);
  const workspace = readJson(file) as { readonly stacks?: Readonly<Record<string, string>> } | undefined;
  return name(workspace?.stacks?.[stateUrl(backend)]);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(
      `${file}: cannot be read (${error instanceof Error ? error.message : String(error)}); remove it`,
    );
  }
}
