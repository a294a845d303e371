/** What the tour shows of both systems, and how it asks Bitbucket as somebody. */
import { send, type Answer } from "@bitbucket-keycloak/http";
import { localStack } from "../../access/environment";
import { settingsOf } from "../../checkout/stack";
import { KeycloakAdmin } from "../../clients/keycloak";
import { readLocalCredentials, withLocalCredentials } from "../../toolchain/environment";
import { root } from "../../toolchain/places";

export interface Systems {
  readonly keycloak: KeycloakAdmin;
  /** Asks Bitbucket as the account of an address; `path` is below the workspace's repositories. */
  readonly as: (email: string, method: "GET" | "POST" | "PUT", path: string, body?: Body) => Promise<Answer>;
  /** What a group may do on a repository: `write`, or `none`. */
  readonly permission: (repository: string, group: string) => Promise<string>;
  /** Names of the variables of an environment, with a mark for those that are secured. */
  readonly variables: (repository: string, environment: string) => Promise<string[]>;
  /** Names of those who are in a group. */
  readonly members: (group: string) => Promise<string[]>;
}

type Body = { readonly json: unknown } | { readonly form: Readonly<Record<string, string>> };

/** The servers of `npm run local`. @throws Error where nothing was ever brought up here */
export function systemsHere(): Systems {
  const credentials = readLocalCredentials();
  if (credentials === undefined)
    throw new Error('there are no servers on this machine: begin with "npm run tour -- --from start"');
  const env = withLocalCredentials(process.env, credentials);
  const { keycloak, bitbucket } = settingsOf(root, localStack, env);
  const { email, apiToken } = credentials.bitbucket;
  return systemsAt({
    keycloak: KeycloakAdmin.from(keycloak.url, keycloak.realm, env),
    ...bitbucket,
    administrator: email,
    tokens: { ...credentials.people, [email]: apiToken },
  });
}

interface Servers {
  readonly keycloak: KeycloakAdmin;
  /** Of Bitbucket. */
  readonly url: string;
  readonly workspace: string;
  /** Address of the account that reads. */
  readonly administrator: string;
  /** API tokens by address. */
  readonly tokens: Readonly<Record<string, string>>;
}

export function systemsAt({ keycloak, url, workspace, administrator, tokens }: Servers): Systems {
  const ask = (email: string, method: "GET" | "POST" | "PUT", address: string, body?: Body) => {
    const authorization = `Basic ${Buffer.from(`${email}:${tokens[email] ?? ""}`).toString("base64")}`;
    return send(`${url}${address}`, { method, headers: { authorization }, ...body });
  };
  const repositories = `/2.0/repositories/${workspace}`;
  const read = async <T>(address: string): Promise<T | undefined> => {
    const answer = await ask(administrator, "GET", address);
    return answer.ok ? (answer.json() as T) : undefined;
  };
  return {
    keycloak,
    as: (email, method, path, body) => ask(email, method, `${repositories}/${path}`, body),
    permission: async (repository, group) => {
      const path = `${repositories}/${repository}/permissions-config/groups/${group}`;
      return (await read<{ permission: string }>(path))?.permission ?? "none";
    },
    variables: async (repository, environment) => {
      type Named = { values: { name: string; uuid: string }[] };
      const all = await read<Named>(`${repositories}/${repository}/environments`);
      const uuid = all?.values.find(({ name }) => name === environment)?.uuid;
      if (uuid === undefined) return [];
      const path = `${repositories}/${repository}/deployments_config/environments/${encodeURIComponent(uuid)}/variables`;
      const found = await read<{ values: { key: string; secured: boolean }[] }>(path);
      return (found?.values ?? []).map(({ key, secured }) => `${key}${secured ? " (secured)" : ""}`);
    },
    members: async (group) => {
      const path = `/1.0/groups/${workspace}/${group}/members`;
      return ((await read<{ display_name: string }[]>(path)) ?? []).map(({ display_name: name }) => name);
    },
  };
}
