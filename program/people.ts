/**
 * Where people come from elsewhere, the run finds those whom it names before it begins: their ids are what memberships and
 * rights are declared by, and whoever is not there yet is a mistake like any other.
 */
import { sentenceOf, type DesiredKeycloak, type Settings } from "../access";
import type { KeycloakAdmin } from "../clients/keycloak";
import { idsOf, namedBy } from "../clients/realmPeople";
import { nobody, type FoundPeople } from "../components";

type Asked = Pick<KeycloakAdmin, "get" | "people">;

export interface Search {
  readonly found: FoundPeople;
  /** A sentence for everybody who is named and not there. */
  readonly problems: readonly string[];
}

/**
 * @param warn told where there is no realm yet: whether a run makes no more than that nobody knows
 * @returns nothing is asked where nobody has to be there
 */
export async function searchPeople(
  keycloak: Asked,
  { realm, people: from }: Pick<Settings["keycloak"], "realm" | "people">,
  desired: Pick<DesiredKeycloak, "groups" | "people">,
  warn: (text: string) => void,
): Promise<Search> {
  const named = from === "external" ? namedBy(desired) : [];
  if (named.length === 0) return { found: new Map(), problems: [] };
  if ((await keycloak.get("")) === undefined) {
    warn(tooEarly(realm));
    return { found: undefined, problems: [] };
  }
  const found = await idsOf([...new Set(named.map(({ name }) => name))], keycloak);
  const missing = named.filter(({ name }) => !found.has(name));
  return { found, problems: missing.map(({ path }) => nobody(path, realm)) };
}

function tooEarly(realm: string): string {
  return sentenceOf({
    path: `realm ${realm}`,
    found: "no such realm, and people who come from elsewhere (keycloak.people: external)",
    allowed: "people who are there",
    fix: "make the realm alone first (--target '**Realm**'), connect its directory, then bring up the rest",
  });
}
