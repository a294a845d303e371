/** The keys that a realm publishes for SAML, by the numbers that the stack knows them by. */
import type { ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";
import type { KeycloakAdmin } from "../../clients/keycloak";
import { samlKeyOfRealm } from "../../engine/rotations/status";
import { certificateOf, signingOf, type RealmKey } from "../../clients/realmKeys";

export interface SamlKeyFound {
  /** 0 is the realm's own. */
  readonly number: number;
  /** SHA-256 of its certificate, 64 hexadecimal digits. */
  readonly fingerprint: string;
  /** Whether it is the one that signs. */
  readonly signs: boolean;
}

/**
 * The RSA keys for RS256, in Keycloak's order. A key that the stack did not make has number 0.
 *
 * @param resources of the exported state
 */
export async function samlKeysOf(
  admin: Pick<KeycloakAdmin, "get">,
  resources: readonly ResourceState[],
): Promise<SamlKeyFound[]> {
  const { keys = [] } = (await admin.get<{ keys?: (RealmKey & { algorithm?: string })[] }>("keys")) ?? {};
  const ours = new Map(
    resources
      .filter(({ type }) => type === samlKeyOfRealm)
      .map(({ id, urn }) => [id, Number(readUrn(urn).name.split("-").at(-1))]),
  );
  const rsa = keys.filter(({ algorithm }) => algorithm === "RS256");
  const signing = signingOf(rsa)?.fingerprint;
  return rsa.flatMap((key) => {
    const fingerprint = certificateOf(key)?.fingerprint;
    if (fingerprint === undefined) return [];
    return [{ number: ours.get(key.providerId) ?? 0, fingerprint, signs: fingerprint === signing }];
  });
}

/**
 * @param shown a fingerprint as a person has it: colons and capitals do not matter
 * @throws if none has it; those that there are, are named
 */
export function publishedKeyOf(shown: string, keys: readonly SamlKeyFound[]): SamlKeyFound {
  const wanted = shown.replaceAll(":", "").toLowerCase();
  const found = keys.find(({ fingerprint }) => fingerprint === wanted);
  if (found !== undefined) return found;
  const all = keys.map(
    ({ number, fingerprint, signs }) => `key ${number} ${fingerprint}${signs ? " (signs)" : ""}`,
  );
  throw new Error(
    `found no published SAML certificate with the fingerprint "${shown}"; there are ${all.join(", ")}`,
  );
}
