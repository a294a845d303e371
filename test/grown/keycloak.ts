/**
 * A grown realm on a server: on a real Keycloak, which imports it, or, for tests that count requests, by as much of its admin
 * API as reads, over HTTP.
 */
import { startServer, type Server } from "@bitbucket-keycloak/http/testing/server";
import type { GrownGroup, GrownRealm } from "./realm";

/**
 * Makes the realm on a real Keycloak.
 *
 * @param authorization header of an administrator of the realm `master`
 */
export async function importRealm(url: string, realm: GrownRealm, authorization: string): Promise<void> {
  const answer = await fetch(`${url}/admin/realms`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify(realm),
  });
  if (!answer.ok)
    throw new Error(`Keycloak answered ${answer.status} to the grown realm: ${await answer.text()}`);
}

export interface GrownKeycloak extends Server {
  /** Requests but for tokens, as `GET /admin/…`. */
  readonly requests: () => readonly string[];
}

/** Answers reads alone: anything else is a 405. */
export async function serveRealm(realm: GrownRealm): Promise<GrownKeycloak> {
  const server = await startServer(({ method, path }) => {
    if (path.endsWith("/token")) return json({ access_token: "token-0123456789", expires_in: 3600 });
    if (method !== "GET") return { status: 405 };
    const { pathname, searchParams } = new URL(path, "http://127.0.0.1");
    const below = decodeURIComponent(pathname.replace(`/admin/realms/${realm.realm}`, "")).slice(1);
    const found = answerTo(realm, below);
    if (found === undefined) return { status: 404 };
    if (!Array.isArray(found) || !searchParams.has("max")) return json(found);
    const first = Number(searchParams.get("first") ?? 0);
    return json(found.slice(first, first + Number(searchParams.get("max"))));
  });
  return {
    ...server,
    requests: () =>
      server.asked.map(({ method, path }) => `${method} ${path}`).filter((one) => !one.endsWith("/token")),
  };
}

const json = (value: unknown) => ({ status: 200, body: JSON.stringify(value) });

function answerTo(realm: GrownRealm, path: string): unknown {
  const { users, clients, roles, groups, identityProviders } = realm;
  const all = groups.flatMap(function below(one): GrownGroup[] {
    return [one, ...one.subGroups.flatMap(below)];
  });
  const listed = ({ subGroups, ...group }: GrownGroup) => ({ ...group, subGroupCount: subGroups.length });
  const [, groupId, part] = /^groups\/([^/]+)(?:\/(members|children))?$/.exec(path) ?? [];
  const group = all.find(({ id }) => id === groupId);
  if (groupId !== undefined && group === undefined) return undefined;
  if (group && part === "children")
    return group.subGroups.map((one) => ({ ...listed(one), parentId: group.id }));
  if (group && part === "members") return users.filter((user) => user.groups.includes(group.path));
  if (group) return listed(group);
  const [, clientUuid = "", ofClient] = /^clients\/([^/]+)\/(.*)$/.exec(path) ?? [];
  const clientId = clients.find(({ id }) => id === clientUuid)?.clientId ?? "";
  if (ofClient === "roles") return (roles.client[clientId] ?? []).map(plain);
  const [, role, ofRealm] = /^(?:clients\/[^/]+\/)?roles\/([^/]+)(\/users)?$/.exec(path) ?? [];
  if (role !== undefined && ofRealm === undefined) return undefined;
  if (role !== undefined)
    return users.filter((user) =>
      (clientId === "" ? user.realmRoles : (user.clientRoles[clientId] ?? [])).includes(role),
    );
  const lists: Readonly<Record<string, unknown>> = {
    "": realm,
    users,
    groups: groups.map(listed),
    clients,
    roles: roles.realm.map(plain),
    components: [],
    "identity-provider/instances": identityProviders,
    "authentication/flows": [{ id: "1", alias: "browser", builtIn: true }],
  };
  return lists[path];
}

const plain = (role: { readonly id: string; readonly name: string }) => ({ ...role, composite: false });
