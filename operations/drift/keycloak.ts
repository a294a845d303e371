/**
 * The realm: what the state knows, the engine reads again; what nobody declared is whatever is there under an id that
 * the state does not have. Keycloak has no limit of requests, so all of it is looked at in each run.
 */
import { pulumi, type Engine } from "../engine";
import type { KeycloakAdmin } from "../keycloak";
import { pinsRole } from "../membership/pins";
import { driftedPlace } from "../preview/drift";
import { changingSteps } from "../preview/steps";
import type { Finding } from "./finding";
import type { Placed } from "./state";

interface Thing {
  readonly id?: string;
  readonly name?: string;
  readonly username?: string;
  readonly clientId?: string;
  readonly alias?: string;
  readonly path?: string;
  readonly providerId?: string;
}

export interface Seen extends Finding {
  /** What Keycloak's admin events call it by. */
  readonly id: string;
}

const system = "keycloak" as const;
/** What people do with their own account, and what somebody does to it at night: no change of what is declared. */
const theirOwn = /^(requiredActions|enabled)\b/;

const uuids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** What the state has, read again by the engine. */
export async function changedFindings(
  engine: Engine,
  stack: string,
  placed: readonly Placed[],
): Promise<Seen[]> {
  const ours = placed.filter(({ type }) => type.startsWith("keycloak:"));
  if (ours.length === 0) return [];
  const byUrn = new Map(ours.map((one) => [one.urn, one]));
  const names = new Map(ours.map(({ id, name }) => [id, name]));
  const named = (text: string) => text.replace(uuids, (id) => names.get(id) ?? id);
  const targets = ours.flatMap(({ urn }) => ["--target", urn]);
  const text = await pulumi(engine, ["refresh", "--preview-only", "--json", "--stack", stack, ...targets]);
  return changingSteps(text).flatMap((step): Seen[] => {
    const { type, name, gone, what } = driftedPlace(step);
    const changes = type.endsWith("/user:User") ? what.filter((one) => !theirOwn.test(one)) : what;
    if (!byUrn.has(step.urn) || (!gone && changes.length === 0)) return [];
    const { id = "" } = byUrn.get(step.urn) ?? {};
    const kind = words(type.split(":").at(-1) ?? type);
    const about = { system, kind, target: name, declared: "as it was brought up", id };
    return [gone ? about : { ...about, found: changes.map(named).join("; ") }];
  });
}

/** What a realm has from its first day. */
const born = {
  clients: [
    "account",
    "account-console",
    "admin-cli",
    "broker",
    "realm-management",
    "security-admin-console",
  ],
  roles: ["offline_access", "uma_authorization"],
  mappers: ["Client ID", "Client Host", "Client IP Address"],
  keys: ["rsa-generated", "rsa-enc-generated", "hmac-generated-hs512", "aes-generated"],
} as const;

/** What nobody declared. */
export async function undeclaredFindings(
  admin: KeycloakAdmin,
  realm: string,
  placed: readonly Placed[],
): Promise<Seen[]> {
  const ids = new Set(placed.filter(({ type }) => type.startsWith("keycloak:")).map(({ id }) => id));
  const byType = (type: string) => placed.filter((one) => one.type === type);
  const findings: Seen[] = [];
  const add = (kind: string, things: readonly Thing[], at = "", leave: readonly string[] = []): void => {
    for (const thing of things) {
      const name =
        thing.clientId ?? thing.username ?? thing.path ?? thing.alias ?? thing.name ?? thing.id ?? "";
      if (thing.id === undefined || ids.has(thing.id) || leave.includes(name)) continue;
      findings.push({
        system,
        kind,
        target: at === "" ? name : `${at}: ${name}`,
        found: "there",
        id: thing.id,
      });
    }
  };

  const clients = await admin.list<Thing>("clients");
  add("client", clients, "", born.clients);
  for (const { id, clientId = "" } of clients) {
    if (id === undefined || !ids.has(id)) continue;
    add("role", await admin.list<Thing>(`clients/${id}/roles`), clientId);
    add(
      "mapper",
      (await admin.get<Thing[]>(`clients/${id}/protocol-mappers/models`)) ?? [],
      clientId,
      born.mappers,
    );
  }
  add("realm role", await admin.list<Thing>("roles"), "", [
    ...born.roles,
    // Made by `sync`, which keeps accounts there; nobody holds it.
    pinsRole,
    `default-roles-${realm.toLowerCase()}`,
  ]);
  add("group", await admin.groups());
  const providers =
    (await admin.get<(Thing & { internalId?: string })[]>("identity-provider/instances")) ?? [];
  const declared = new Set(
    placed.filter(({ type }) => /dentityProvider$/.test(type)).map(({ inputs }) => inputs.alias),
  );
  add(
    "identity provider",
    providers
      .filter(({ alias }) => !declared.has(alias))
      .map(({ internalId, alias = "" }) => ({ id: internalId ?? alias, alias })),
  );
  const components = async (type: string) => (await admin.get<Thing[]>("components", { type })) ?? [];
  add("key", await components("org.keycloak.keys.KeyProvider"), "", born.keys);
  add("user federation", await components("org.keycloak.storage.UserStorageProvider"));

  const users = byType("keycloak:index/user:User");
  if (users.length > 0) add("account", await admin.list<Thing>("users"));
  findings.push(...(await roleFindings(admin, realm, users, byType("keycloak:index/userRoles:UserRoles"))));
  return findings;
}

