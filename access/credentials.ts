/**
 * Each environment may have a Keycloak of its own, whose administrator must not learn the secret of another's. A variable
 * with a stack's name before it is that stack's alone: `PROD_KEYCLOAK_CLIENT_SECRET` goes before `KEYCLOAK_CLIENT_SECRET`
 * for the stack `prod`, and no other stack sees it. A secret without a name before it is that of whichever stack runs; so
 * it is refused where the stack files would have it go to two servers.
 */
import { localStack, variable, variables } from "./environment";
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
  "bitbucket.url": [variable.bitbucketApiToken],
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
  const mine = ownOf(stack, env);
  const of = new Set([stack, ...stacks].flatMap((one) => Object.keys(prefixed(one, env))));
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
        const sent = isPlain ? stackEnvironment(other, names, env) : ownOf(other, env);
        return address !== undefined && address !== here[server] && Boolean(value) && sent[name] === value;
      });
      if (here[server] === undefined || rival === undefined) return [];
      const [other, its] = rival;
      return [
        {
          file: `environment variable ${name}`,
          path: "",
          found: `one secret for ${here[server]} (stack ${stack}) and ${addressesOf(its)[server] ?? ""} (stack ${other})`,
          allowed: "one server",
          fix: `put the secret of each into a variable of its own (${prefixOf(stack)}${name}, ${prefixOf(other)}${name}), or, where this is the one of ${stack} alone, set ${variable.credentialsOf} to ${stack}`,
        },
      ];
    }),
  );
}

/** Variables of a stack's own that whatever runs does not read, since no command of ours has started it. */
export function unreadCredentials(stack: string, env: Environment): Problem[] {
  return Object.entries(ownOf(stack, env)).flatMap(([name, value]): Problem[] =>
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

function prefixed(stack: string, env: Environment): Environment {
  const prefix = prefixOf(stack);
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => name.startsWith(prefix) && own.test(name.slice(prefix.length)) && !known.has(name),
    ),
  );
}

/** A stack's own variables, under their plain names. */
function ownOf(stack: string, env: Environment): Environment {
  const cut = prefixOf(stack).length;
  return Object.fromEntries(
    Object.entries(prefixed(stack, env)).map(([name, value]) => [name.slice(cut), value]),
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
