/**
 * What the two systems of a world hold, without ids, times and values that are made anew each time: two worlds that
 * were built by different ways can be compared.
 */
import { readFileSync } from "node:fs";
import { bare, namesById, type Json } from "./comparable";
import { isFirstPassword, type Client } from "./signIn";
import { authorizationOf } from "./shared";

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

/** What both systems hold at one moment. */
export interface Held {
  /** Everything of both, sorted; lists keep what they hold twice. */
  readonly held: unknown;
  /** What each id is called. */
  readonly names: ReadonlyMap<string, string>;
}

/** Of a list; each has one of these names. */
type Entry = { readonly key: string; readonly slug: string; readonly uuid: string } & { [key: string]: Json };

export class Systems {
  constructor(private readonly reached: Reached) {}

  async look(): Promise<Held> {
    const found = { keycloak: await this.realm(), bitbucket: await this.workspace() };
    return { held: bare(found), names: namesById(found) };
  }

  async held(): Promise<unknown> {
    return (await this.look()).held;
  }

  /** What people may do, by ids: `{a person} merge:PAY/api` in Keycloak, `{an account} write {a repository}` in Bitbucket. */
  async rights(): Promise<ReadonlySet<string>> {
    const [realm, workspace] = [await this.inRealm(), this.inWorkspace()];
    const all: string[] = [];
    const [bitbucket] = ((await realm("GET", "/clients?clientId=bitbucket")) ?? []) as { id: string }[];
    const users = bitbucket && ((await realm("GET", "/users?enabled=true&max=1000")) as { id: string }[]);
    for (const { id } of users ?? []) {
      const path = `/users/${id}/role-mappings/clients/${bitbucket?.id ?? ""}/composite`;
      const roles = ((await realm("GET", path)) ?? []) as { name: string }[];
      all.push(...roles.map(({ name }) => `${id} ${name}`));
    }
    for (const { slug, uuid } of await workspace.list("repositories/acme")) {
      const holders = await workspace.list(`workspaces/acme/permissions/repositories/${slug}`);
      for (const { user, permission } of holders as unknown as Holder[])
        all.push(
          ...levels.slice(0, levels.indexOf(permission) + 1).map((one) => `${user.uuid} ${one} ${uuid}`),
        );
    }
    return new Set(all);
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

  /** Asks about the realm; undefined where that is not there. */
  private async inRealm(): Promise<(method: string, path: string) => Promise<Json | undefined>> {
    const { url, realm: name } = this.reached.keycloak;
    const authorization = await authorizationOf(this.reached.keycloak);
    return async (method, path) => {
      const address = `${url}/admin/realms/${name}${path}`;
      const response = await fetch(address, { method, headers: { authorization } });
      return response.status === 404 ? undefined : ((await response.json()) as Json);
    };
  }

  /** Undefined where there is no realm. Secrets are masked by Keycloak. */
  private async realm(): Promise<Json> {
    const ask = await this.inRealm();
    const realm = await ask("POST", "/partial-export?exportClients=true&exportGroupsAndRoles=true");
    if (realm === undefined) return null;
    const users = ((await ask("GET", "/users?max=1000")) ?? []) as (Json & {
      id: string;
      [key: string]: Json;
    })[];
    for (const one of users) {
      const path = `/users/${one.id}`;
      one.groups = (await ask("GET", `${path}/groups`)) ?? null;
      one.roles = (await ask("GET", `${path}/role-mappings`)) ?? null;
      one.links = (await ask("GET", `${path}/federated-identity`)) ?? null;
    }
    return { realm, users };
  }

  private inWorkspace() {
    const { url, email, apiToken } = this.reached.bitbucket;
    const authorization = `Basic ${Buffer.from(`${email}:${apiToken}`).toString("base64")}`;
    const ask = async (path: string): Promise<Json> => {
      const response = await fetch(`${url}${path}`, { headers: { authorization } });
      if (!response.ok) throw new Error(`${path} answered ${response.status}`);
      return (await response.json()) as Json;
    };
    const list = async (path: string): Promise<Entry[]> =>
      ((await ask(`/2.0/${path}?pagelen=100`)) as unknown as { values: Entry[] }).values;
    return { ask, list };
  }

  private async workspace(): Promise<Json> {
    const { ask, list } = this.inWorkspace();
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
    return { groups: await ask("/1.0/groups/acme"), projects, repositories };
  }
}

/** Each holds those before it. */
const levels = ["read", "write", "admin"];

interface Holder {
  readonly user: { readonly uuid: string };
  readonly permission: string;
}
