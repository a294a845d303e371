/**
 * Each environment may have a Keycloak of its own, whose administrator must not learn the secret of another's. A variable
 * with a stack's name before it is that stack's alone: `PROD_KEYCLOAK_CLIENT_SECRET` goes before `KEYCLOAK_CLIENT_SECRET`
 * for the stack `prod`, and no other stack sees it. A secret without a name before it is that of whichever stack runs; so
 * it is refused where the stack files would have it go to two servers.
 */
import { localStack, variable, variables } from "./environment";
import { stackFile } from "./dataFiles";
import type { Settings } from "./model";
import type { Problem } from "./problem";
import { addressesOf, type Addresses } from "./settings/addresses";

type Environment = Readonly<Record<string, string | undefined>>;

const credentials = variables.filter(({ kind }) => kind === "credential").map(({ name }) => name);
/** Ours, those of Keycloak's provider, and what keeps and encrypts the state. */
const own = new RegExp(
  `^(${credentials.join("|")}|KEYCLOAK_\\w+|PULUMI_CONFIG_PASSPHRASE|AWS_\\w+|AZURE_\\w+|GOOGLE_\\w+)$`,
);
const known = new Set(variables.map(({ name }) => name));

/** What proves who signs in, by the address that it is sent to. */
const secrets = {
  "keycloak.url": [variable.keycloakClientSecret, variable.keycloakPassword, variable.keycloakAccessToken],
  "bitbucket.url": [variable.bitbucketApiToken, variable.bitbucketAccessToken],
  "signIn.url": [variable.dataCenterToken],
} as const satisfies { readonly [Setting in keyof Addresses]?: readonly string[] };
type Server = keyof typeof secrets;
const servers = Object.keys(secrets) as Server[];

/**
 * The environment of one stack: its own variables under their plain names, those of the other stacks gone. Whoever has a
 * secret of its own for a server sends no other there.
 */
export function stackEnvironment(
  stack: string,
  stacks: readonly string[],
  env: Environment,
): NodeJS.ProcessEnv {
  const mine = ownOf(stack, stacks, env);
  const of = new Set([stack, ...stacks].flatMap((one) => Object.keys(prefixed(one, stacks, env))));
  const replaced = servers.flatMap((server) =>
    secrets[server].some((name) => mine[name]) ? [...secrets[server], ...usersOf(server)] : [],
  );
  const common = Object.entries(env).filter(([name]) => !of.has(name) && !replaced.includes(name));
  return { ...Object.fromEntries(common), ...mine };
}

/**
 * Secrets that would go to the server of another stack, too. `BITBUCKET_KEYCLOAK_STACK`, or the deployment environment of a
 * step in Bitbucket Pipelines, says whose those without a name before them are; else they are every stack's that has none
 * of its own.
 *
 * @param stacks the settings of all stacks, by name
 */
export function sharedSecrets(
  stack: string,
  stacks: ReadonlyMap<string, Settings>,
  env: Environment,
): Problem[] {
  const settings = stacks.get(stack);
  if (settings === undefined || stack === localStack) return [];
  const others = [...stacks].filter(([name]) => name !== stack && name !== localStack);
  const bound = boundTo(stacks, env);
  const names = [...stacks.keys()];
  const [here, mine] = [addressesOf(settings), stackEnvironment(stack, names, env)];
  return servers.flatMap((server) =>
    secrets[server].flatMap((name): Problem[] => {
      const value = mine[name];
      const rival = others.find(([other, its]) => {
        const address = addressesOf(its)[server];
        const isPlain = bound === undefined || bound.includes(other);
        const sent = isPlain ? stackEnvironment(other, names, env) : ownOf(other, names, env);
        return address !== undefined && address !== here[server] && Boolean(value) && sent[name] === value;
      });
      if (here[server] === undefined || rival === undefined) return [];
      const [other, its] = rival;
      return [
        {
          file: `environment variable ${name}`,
          path: "",
          found: `one secret for ${here[server]} (${stackFile(stack)}) and ${addressesOf(its)[server] ?? ""} (${stackFile(other)})`,
          allowed: "one server",
          fix: `put the secret of each into a variable of its own (${prefixOf(stack)}${name}, ${prefixOf(other)}${name}), or, where this is the one of ${stack} alone, set ${variable.credentialsOf} to ${stack}; where one of the files was led elsewhere, put it back`,
        },
      ];
    }),
  );
}

