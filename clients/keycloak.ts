/**
 * A few requests to Keycloak's admin API. The official client pulls in a dozen packages for what is one token and a
 * handful of lists.
 */
import {
  type Answer,
  type Call,
  HttpError,
  malformed,
  mayRepeat,
  type Method,
  send,
} from "@bitbucket-keycloak/http";
import { variable } from "../access/environment";
import { wholeList } from "./wholeList";

/** How the commands sign in to Keycloak: a client of its own (real realms) or a user (a laptop). */
export type KeycloakCredentials =
  | { readonly clientId: string; readonly clientSecret: string }
  | { readonly clientId: string; readonly username: string; readonly password: string };

export interface KeycloakUser {
  readonly id: string;
  readonly username: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly enabled?: boolean;
  /** The user storage provider (LDAP) that the account comes from. */
  readonly federationLink?: string;
}

export interface KeycloakGroup {
  readonly id: string;
  readonly name: string;
  /** From the root: `/engineering/payments`. A slash that is part of a name is written `~/`. */
  readonly path: string;
  readonly subGroupCount?: number;
}

/** Clients that Keycloak makes itself in each realm. */
export const builtInClients: readonly string[] = [
  "account",
  "account-console",
  "admin-cli",
  "broker",
  "realm-management",
  "security-admin-console",
];

/** Keycloak said no, or nothing; the message says which address, what came back and what to do. */
export class KeycloakError extends Error {
  override readonly name = "KeycloakError";
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message);
  }
}

/**
 * The credentials of the environment: the variables that Keycloak's Pulumi provider reads, too. It reads them as they
 * are, so what is wrong with one is refused here and not mended.
 *
 * @throws KeycloakError where they are missing, or hold more than a credential
 */
function keycloakCredentials(env: NodeJS.ProcessEnv): KeycloakCredentials {
  const { keycloakClientId, keycloakClientSecret, keycloakUser, keycloakPassword } = variable;
  const { [keycloakClientId]: clientId, [keycloakClientSecret]: clientSecret } = env;
  const { [keycloakUser]: username, [keycloakPassword]: password } = env;
  const { keycloakRealm } = variable;
  const names = [keycloakClientId, keycloakClientSecret, keycloakUser, keycloakPassword, keycloakRealm];
  const found = malformed(Object.fromEntries(names.map((name) => [name, env[name]])));
  if (found !== undefined) throw new KeycloakError(found);
  if (username && password) {
    return {
      clientId: clientId ?? "admin-cli",
      username,
      password,
    };
  }
  if (clientId && clientSecret) {
    return { clientId, clientSecret };
  }
  throw new KeycloakError(
    `no credentials for Keycloak: set ${keycloakClientId} and ${keycloakClientSecret} (a service account of the master realm), or ${keycloakUser} and ${keycloakPassword}`,
  );
}

const pageSize = 100;
/** Renewed this long before it ends; admin tokens live 60 s unless the master realm says otherwise. */
const tokenMargin = 10_000;

/** Every request throws a {@link KeycloakError} where Keycloak refuses it or does not answer. */
export class KeycloakAdmin {
  private token?: { value: string; endsAt: number };

  /**
   * @param realm the realm to look into
   * @param signInRealm the one that the credentials are of; by convention the variable KEYCLOAK_REALM
   */
  constructor(
    private readonly url: string,
    private readonly realm: string,
    private readonly credentials: KeycloakCredentials,
    private readonly signInRealm = "master",
  ) {}

  /**
   * As an environment says: with its credentials, which are of realm `KEYCLOAK_REALM` (default: `master`).
   *
   * @param realm the realm to look into
   * @throws KeycloakError if the environment has no credentials, or what cannot be some
   */
  static from(url: string, realm: string, env: NodeJS.ProcessEnv): KeycloakAdmin {
    return new KeycloakAdmin(url, realm, keycloakCredentials(env), env[variable.keycloakRealm]);
  }

  /**
   * All groups of the realm, the nested ones included. Their paths are made of their names: Keycloak writes the path of a
   * group `a/b` as that of `b` within `a`.
   */
  async groups(): Promise<KeycloakGroup[]> {
    const within =
      (above: string) =>
      async (group: KeycloakGroup): Promise<KeycloakGroup[]> => {
        const path = `${above}/${group.name.replaceAll("/", "~/")}`;
        if (group.subGroupCount === 0) return [{ ...group, path }];
        const children = await this.list<KeycloakGroup>(`groups/${group.id}/children`);
        return [{ ...group, path }, ...(await inOrder(children, within(path)))];
      };
    return inOrder(await this.list<KeycloakGroup>("groups"), within(""));
  }

  /** The direct members of a group. */
  members(groupId: string): Promise<KeycloakUser[]> {
    return this.people<KeycloakUser>(`groups/${groupId}/members`);
  }

  /**
   * A list of people, whole and each once.
   *
   * @throws KeycloakError if the list is not there, or does not hold still
   */
  async people<T extends KeycloakUser>(path: string, query: Record<string, string> = {}): Promise<T[]> {
    const all = await wholeList((first) =>
      this.page<T>(path, { briefRepresentation: "true", ...query }, first),
    );
    if (all !== undefined) return all;
    throw new KeycloakError(`realm ${this.realm}: ${path} changed each time it was read: run this again`);
  }

