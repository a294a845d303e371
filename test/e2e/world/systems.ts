/**
 * What the two systems of a world hold, without ids, times and values that are made anew each time: two worlds that
 * were built by different ways can be compared.
 */
import { readFileSync } from "node:fs";
import { isFirstPassword, type Client } from "./signIn";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Outputs of the stack, as far as they are used to sign in with. */
export interface Outputs {
  readonly firstPasswords: Readonly<Record<string, string>>;
  readonly issuer: string;
  readonly bitbucketSignIn: Omit<Client, "issuer">;
}

/** Where the two systems are, and who may look. */
export interface Reached {
  readonly keycloak: {
    readonly url: string;
    readonly realm: string;
    readonly user: string;
    readonly password: string;
  };
  readonly bitbucket: { readonly url: string; readonly email: string; readonly apiToken: string };
  /** What the emulator keeps, secured values included: its API shows none. */
  readonly emulatorFile: string;
  readonly outputs: () => Promise<Outputs>;
}

/** Of a list; each has one of these names. */
type Entry = { readonly key: string; readonly slug: string; readonly uuid: string } & { [key: string]: Json };

export class Systems {
  constructor(private readonly reached: Reached) {}

  /** Everything of both, sorted; lists keep what they hold twice. */
  async held(): Promise<unknown> {
    return { keycloak: await this.realm(), bitbucket: await this.workspace() };
  }

  /**
   * What does not work of all that is used to sign in with: the credential of each pipeline as Bitbucket would give
   * it to a step, each person's first password, the secret of Bitbucket's client. Empty if everything does.
   *
   * @param expected how many there have to be
   */
  async brokenCredentials(expected: { pipelines: number; people: number }): Promise<string[]> {
    const { firstPasswords, issuer, bitbucketSignIn } = await this.reached.outputs();
    const client = { issuer, ...bitbucketSignIn };
    const broken: string[] = [];
    const check = async (name: string, path: string, form: Record<string, string>) => {
      const { url, realm } = this.reached.keycloak;
      const address = `${url}/realms/${realm}/protocol/openid-connect/${path}`;
      const response = await fetch(address, { method: "POST", body: new URLSearchParams(form) });
      const { error_description: refusal = "accepted" } = (await response.json()) as Record<string, string>;
      if (refusal !== "accepted") broken.push(`${name}: ${refusal}`);
    };
    const credentials = this.pipelineCredentials();
    for (const credential of credentials) {
      if (!(await this.isGood(credential))) broken.push(`${credential.split(":")[0] ?? ""}: refused`);
    }
    for (const [username, password] of Object.entries(firstPasswords)) {
      if (!(await isFirstPassword(client, username, password))) broken.push(`${username}: not taken`);
    }
    const { clientId, clientSecret } = bitbucketSignIn;
    const form = { client_id: clientId, client_secret: clientSecret, token: "none" };
    await check(clientId, "token/introspect", form);
    const found = { pipelines: credentials.length, people: Object.keys(firstPasswords).length };
    const isAll = found.pipelines === expected.pipelines && found.people === expected.people;
    return isAll ? broken : [...broken, `found ${JSON.stringify(found)} to sign in with`];
  }

  /** Whether Keycloak gives a token for a pipeline's credential. */
  async isGood(credential: string): Promise<boolean> {
    const { url, realm } = this.reached.keycloak;
    const [client_id = "", client_secret = ""] = credential.split(":");
    const form = { grant_type: "client_credentials", client_id, client_secret };
    const address = `${url}/realms/${realm}/protocol/openid-connect/token`;
    return (await fetch(address, { method: "POST", body: new URLSearchParams(form) })).ok;
  }

  /** Each pipeline's credential, as Bitbucket would give it to a step. */
  pipelineCredentials(): string[] {
    return this.variables("KEYCLOAK_CREDENTIAL");
  }

  /** Client ids of the pipelines that sign in by their step's own token. */
  keylessPipelines(): string[] {
    return this.variables("KEYCLOAK_CLIENT_ID").sort();
  }

  private variables(key: string): string[] {
    const found: string[] = [];
    JSON.parse(
      readFileSync(this.reached.emulatorFile, "utf8"),
      (_name, value: { key?: string; value?: string } | null) => {
        if (value?.key === key && value.value !== undefined) found.push(value.value);
        return value;
      },
    );
    return found;
  }

