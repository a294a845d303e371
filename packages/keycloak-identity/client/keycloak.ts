/**
 * A few requests to Keycloak's admin API. The official client pulls in a dozen packages for what is one token and a
 * handful of lists.
 */
import type { Answer, Method } from "@bitbucket-keycloak/http";
import { type Connection, KeycloakError } from "./connection";
import { wholeList } from "./wholeList";

export interface KeycloakUser {
  readonly id: string;
  readonly username: string;
  readonly email?: string;
  readonly firstName?: string;
  readonly lastName?: string;
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
  /** The group that it is directly within; none at the top. */
  readonly parentId?: string;
  readonly subGroupCount?: number;
}

interface ServerInfo {
  /** Example: `26.7.3`. */
  readonly version?: string;
  readonly identityProviderTypes: string[];
}

interface ServerInfoShown {
  readonly systemInfo?: { readonly version?: string };
  readonly identityProviders?: readonly { readonly id: string }[];
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

const pageSize = 100;

/** What there is of an answer. */
export type Answered = Pick<Answer, "json" | "headers">;

/** What requests go through. */
export interface Connected extends Pick<Connection, "claims"> {
  request(...asked: Parameters<Connection["request"]>): Promise<Answered | undefined>;
}

/** Every request throws a {@link KeycloakError} where Keycloak refuses it or does not answer. */
export class KeycloakAdmin {
  /**
   * @param realm the realm to look into
   * @param signal ends requests and their waits. Default: nothing does.
   */
  constructor(
    protected readonly connection: Connected,
    readonly realm: string,
    private readonly signal?: AbortSignal,
  ) {}

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
    return (await this.serverInfo()).identityProviderTypes;
  }

  /** What the server says of itself; its version to administrators of the realm `master` alone. */
  async serverInfo(): Promise<ServerInfo> {
    const response = await this.connection.request("GET", "/admin/serverinfo", { signal: this.signal });
    const { systemInfo, identityProviders = [] } = (response?.json() ?? {}) as ServerInfoShown;
    const version = systemInfo?.version;
    return { ...(version && { version }), identityProviderTypes: identityProviders.map(({ id }) => id) };
  }

  /** What the account's own access token says of it. @throws KeycloakError where it cannot sign in */
  claims(): Promise<Readonly<Record<string, unknown>>> {
    return this.connection.claims();
  }

  private send(
    method: Method,
    path: string,
    query: Record<string, string>,
    body?: unknown,
  ): Promise<Answered | undefined> {
    const below = path && `/${path}`;
    const asked = new URLSearchParams(query).toString();
    const at = `/admin/realms/${encodeURIComponent(this.realm)}${below}${asked && `?${asked}`}`;
    return this.connection.request(method, at, { json: body, signal: this.signal, realm: this.realm });
  }
}

async function inOrder<T, R>(items: readonly T[], act: (item: T) => Promise<R[]>): Promise<R[]> {
  const all: R[] = [];
  for (const item of items) all.push(...(await act(item)));
  return all;
}
