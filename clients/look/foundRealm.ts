/** What stands in a realm, whoever made it. Keycloak has no limit of requests: all of it is looked at. */
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import type {
  FoundClient,
  FoundMapping,
  FoundRealm,
  FoundRealmGroup,
  FoundRole,
  FoundUser,
} from "../../access/adopt/foundRealm";
import { builtInClients, type KeycloakAdmin, type KeycloakGroup, type KeycloakUser } from "../keycloak";
import { pinsRole, readPins, type Pins } from "../pins";
import type { Attempts } from "./attempts";

interface Realm {
  readonly id?: string;
  readonly displayName?: string;
  readonly smtpServer?: { readonly host?: string };
  readonly loginTheme?: string;
  readonly accountTheme?: string;
  readonly emailTheme?: string;
}

/** What of a group its entry in a list lacks; roles by their names. */
interface Group {
  readonly attributes?: FoundRealmGroup["attributes"];
  readonly realmRoles?: readonly string[];
  readonly clientRoles?: Readonly<Record<string, readonly string[]>>;
}

interface Alias {
  readonly alias: string;
  readonly builtIn?: boolean;
}

interface Roles {
  /** Of the realm. */
  readonly roles: readonly FoundRole[];
  readonly clients: readonly FoundClient[];
}

export async function foundRealm(keycloak: KeycloakAdmin, attempts: Attempts): Promise<FoundRealm> {
  const list = <T>(path: string, query?: Record<string, string>): Promise<readonly T[]> =>
    attempts.of("Keycloak", async () => (await keycloak.get<T[]>(path, query)) ?? [], []);
  const own = await attempts.of("Keycloak", () => realmItself(keycloak), {});
  const users = await attempts.of("Keycloak", () => keycloak.people<KeycloakUser>("users"), []);
  const pins = await attempts.of("Keycloak", () => readPins(keycloak), undefined);
  const known: Roles = {
    roles: (await attempts.of("Keycloak", () => keycloak.list<FoundRole>("roles"), [])).map(roleOf),
    clients: await clientsOf(keycloak, attempts),
  };
  const mappings = await mappingsOf(keycloak, attempts, known);
  const themes = { login: own.loginTheme, account: own.accountTheme, email: own.emailTheme };
  const named = Object.entries(themes).filter((one): one is [string, string] => Boolean(one[1]));
  const providers = await list<Alias>("identity-provider/instances");
  const type = "org.keycloak.storage.UserStorageProvider";
  const directories = await list<{ readonly name: string }>("components", { type });
  const flows = await list<Alias>("authentication/flows");
  return {
    realm: keycloak.realm,
    id: own.id ?? "",
    ...(own.displayName && { displayName: own.displayName }),
    users: users.map((user) => userOf(user, mappings.get(user.id) ?? [], pins)),
    groups: await groupsOf(keycloak, attempts, known),
    ...known,
    identityProviders: providers.map(({ alias }) => alias),
    directories: directories.map(({ name }) => name),
    hasMailServer: Boolean(own.smtpServer?.host),
    flows: flows.filter(({ builtIn }) => !builtIn).map(({ alias }) => alias),
    themes: Object.fromEntries(named),
  };
}

async function realmItself(keycloak: KeycloakAdmin): Promise<Realm> {
  const found = await keycloak.get<Realm>("");
  if (found !== undefined) return found;
  throw new Problem(`there is no realm ${keycloak.realm}, or this account may not see it`);
}

async function clientsOf(keycloak: KeycloakAdmin, attempts: Attempts): Promise<FoundClient[]> {
  type Client = Omit<FoundClient, "isBuiltIn" | "roles">;
  const clients = await attempts.of("Keycloak", () => keycloak.list<Client>("clients"), []);
  const found: FoundClient[] = [];
  for (const { id, clientId, protocol, enabled } of clients) {
    const path = `clients/${id}/roles`;
    const roles = await attempts.of("Keycloak", () => keycloak.list<FoundRole>(path), []);
    const isBuiltIn = builtInClients.includes(clientId);
    found.push({ id, clientId, protocol, enabled, isBuiltIn, roles: roles.map(roleOf) });
  }
  return found;
}

const roleOf = ({ id, name, composite }: FoundRole): FoundRole => ({ id, name, composite });

/** By the id of a person: which roles they are given directly. Those that everybody has are left out. */
async function mappingsOf(
  keycloak: KeycloakAdmin,
  attempts: Attempts,
  { roles, clients }: Roles,
): Promise<ReadonlyMap<string, readonly FoundMapping[]>> {
  const everybodys = [pinsRole, `default-roles-${keycloak.realm.toLowerCase()}`];
  const given: readonly { readonly below: string; readonly mapping: FoundMapping }[] = [
    ...roles
      .filter(({ name }) => !everybodys.includes(name))
      .map(({ id, name }) => ({ below: "", mapping: { role: id, name } })),
    ...clients.flatMap((client) =>
      client.roles.map(({ id, name }) => ({
        below: `clients/${client.id}/`,
        mapping: { role: id, name, client: client.clientId },
      })),
    ),
  ];
  const mappings = new Map<string, FoundMapping[]>();
  for (const { below, mapping } of given) {
    const path = `${below}roles/${encodeURIComponent(mapping.name)}/users`;
    const holders = await attempts.of("Keycloak", () => keycloak.people<KeycloakUser>(path), []);
    for (const { id } of holders) mappings.set(id, [...(mappings.get(id) ?? []), mapping]);
  }
  return mappings;
}

function userOf(user: KeycloakUser, mappings: readonly FoundMapping[], pins: Pins | undefined): FoundUser {
  const { id, username, email, firstName, lastName, emailVerified = false, enabled = true } = user;
  const account = pins?.get(id)?.account;
  return {
    id,
    username,
    ...(email !== undefined && { email }),
    emailVerified,
    ...(firstName !== undefined && { firstName }),
    ...(lastName !== undefined && { lastName }),
    enabled,
    fromDirectory: user.federationLink !== undefined,
    ...(account && { accounts: [account] }),
    mappings,
  };
}

async function groupsOf(
  keycloak: KeycloakAdmin,
  attempts: Attempts,
  known: Roles,
): Promise<FoundRealmGroup[]> {
  const listed = await attempts.of("Keycloak", () => keycloak.groups(), []);
  const groups: FoundRealmGroup[] = [];
  for (const each of listed) {
    const whole = await attempts.of("Keycloak", () => keycloak.get<Group>(`groups/${each.id}`), undefined);
    const members = await attempts.of("Keycloak", () => keycloak.members(each.id), []);
    groups.push(groupOf(each, whole ?? {}, members, known));
  }
  return groups;
}

function groupOf(
  { id, name, path, parentId }: KeycloakGroup,
  { attributes = {}, realmRoles = [], clientRoles = {} }: Group,
  members: readonly KeycloakUser[],
  { roles, clients }: Roles,
): FoundRealmGroup {
  const mapped = (names: readonly string[], among: readonly FoundRole[], client?: string): FoundMapping[] =>
    among
      .filter((role) => names.includes(role.name))
      .map((role) => ({ role: role.id, name: role.name, ...(client !== undefined && { client }) }));
  return {
    id,
    name,
    path,
    ...(parentId && { parent: parentId }),
    attributes,
    members: members.map((member) => member.id),
    mappings: [
      ...mapped(realmRoles, roles),
      ...clients.flatMap((client) =>
        mapped(clientRoles[client.clientId] ?? [], client.roles, client.clientId),
      ),
    ],
  };
}
