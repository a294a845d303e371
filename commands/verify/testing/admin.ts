/** Keycloak's admin API, as far as `verify` asks it. Paths are below the realm. */
import { randomUUID } from "node:crypto";
import { clientOf, groupsOf, type Client, type Person, type Realm, type SamlKey } from "./model";
import { client } from "./realm";
import { done, said, type Answered, type Asked } from "./server";

/** What the event log has kept. */
export interface Events {
  readonly logins: string[];
  readonly acts: string[];
}

const missing = said({ error: "not found" }, 404);

type Route = readonly [
  method: string,
  path: RegExp,
  answer: (realm: Realm, asked: Asked, events: Events, id: string) => Answered,
];

const routes: readonly Route[] = [
  ["GET", /^$/, (realm) => said({ ssoSessionMaxLifespan: realm.ssoSessionMaxLifespan })],
  ["GET", /^\/keys$/, (realm) => said({ keys: realm.saml.keys.map(keyShown) })],
  ["GET", /^\/users\/profile$/, (realm) => said(realm.profile)],
  [
    "GET",
    /^\/events\/config$/,
    ({ eventsExpiration, enabledEventTypes }) => said({ eventsExpiration, enabledEventTypes }),
  ],
  ["GET", /^\/events$/, (_, { query }, { logins }) => said(logins.filter((id) => id === query.user))],
  [
    "GET",
    /^\/admin-events$/,
    (_, { query }, { acts }) =>
      said(acts.filter((path) => path.startsWith((query.resourcePath ?? "").replace("*", "")))),
  ],

  ["GET", /^\/groups$/, (realm, { query }) => said(paged(groupsIn(realm, 1), query))],
  [
    "GET",
    /^\/groups\/([^/]+)\/children$/,
    (realm, { query }, _, id) =>
      said(
        paged(
          groupsIn(realm).filter(({ parent }) => parent === id),
          query,
        ),
      ),
  ],

  ["GET", /^\/users$/, (realm, { query }) => said(paged(realm.people, query))],
  ["POST", /^\/users$/, makePerson],
  ["GET", /^\/users\/([^/]+)$/, (realm, _, __, id) => one(realm.people.find((person) => person.id === id))],
  ["PUT", /^\/users\/([^/]+)$/, changePerson],
  ["PUT", /^\/users\/([^/]+)\/groups\//, joinGroup],
  ["PUT", /^\/users\/([^/]+)\/reset-password$/, setPassword],
  ["DELETE", /^\/users\/([^/]+)$/, (realm, _, __, id) => gone(realm.people, id)],

  ["GET", /^\/clients$/, (realm, { query }) => said(paged(found(realm, query).map(shown), query))],
  ["POST", /^\/clients$/, makeClient],
  ["GET", /^\/clients\/([^/]+)$/, (realm, _, __, id) => said(shown(byId(realm, id)))],
  ["DELETE", /^\/clients\/([^/]+)$/, (realm, _, __, id) => gone(realm.clients, id)],
  [
    "GET",
    /^\/clients\/([^/]+)\/client-secret$/,
    (realm, _, __, id) => said({ value: byId(realm, id).secret }),
  ],
  [
    "GET",
    /^\/clients\/([^/]+)\/protocol-mappers\/models$/,
    (realm, _, __, id) => said(byId(realm, id).mappers.map(mapperShown)),
  ],
  [
    "GET",
    /^\/clients\/([^/]+)\/default-client-scopes$/,
    (realm, _, __, id) => said(byId(realm, id).defaultClientScopes.map(scopeShown)),
  ],
  [
    "GET",
    /^\/clients\/([^/]+)\/optional-client-scopes$/,
    (realm, _, __, id) => said(byId(realm, id).optionalClientScopes.map(scopeShown)),
  ],
  [
    "GET",
    /^\/client-scopes\/scope-of-(.+)\/scope-mappings\/clients\/[^/]+$/,
    (realm, _, __, name) => said((realm.scopes.get(name) ?? []).map((role) => ({ name: role }))),
  ],
];

/** @throws Error that names a request which no check is known to make */
export function answerAdmin(realm: Realm, path: string, asked: Asked, events: Events): Answered {
  for (const [method, pattern, answer] of routes) {
    const match = method === asked.method ? pattern.exec(path) : null;
    if (match) return answer(realm, asked, events, match[1] ?? "");
  }
  throw new Error(`the admin API that tests play has no ${asked.method} ${path}`);
}

const one = (thing: unknown): Answered => (thing === undefined ? missing : said(thing));

function paged<T>(all: readonly T[], { first = "0", max = "100" }: Asked["query"]): T[] {
  return all.slice(Number(first), Number(first) + Number(max));
}

function gone(list: { readonly id: string }[], id: string): Answered {
  const at = list.findIndex((entry) => entry.id === id);
  if (at < 0) return missing;
  list.splice(at, 1);
  return done;
}

const made = (id: string): Answered => ({ status: 201, location: `https://keycloak.invalid/${id}` });

function groupsIn(realm: Realm, depth?: number) {
  return groupsOf(realm)
    .filter(({ way }) => depth === undefined || way.length === depth)
    .map(({ group: { id, name, subGroups }, path, way }) => ({
      id,
      name,
      path,
      subGroupCount: subGroups.length,
      parent: way.at(-2)?.id,
    }));
}

function makePerson(realm: Realm, { json }: Asked, { acts }: Events): Answered {
  const { credentials, ...given } = json as unknown as Omit<
    Person,
    "id" | "groups" | "guesses" | "password"
  > & {
    credentials?: { value: string }[];
  };
  if (!realm.duplicateEmailsAllowed && realm.people.some(({ email }) => email === given.email))
    return said({ errorMessage: "User exists with same email" }, realm.faults.refusesWith ?? 409);
  const id = randomUUID();
  realm.people.push({ ...given, id, groups: [], guesses: 0, password: credentials?.[0]?.value ?? "" });
  if (realm.adminEventsEnabled) acts.push(`users/${id}`);
  return made(id);
}

function personOf(realm: Realm, id: string): Person {
  const person = realm.people.find((entry) => entry.id === id);
  if (person === undefined) throw new Error(`the realm has no person ${id}`);
  return person;
}

function changePerson(realm: Realm, { json }: Asked, _: Events, id: string): Answered {
  Object.assign(personOf(realm, id), json);
  return done;
}

function joinGroup(realm: Realm, { path }: Asked, _: Events, id: string): Answered {
  personOf(realm, id).groups.push(path.split("/").at(-1) ?? "");
  return done;
}

function setPassword(realm: Realm, { json }: Asked, _: Events, id: string): Answered {
  const value = String(json.value);
  if (value.length < realm.passwordLength)
    return said({ error: "invalidPasswordMinLengthMessage" }, realm.faults.refusesWith ?? 400);
  personOf(realm, id).password = value;
  return done;
}

function found(realm: Realm, { clientId, search }: Asked["query"]): Client[] {
  if (clientId === undefined) return realm.clients;
  return realm.clients.filter((entry) =>
    search === "true" ? entry.clientId.includes(clientId) : entry.clientId === clientId,
  );
}

function byId(realm: Realm, id: string): Client {
  const entry = realm.clients.find((each) => each.id === id);
  return entry ?? clientOf(realm, `of id ${id}`);
}

function shown(entry: Client): Partial<Client> {
  const hidden = ["secret", "mappers", "mayShow", "holds"];
  return Object.fromEntries(Object.entries(entry).filter(([key]) => !hidden.includes(key)));
}

const mapperShown = ({ claim, says }: { claim: string; says: string }) =>
  says === "name"
    ? { protocolMapper: "oidc-full-name-mapper", config: {} }
    : { protocolMapper: "oidc-usermodel-property-mapper", config: { "claim.name": claim } };

const scopeShown = (name: string) => ({ id: `scope-of-${name}`, name });

/** As Keycloak does: what the request leaves out is the realm's default. */
function makeClient(realm: Realm, { json }: Asked): Answered {
  const given = json as Partial<Client>;
  const entry = client(given.clientId ?? "", { standardFlowEnabled: true, ...given });
  realm.clients.push(entry);
  return made(entry.id);
}

const keyShown = ({ status, providerPriority, certificate }: SamlKey) => ({
  algorithm: "RS256",
  status,
  providerPriority,
  certificate,
});
