/** The realm as a whole: what differs from what is declared, what nobody declared, and who did it. */
import { KeycloakAdmin } from "../../clients/keycloak";
import { withAuthors } from "./authors";
import { changedFindings } from "./changed";
import { isInKeycloak } from "../../engine/placed";
import type { Check } from "./check";
import type { Finding } from "../../evidence/reports/drift";
import { undeclaredFindings } from "./undeclared";
import { variable } from "../../access/environment";

/** One finding where the realm is missing. Authors are added as far as Keycloak's log of admin events reaches. */
export async function realmFindings(check: Check): Promise<Finding[]> {
  const { settings, placed, now, hasRealm } = check;
  const { env } = check.engine;
  const { url, realm } = settings.keycloak;
  const home = env[variable.keycloakRealm] ?? "master";
  const adminOf = (name: string) => KeycloakAdmin.from(url, name, env);
  const admin = adminOf(realm);
  if (!hasRealm) return [{ system: "keycloak", kind: "realm", target: realm, declared: "there" }];
  const changed = await changedFindings(check, admin);
  const ours = [...now.placed, ...placed].filter(isInKeycloak);
  const found = await undeclaredFindings(admin, realm, ours);
  const isObserved = settings.keycloak.observed?.includes("realm") ?? false;
  // What lies in a client of ours is ours in every realm.
  const undeclared = found.map((one) =>
    isObserved && !["role", "mapper"].includes(one.kind) ? { ...one, observed: true as const } : one,
  );
  return withAuthors([...changed, ...undeclared], admin, adminOf(home));
}
