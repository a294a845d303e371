/** The realm as a whole: what differs from the state, what nobody declared, and who did it. */
import { KeycloakAdmin } from "../../clients/keycloak";
import { withAuthors } from "./authors";
import { changedFindings } from "./changed";
import type { Check } from "./check";
import type { Finding } from "../../evidence/reports/drift";
import { undeclaredFindings } from "./undeclared";
import { variable } from "../../access/environment";

export async function realmFindings({ engine, stack, settings, placed }: Check): Promise<Finding[]> {
  const { env } = engine;
  const { url, realm } = settings.keycloak;
  const home = env[variable.keycloakRealm] ?? "master";
  const adminOf = (name: string) => KeycloakAdmin.from(url, name, env);
  const admin = adminOf(realm);
  if ((await admin.get("")) === undefined)
    return [{ system: "keycloak", kind: "realm", target: realm, declared: "there" }];
  const ours = placed.filter(({ type }) => type.startsWith("keycloak:"));
  const changed = await changedFindings(engine, stack, ours);
  const undeclared = await undeclaredFindings(admin, realm, ours);
  return withAuthors([...changed, ...undeclared], admin, adminOf(home));
}