/** By the variable that it takes the place of. */
const moved = new Map<string, string>([
  [variable.keycloakClientSecret, variable.movedKeycloakClientSecret],
  [variable.keycloakPassword, variable.movedKeycloakPassword],
  [variable.bitbucketApiToken, variable.movedBitbucketApiToken],
  [variable.dataCenterToken, variable.movedDataCenterToken],
]);

/**
 * The environment in which a stack goes on at other addresses: nothing that proves anything to a server of before is sent to
 * another one. What is sent there has a variable of its own, `MOVED_KEYCLOAK_CLIENT_SECRET`.
 *
 * @param known the addresses of before
 * @param next those from now on
 * @param env of the stack alone
 * @returns `problems`: servers that have moved, and whose variables are missing
 */
export function movedEnvironment(
  known: Addresses,
  next: Addresses,
  env: Environment,
): { readonly env: NodeJS.ProcessEnv; readonly problems: readonly Problem[] } {
  const others = servers.filter(
    (server) => ![undefined, next[server]].includes(known[server]) && next[server],
  );
  const old: readonly string[] = others.flatMap((server) => secrets[server]);
  const news = [...moved.values()];
  const rest = Object.entries(env).filter(([name]) => !old.includes(name) && !news.includes(name));
  const given = old.flatMap((name): [string, string][] => {
    const value = env[moved.get(name) ?? ""];
    return value ? [[name, value]] : [];
  });
  const problems = others
    .filter((server) => !secrets[server].some((name) => given.some(([one]) => one === name)))
    .map((server): Problem => {
      const names = secrets[server].flatMap((name) => (env[name] ? (moved.get(name) ?? []) : []));
      const [name = moved.get(secrets[server][0]) ?? ""] = names;
      return {
        file: `environment variable ${name}`,
        path: "",
        found: `nothing, while ${server} moves to ${next[server] ?? ""}`,
        allowed: "what signs in there",
        fix: `nothing was sent there; set it for this deploy, to the same where it is the same server, and put it into the variable without MOVED_ afterwards`,
      };
    });
  return { env: Object.fromEntries([...rest, ...given]), problems };
}

/** Variables of a stack's own that whatever runs does not read, since no command of ours has started it. */
export function unreadCredentials(stack: string, stacks: readonly string[], env: Environment): Problem[] {
  return Object.entries(ownOf(stack, stacks, env)).flatMap(([name, value]): Problem[] =>
    env[name] === value
      ? []
      : [
          {
            file: `environment variable ${prefixOf(stack)}${name}`,
            path: "",
            found: `a variable that Pulumi does not read; ${name} is another`,
            fix: `run "npm run pulumi -- …", which hands it over, or set ${name} to it`,
          },
        ],
  );
}

/** Example: `EU_WEST_`. */
function prefixOf(stack: string): string {
  return `${stack.toUpperCase().replace(/[^A-Z0-9]/g, "_")}_`;
}

/** Of two stacks, `eu` and `eu-aws`, the longer name counts. */
function prefixed(stack: string, stacks: readonly string[], env: Environment): Environment {
  const isOf = (one: string, name: string): boolean => {
    const prefix = prefixOf(one);
    return name.startsWith(prefix) && own.test(name.slice(prefix.length)) && !known.has(name);
  };
  const longer = stacks.filter((one) => prefixOf(one).length > prefixOf(stack).length);
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => isOf(stack, name) && !longer.some((one) => isOf(one, name))),
  );
}

/** A stack's own variables, under their plain names. */
function ownOf(stack: string, stacks: readonly string[], env: Environment): Environment {
  const cut = prefixOf(stack).length;
  return Object.fromEntries(
    Object.entries(prefixed(stack, stacks, env)).map(([name, value]) => [name.slice(cut), value]),
  );
}

/** Who signs in with a password is of the same server. */
function usersOf(server: Server): readonly string[] {
  return server === "keycloak.url" ? [variable.keycloakUser] : [];
}

/** The stacks that the variables without a name before them are for; undefined: nobody says. */
function boundTo(
  stacks: ReadonlyMap<string, Settings>,
  { [variable.credentialsOf]: said, [variable.deploymentEnvironment]: step = "" }: Environment,
): readonly string[] | undefined {
  if (said) return [said];
  const of = [...stacks].flatMap(([name, { environment }]) =>
    [name, environment].includes(step) ? [name] : [],
  );
  return of.length > 0 ? of : undefined;
}
