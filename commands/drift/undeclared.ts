/**
 * What is in the realm under an id that the state does not have: nobody declared it. Keycloak has no limit of requests,
 * so all of it is looked at in each run.
 */
import { builtInClients, type KeycloakAdmin, type KeycloakUser } from "../../clients/keycloak";
import { pinsRole } from "../../clients/pins";
import type { Placed } from "../../engine/placed";
import { system, type Seen, type Thing } from "./thing";

/** What a realm has from its first day, besides its clients. */
const born = {
  roles: ["offline_access", "uma_authorization"],
  mappers: ["Client ID", "Client Host", "Client IP Address"],
  keys: ["rsa-generated", "rsa-enc-generated", "hmac-generated-hs512", "aes-generated"],
} as const;

const userType = "keycloak:index/user:User";

/** One list of the realm. */
interface Listing {
  readonly kind: string;
  /** What the list belongs to. Default: the realm. */
  readonly at?: string;
  readonly things: readonly Thing[];
  /** Names of those that are nobody's to declare. */
  readonly leave?: readonly string[];
}

/** @param ours what the state has of Keycloak, and what is declared */
export async function undeclaredFindings(
  admin: KeycloakAdmin,
  realm: string,
  ours: readonly Placed[],
): Promise<Seen[]> {
  const ids = new Set(ours.map(({ id }) => id));
  const listings = [...(await ofClients(admin, ids)), ...(await ofRealm(admin, realm, ours))];
  const roles = await rolesOfPeople(admin, realm, ours);
  return [...listings.flatMap((listing) => undeclaredIn(listing, ids)), ...roles];
}

function undeclaredIn({ kind, at, things, leave = [] }: Listing, ids: ReadonlySet<string>): Seen[] {
  return things.flatMap((thing): Seen[] => {
    const { id } = thing;
    const name = thing.clientId ?? thing.username ?? thing.path ?? thing.alias ?? thing.name ?? id ?? "";
    if (id === undefined || ids.has(id) || leave.includes(name)) return [];
    return [{ system, kind, target: at === undefined ? name : `${at}: ${name}`, found: "there", id }];
  });
}

/** The clients, and what those have in them that are declared. */
async function ofClients(admin: KeycloakAdmin, ids: ReadonlySet<string>): Promise<Listing[]> {
  const clients = await admin.list<Thing>("clients");
  const listings: Listing[] = [{ kind: "client", things: clients, leave: builtInClients }];
  for (const { id = "", clientId: at = "" } of clients) {
    if (!ids.has(id)) continue;
    const mappers = (await admin.get<Thing[]>(`clients/${id}/protocol-mappers/models`)) ?? [];
    listings.push(
      { kind: "role", at, things: await admin.list<Thing>(`clients/${id}/roles`) },
      { kind: "mapper", at, things: mappers, leave: born.mappers },
    );
  }
  return listings;
}

async function ofRealm(admin: KeycloakAdmin, realm: string, ours: readonly Placed[]): Promise<Listing[]> {
  const components = async (type: string) => (await admin.get<Thing[]>("components", { type })) ?? [];
  // Made by `sync`, which keeps accounts there; nobody holds it.
  const roles = [...born.roles, pinsRole, defaultRoles(realm)];
  const declaresPeople = ours.some(({ type }) => type === userType);
  return [
    { kind: "realm role", things: await admin.list<Thing>("roles"), leave: roles },
    { kind: "group", things: await admin.groups() },
    { kind: "identity provider", things: await foreignProviders(admin, ours) },
    { kind: "key", things: await components("org.keycloak.keys.KeyProvider"), leave: born.keys },
    { kind: "user federation", things: await components("org.keycloak.storage.UserStorageProvider") },
    { kind: "account", things: declaresPeople ? await admin.people<KeycloakUser>("users") : [] },
  ];
}

/** The state knows them by their alias. */
async function foreignProviders(admin: KeycloakAdmin, ours: readonly Placed[]): Promise<Thing[]> {
  type Provider = Thing & { readonly internalId?: string };
  const providers = (await admin.get<Provider[]>("identity-provider/instances")) ?? [];
  const declared = new Set(
    ours.filter(({ type }) => /dentityProvider$/.test(type)).map(({ inputs }) => inputs.alias),
  );
  return providers
    .filter(({ alias }) => !declared.has(alias))
    .map(({ internalId, alias = "" }) => ({ id: internalId ?? alias, alias }));
}

interface Mappings {
  readonly realmMappings?: readonly Thing[];
  readonly clientMappings?: Readonly<Record<string, { readonly mappings?: readonly Thing[] }>>;
}

/** Roles that declared people hold alone, and nobody granted them. */
async function rolesOfPeople(admin: KeycloakAdmin, realm: string, ours: readonly Placed[]): Promise<Seen[]> {
  const grants = ours.filter(({ type }) => type === "keycloak:index/userRoles:UserRoles");
  const findings: Seen[] = [];
  const people = ours.filter(({ type, id }) => type === userType && id !== "");
  for (const [id, name] of new Map(people.map((one) => [one.id, one.name]))) {
    const { realmMappings = [], clientMappings = {} } =
      (await admin.get<Mappings>(`users/${id}/role-mappings`)) ?? {};
    const held = [
      ...realmMappings.filter((role) => role.name !== defaultRoles(realm)),
      ...Object.values(clientMappings).flatMap(({ mappings = [] }) => mappings),
    ];
    const granted = grants
      .filter(({ inputs }) => inputs.userId === id)
      .flatMap(({ inputs }) => (inputs.roleIds ?? []) as string[]);
    for (const role of held) {
      if (role.id === undefined || granted.includes(role.id)) continue;
      const target = `${name}: ${role.name ?? ""}`;
      findings.push({ system, kind: "role of a person", target, found: "held", id });
    }
  }
  return findings;
}

/** What every account of a realm holds. */
function defaultRoles(realm: string): string {
  return `default-roles-${realm.toLowerCase()}`;
}
