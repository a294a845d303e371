/**
 * As much of Keycloak as the resources of this package write, in memory, with what a real one was seen to do
 * (test/e2e/identity.test.ts), and with faults.
 */
import { startServer, type Reply, type Server } from "@bitbucket-keycloak/http/testing/server";

/** `lose`: it is done, and nobody hears of it. */
export type Fault = 500 | 429 | "reset" | "lose";

interface User {
  readonly id: string;
  username: string;
  email: string;
  enabled: boolean;
  [key: string]: unknown;
}

export interface Realm {
  readonly users: Record<string, User>;
  readonly groups: Record<
    string,
    { id: string; name: string; parentId?: string | undefined; members: string[] }
  >;
  profile: { attributes: { name: string; permissions: { view: string[]; edit: string[] } }[] };
}

export interface Living extends Server {
  readonly realm: Realm;
  /** What goes wrong with a request, by its number from 1. */
  fault: (count: number) => Fault | undefined;
  /** Requests that write, `PUT users/ana`. */
  readonly writes: string[];
}

export async function startLiving(realm: Realm): Promise<Living> {
  const server = await startServer();
  const living: Living = Object.assign(server, { realm, fault: () => undefined, writes: [] });
  server.reply = ({ method, path, body }, count) => {
    const fault = living.fault(count);
    if (fault === 500) return { status: 500 };
    if (fault === 429) return { status: 429, headers: { "retry-after": "0" } };
    if (fault === "reset") return "reset";
    const below = path.replace(/^\/admin\/realms\/acme\/?/, "");
    const isToken = path.endsWith("/token");
    if (method !== "GET" && !isToken) living.writes.push(`${method} ${below}`);
    const given =
      method === "GET" || isToken || body === "" ? {} : (JSON.parse(body) as Record<string, unknown>);
    const answer = isToken ? json({ access_token: "token-0123456789", expires_in: 60 }) : answerTo(realm, method, new URL(below, "http://a"), given); // prettier-ignore
    return fault === "lose" ? "reset" : answer;
  };
  return living;
}

function answerTo(
  realm: Realm,
  method: string,
  { pathname, searchParams }: URL,
  body: Record<string, unknown>,
): Reply {
  const { users, groups } = realm;
  const [kind, id = "", list, other = ""] = pathname.slice(1).split("/");
  if (pathname === "/users/profile") {
    if (method === "PUT") realm.profile = body as unknown as Realm["profile"];
    return json(realm.profile);
  }
  if (pathname === "/users") {
    const ids = searchParams.get("search")?.replace("id:", "").split(" ");
    if (ids) return json(Object.values(users).filter(({ id }) => ids.includes(id)));
    const key = searchParams.has("email") ? "email" : "username";
    return json(Object.values(users).filter((user) => user[key] === searchParams.get(key)));
  }
  if (kind === "users" && list === "groups") {
    const members = groups[other]?.members;
    if (members === undefined || users[id] === undefined) return { status: 404 };
    const rest = members.filter((member) => member !== id);
    members.splice(0, members.length, ...[...rest, ...(method === "PUT" ? [id] : [])].sort());
    return { status: 204 };
  }
  if (kind === "users") return method === "PUT" ? changed(users, id, body) : json(users[id]);
  if (method === "POST")
    return moved(groups, id === "" ? undefined : id, body as { id: string; name: string });
  if (list === "members") {
    const first = Number(searchParams.get("first"));
    const named = groups[id]?.members.map((member) => users[member]).sort((a, b) => ((a?.username ?? "") < (b?.username ?? "") ? -1 : 1)); // prettier-ignore
    return json(named?.slice(first, first + Number(searchParams.get("max"))));
  }
  if (list === "children") return json(Object.values(groups).filter(({ parentId }) => parentId === id));
  return json(groups[id]);
}

function changed(users: Realm["users"], id: string, body: Record<string, unknown>): Reply {
  const user = users[id];
  if (user === undefined) return { status: 404 };
  const isTaken = Object.values(users).some((other) => other.id !== id && other.email === body.email);
  if (isTaken) return { status: 409, body: JSON.stringify({ errorMessage: "User exists with same email" }) };
  Object.assign(user, body);
  return { status: 204 };
}

function moved(
  groups: Realm["groups"],
  parentId: string | undefined,
  { id, name }: { id: string; name: string },
): Reply {
  const group = groups[id];
  if (group === undefined || (parentId !== undefined && groups[parentId] === undefined))
    return { status: 404 };
  const twin = Object.values(groups).some(
    (one) => one.id !== id && one.parentId === parentId && one.name === name,
  );
  if (twin) return { status: 409 };
  group.parentId = parentId;
  return { status: 204 };
}

function json(value: unknown): Reply {
  return value === undefined ? { status: 404 } : { status: 200, body: JSON.stringify(value) };
}