  /** Undefined where there is no realm. Secrets are masked by Keycloak. */
  private async realm(): Promise<unknown> {
    const { url, realm: name, user, password } = this.reached.keycloak;
    const form = { grant_type: "password", client_id: "admin-cli", username: user, password };
    const signIn = await fetch(`${url}/realms/master/protocol/openid-connect/token`, {
      method: "POST",
      body: new URLSearchParams(form),
    });
    const { access_token: token } = (await signIn.json()) as { access_token: string };
    const ask = async (method: string, path: string): Promise<Json | undefined> => {
      const address = `${url}/admin/realms/${name}${path}`;
      const response = await fetch(address, { method, headers: { authorization: `Bearer ${token}` } });
      return response.status === 404 ? undefined : ((await response.json()) as Json);
    };
    const realm = await ask("POST", "/partial-export?exportClients=true&exportGroupsAndRoles=true");
    if (realm === undefined) return undefined;
    const users = ((await ask("GET", "/users?max=1000")) ?? []) as (Json & {
      id: string;
      [key: string]: Json;
    })[];
    for (const one of users) {
      const path = `/users/${one.id}`;
      one.groups = (await ask("GET", `${path}/groups`)) ?? null;
      one.roles = (await ask("GET", `${path}/role-mappings`)) ?? null;
    }
    return bare({ realm, users });
  }

  private async workspace(): Promise<unknown> {
    const { url, email, apiToken } = this.reached.bitbucket;
    const authorization = `Basic ${Buffer.from(`${email}:${apiToken}`).toString("base64")}`;
    const ask = async (path: string): Promise<Json> => {
      const response = await fetch(`${url}${path}`, { headers: { authorization } });
      if (!response.ok) throw new Error(`${path} answered ${response.status}`);
      return (await response.json()) as Json;
    };
    const list = async (path: string): Promise<Entry[]> =>
      ((await ask(`/2.0/${path}?pagelen=100`)) as unknown as { values: Entry[] }).values;

    const projects: Record<string, Json> = {};
    for (const { key } of await list("workspaces/acme/projects")) {
      const path = `workspaces/acme/projects/${key}/permissions-config`;
      projects[key] = { groups: await list(`${path}/groups`), users: await list(`${path}/users`) };
    }
    const repositories: Record<string, Json> = {};
    for (const { slug } of await list("repositories/acme")) {
      const path = `repositories/acme/${slug}`;
      const environments = await list(`${path}/environments`);
      repositories[slug] = {
        groups: await list(`${path}/permissions-config/groups`),
        users: await list(`${path}/permissions-config/users`),
        restrictions: await list(`${path}/branch-restrictions`),
        environments,
        variables: await Promise.all(
          environments.map(({ uuid }) =>
            list(`${path}/deployments_config/environments/${encodeURIComponent(uuid)}/variables`),
          ),
        ),
      };
    }
    return bare({ groups: await ask("/1.0/groups/acme"), projects, repositories });
  }
}

/** Names of what differs between two equal worlds. */
const passing = new Set([
  "id",
  "created_on",
  "uuid",
  "containerId",
  "links",
  "createdTimestamp",
  "_id",
  "clientSecret",
  "client.secret.creation.time",
]);
/** What Keycloak keeps of a client without a root URL once the client has been updated; until then, nothing. */
const noUrl = "";
const identifier = /\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?/g;
/** Of the run that made it. */
const moment = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

function bare(value: Json): Json {
  if (typeof value === "string") return value.replace(identifier, "(an id)").replace(moment, "(a moment)");
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return inOrder(value);
  const entries = Object.entries(value).filter(
    ([key, child]) => !passing.has(key) && !(key === "rootUrl" && child === noUrl),
  );
  // What is kept by id is a list, as far as two worlds can be compared.
  const isById = ([key]: [string, Json]) => key.replace(identifier, "") === "";
  const byId = entries.filter(isById).map(([, child]) => child);
  const byName = entries
    .filter((entry) => !isById(entry))
    .map(([key, child]): [string, Json] => [key, bare(child)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...Object.fromEntries(byName), ...(byId.length > 0 && { "(by id)": inOrder(byId) }) };
}

function inOrder(values: readonly Json[]): Json[] {
  return values.map(bare).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