  /** Every entry of a list, page by page. @throws KeycloakError if the list is not there */
  async list<T>(path: string, query: Record<string, string> = {}): Promise<T[]> {
    const all: T[] = [];
    for (;;) {
      const page = await this.page<T>(path, query, all.length);
      all.push(...page);
      if (page.length < pageSize) return all;
    }
  }

  private async page<T>(path: string, query: Record<string, string>, first: number): Promise<T[]> {
    const page = await this.get<T[]>(path, { ...query, first: String(first), max: String(pageSize) });
    // A list that is gone is not an empty one: who takes it for one removes everybody.
    if (page === undefined)
      throw new KeycloakError(`realm ${this.realm} has no ${path} any more: run this again`, 404);
    return page;
  }

  /** One object below the realm, or undefined where there is none. */
  async get<T>(path: string, query: Record<string, string> = {}): Promise<T | undefined> {
    const response = await this.send("GET", path, query);
    return response && (response.json() as T);
  }

  /** What is gone already counts as deleted. */
  async delete(path: string): Promise<void> {
    await this.send("DELETE", path, {});
  }

  /**
   * @returns the id of what was made, where Keycloak says it
   * @throws KeycloakError if there is no such path
   */
  async post(path: string, body?: unknown): Promise<string | undefined> {
    const response = await this.send("POST", path, {}, body);
    if (response === undefined) throw new KeycloakError(`realm ${this.realm} has no ${path}`, 404);
    return response.headers.get("location")?.split("/").at(-1);
  }

  /** @throws KeycloakError if there is nothing to change */
  async put(path: string, body?: unknown): Promise<void> {
    if ((await this.send("PUT", path, {}, body)) === undefined)
      throw new KeycloakError(`realm ${this.realm} has no ${path}`, 404);
  }

  /** Ids of the types of identity provider that the server knows, those of its extensions among them. */
  async identityProviderTypes(): Promise<string[]> {
    const response = await this.request("GET", new URL(`${this.url}/admin/serverinfo`));
    const info = response?.json() as { readonly identityProviders?: readonly { id: string }[] };
    return (info.identityProviders ?? []).map(({ id }) => id);
  }

  private send(
    method: Method,
    path: string,
    query: Record<string, string>,
    body?: unknown,
  ): Promise<Answer | undefined> {
    const url = new URL(`${this.url}/admin/realms/${encodeURIComponent(this.realm)}${path && `/${path}`}`);
    url.search = new URLSearchParams(query).toString();
    return this.request(method, url, body);
  }

  private async request(method: Method, url: URL, json?: unknown): Promise<Answer | undefined> {
    const headers = { authorization: `Bearer ${await this.accessToken()}` };
    const response = await reach(url, { method, headers, json });
    if (response.status === 404) return undefined;
    if (response.ok) return response;
    const why =
      response.status === 401 || response.status === 403
        ? `the account in use may lack the realm-management roles of realm ${this.realm}`
        : response.quoted();
    throw new KeycloakError(
      `Keycloak answered ${response.status} to ${method} ${url.pathname}: ${why}`,
      response.status,
    );
  }

  private async accessToken(): Promise<string> {
    if (this.token === undefined || this.token.endsAt - tokenMargin < Date.now()) {
      this.token = await this.signIn();
    }
    return this.token.value;
  }

  private async signIn(): Promise<{ value: string; endsAt: number }> {
    const { clientId, ...proof } = this.credentials;
    const proved: Record<string, string> =
      "clientSecret" in proof
        ? { grant_type: "client_credentials", client_secret: proof.clientSecret }
        : { grant_type: "password", username: proof.username, password: proof.password };
    const form = { client_id: clientId, ...proved };
    const url = new URL(`${this.url}/realms/${this.signInRealm}/protocol/openid-connect/token`);
    // Another token does no harm.
    const response = await reach(url, {
      method: "POST",
      form,
      mayRepeat: (outcome) => mayRepeat("GET", outcome),
    });
    if (!response.ok) {
      const who = "username" in proof ? `user ${proof.username}` : `client ${clientId}`;
      throw new KeycloakError(
        `Keycloak at ${this.url} refused ${who} (${response.status}): check ${variable.keycloakClientId} and ${variable.keycloakClientSecret}, or ${variable.keycloakUser} and ${variable.keycloakPassword}`,
        response.status,
      );
    }
    const token = response.json() as { access_token: string; expires_in: number };
    return { value: token.access_token, endsAt: Date.now() + token.expires_in * 1000 };
  }
}

async function reach(url: URL, call: Call): Promise<Answer> {
  return send(url, call).catch((error: unknown) => {
    if (!(error instanceof HttpError)) throw error;
    throw new KeycloakError(
      `Keycloak at ${url.origin} does not answer (${error.reason}): is it running, and is keycloak.url in the stack file right?`,
    );
  });
}

async function inOrder<T, R>(items: readonly T[], act: (item: T) => Promise<R[]>): Promise<R[]> {
  const all: R[] = [];
  for (const item of items) all.push(...(await act(item)));
  return all;
}
