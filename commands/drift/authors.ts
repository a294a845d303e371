/** Who changed what was found, by the realm's log. */
import type { KeycloakAdmin } from "../../clients/keycloak";
import type { Finding } from "../../evidence/reports/drift";
import type { Seen, Thing } from "./thing";

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
  const path = resourcePath.split("/");
  // Whole, since the id of some is a name, which others may contain.
  if (own !== "" && (path.includes(own) || representation.includes(JSON.stringify(own)))) return true;
  return resourcePath.endsWith(`/${target.split(": ").at(-1) ?? target}`);
}
