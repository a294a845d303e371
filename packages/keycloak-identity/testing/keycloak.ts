/**
 * As much of Keycloak's admin API as look-ups ask, over HTTP and page by page, with its traps: a name without `exact`
 * means all that contain it, `_` is any character, no name at all means everybody, and whom their directory has lost is
 * left out of a page once that is read.
 */
import { startServer, type Server } from "@bitbucket-keycloak/http/testing/server";
import { Connection } from "../client/connection";
import { KeycloakAdmin, type KeycloakGroup, type KeycloakUser } from "../client/keycloak";

export interface FakeRealm {
  readonly users: KeycloakUser[];
  /** Whether there is no such realm. */
  readonly absent?: boolean;
  readonly groups?: readonly (Pick<KeycloakGroup, "id" | "name"> & { readonly within?: string })[];
  readonly clients?: readonly { readonly id: string; readonly clientId: string }[];
  /** User names in the group of an id, sorted. */
  readonly members?: Record<string, string[]>;
  /** User names that their directory has lost. */
  readonly lost?: Set<string>;
  /** Ids that no search shows. */
  readonly unsearched?: ReadonlySet<string>;
  /** Called before each answer. */
  readonly before?: (path: string) => void;
}

export interface Fake extends Server {
  readonly admin: KeycloakAdmin;
  /** Requests but for tokens. */
  readonly requests: () => string[];
}

const env = { KEYCLOAK_CLIENT_ID: "deploy", KEYCLOAK_CLIENT_SECRET: "client-secret-0123456789" };

export async function fakeKeycloak(realm: FakeRealm): Promise<Fake> {
  const server = await startServer(({ path }) => {
    if (path.endsWith("/token")) return json({ access_token: "token-0123456789", expires_in: 60 });
    const { pathname, searchParams } = new URL(path, "http://127.0.0.1");
    const below = decodeURIComponent(pathname.replace("/admin/realms/acme", "")).slice(1);
    realm.before?.(below);
    const answer = realm.absent ? undefined : answerTo(realm, below, Object.fromEntries(searchParams));
    return answer === undefined ? { status: 404 } : json(answer);
  });
  return {
    ...server,
    admin: new KeycloakAdmin(Connection.from(server.url, env), "acme"),
    requests: () => server.asked.map(({ path }) => path).filter((path) => !path.endsWith("/token")),
  };
}

function answerTo(realm: FakeRealm, path: string, query: Readonly<Record<string, string>>): unknown {
  const { users, groups = [], clients = [], members = {} } = realm;
  const [, id = "", list] = /^(?:groups|users)\/([^/]+)\/(members|children|groups)$/.exec(path) ?? [];
  const shown = (group: (typeof groups)[number]) => ({ ...group, path: `/${group.within ? `${nameOf(group.within)}/` : ""}${group.name}` }); // prettier-ignore
  const nameOf = (of: string) => groups.find((group) => group.id === of)?.name ?? "";
  const paged = <T>(all: readonly T[], most = Infinity): T[] => {
    const first = Number(query.first ?? 0);
    return all.slice(first, first + Number(query.max ?? most));
  };
  if (path === "") return { realm: "acme" };
  if (path === "users/count") return users.length;
  const ids = query.search?.replace("id:", "").split(" ");
  if (path === "users" && ids)
    return users.filter((user) => ids.includes(user.id) && !realm.unsearched?.has(user.id));
  if (path === "users") return valid(realm, paged(users.filter(meant(query)).sort(byName), 100));
  if (path === "clients") return clients.filter((one) => !query.clientId || one.clientId === query.clientId);
  if (path === "groups") return paged(groups.filter(({ within }) => within === undefined)).map(shown);
  if (list === "children") return paged(groups.filter(({ within }) => within === id)).map(shown);
  if (list === "members")
    return valid(realm, paged(users.filter(({ username }) => members[id]?.includes(username)).sort(byName), 100)); // prettier-ignore
  if (list === "groups") {
    const { username = "" } = users.find((user) => user.id === id) ?? {};
    return paged(groups.filter((group) => members[group.id]?.includes(username))).map(shown);
  }
  return users.find((user) => path === `users/${user.id}`);
}

function byName(a: KeycloakUser, b: KeycloakUser): number {
  return a.username < b.username ? -1 : 1;
}

function meant({ username, email, exact }: Readonly<Record<string, string>>) {
  return (user: KeycloakUser): boolean =>
    [[username, user.username] as const, [email, user.email ?? ""] as const].every(([wanted = "", has]) => {
      if (exact === "true") return wanted === "" || has.toLowerCase() === wanted.toLowerCase();
      const like = wanted.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("_", ".").replaceAll("%", ".*"); // prettier-ignore
      return new RegExp(like, "i").test(has);
    });
}

/** Whom the directory has lost goes from Keycloak, too, as soon as somebody looks. */
function valid({ users, lost = new Set() }: FakeRealm, page: readonly KeycloakUser[]): KeycloakUser[] {
  for (const { username } of page) {
    if (lost.has(username)) users.splice(users.findIndex((user) => user.username === username), 1); // prettier-ignore
  }
  return page.filter(({ username }) => !lost.has(username));
}

function json(value: unknown) {
  return { status: 200, body: JSON.stringify(value) };
}