interface Mappings {
  readonly realmMappings?: readonly Thing[];
  readonly clientMappings?: Readonly<Record<string, { readonly mappings?: readonly Thing[] }>>;
}

/** Roles that declared people hold alone, and nobody granted them. */
async function roleFindings(
  admin: KeycloakAdmin,
  realm: string,
  users: readonly Placed[],
  granted: readonly Placed[],
): Promise<Seen[]> {
  const findings: Seen[] = [];
  for (const { id, name } of users) {
    const held = (await admin.get<Mappings>(`users/${id}/role-mappings`)) ?? {};
    const ours = granted
      .filter(({ inputs }) => inputs.userId === id)
      .flatMap(({ inputs }) => (inputs.roleIds ?? []) as string[]);
    const all = [
      ...(held.realmMappings ?? []).filter((role) => role.name !== `default-roles-${realm.toLowerCase()}`),
      ...Object.values(held.clientMappings ?? {}).flatMap(({ mappings = [] }) => mappings),
    ];
    for (const role of all)
      if (role.id !== undefined && !ours.includes(role.id))
        findings.push({
          system,
          kind: "role of a person",
          target: `${name}: ${role.name ?? ""}`,
          found: "held",
          id,
        });
  }
  return findings;
}

interface AdminEvent {
  readonly time: number;
  readonly resourcePath?: string;
  readonly resourceType?: string;
  readonly representation?: string;
  readonly authDetails?: { readonly userId?: string; readonly clientId?: string };
}

/** Adds who changed it last and when, where the realm's log still knows. */
export async function withAuthors(
  findings: readonly Seen[],
  realm: KeycloakAdmin,
  home: KeycloakAdmin,
): Promise<Finding[]> {
  if (findings.length === 0) return [];
  const events = (await realm.get<AdminEvent[]>("admin-events", { max: "1000" })) ?? [];
  const names = new Map<string, string | undefined>();
  const nameOf = async (id: string): Promise<string | undefined> => {
    if (!names.has(id)) {
      const asked = async (admin: KeycloakAdmin) =>
        (await admin.get<Thing>(`users/${id}`).catch(() => undefined))?.username;
      names.set(id, (await asked(home)) ?? (await asked(realm)) ?? `account ${id}`);
    }
    return names.get(id);
  };
  const told: Finding[] = [];
  for (const { id, ...finding } of findings) {
    const about = events.filter((event) => isAbout(event, finding, id));
    const [latest] = about.sort((a, b) => b.time - a.time);
    const who =
      latest?.authDetails?.userId === undefined ? undefined : await nameOf(latest.authDetails.userId);
    told.push({
      ...finding,
      ...(who !== undefined && { who }),
      ...(latest && { when: new Date(latest.time).toISOString() }),
    });
  }
  return told;
}

/** Some paths of the log hold an id, some a name, and that of the realm nothing; a child's id is in what was sent. */
function isAbout(event: AdminEvent, { kind, target }: Finding, id: string): boolean {
  const { resourcePath = "", resourceType = "", representation = "" } = event;
  if (kind === "realm" || kind === "realm events") return resourceType === "REALM";
  // Of what is a list in its place, the state's id is `realm/id of the place`.
  const own = id.split("/").at(-1) ?? "";
  if (own !== "" && (resourcePath.includes(own) || representation.includes(own))) return true;
  return resourcePath.endsWith(`/${target.split(": ").at(-1) ?? target}`);
}

/** `openIdGroupMembership` as `open id group membership`. */
function words(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}
