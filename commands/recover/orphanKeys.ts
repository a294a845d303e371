/**
 * Signing keys that a run made and nobody wrote down. Keycloak takes a second key of the same name without a word, so
 * the next run would make it again, and the first would be published for ever: it is taken away. It is the newest of
 * its algorithm, and ranks below the others: it has never signed anything.
 */
import { resourcesIn, type ResourceState, type StackState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";
import { rotationNames } from "../../access";
import type { KeycloakAdmin } from "../../clients/keycloak";

interface Component {
  readonly id: string;
  readonly name: string;
  readonly config?: Readonly<Record<string, readonly string[]>>;
}

const realmType = "keycloak:index/realm:Realm";
const ourName = /^(?:es256|hs512|saml)-(\d+)$/;

/**
 * @returns what was taken away, a line each; keys that a newer state may know are left and named
 */
export async function removeOrphanKeys(
  state: StackState,
  keycloak: (realm: string) => KeycloakAdmin,
): Promise<string[]> {
  const resources = resourcesIn(state);
  const realm = resources.find(({ type }) => type === realmType)?.id;
  if (realm === undefined) return [];
  const admin = keycloak(realm);
  const components = await admin.get<Component[]>("components", { type: "org.keycloak.keys.KeyProvider" });
  const said: string[] = [];
  for (const { component, isNewer } of orphansOf(components ?? [], resources)) {
    if (!isNewer) await admin.delete(`components/${component.id}`);
    said.push(
      isNewer
        ? `not mended: signing key ${component.name} is newer than this state; bring back the newest one`
        : `signing key ${component.name}: made and not recorded, taken away`,
    );
  }
  return said;
}

/**
 * Keys of ours that the state does not know. A newer one than its last rotation has made is of another state; so is a SAML key
 * that may sign, since it is made as one that may not.
 */
export function orphansOf(
  components: readonly Component[],
  resources: readonly ResourceState[],
): { component: Component; isNewer: boolean }[] {
  const known = new Set(resources.map(({ id }) => id));
  const schedule = resources.find(
    ({ type, urn }) => type === "rotation:index:Schedule" && readUrn(urn).name === rotationNames.signingKeys,
  );
  const rotation = (schedule?.inputs?.rotation as number | undefined) ?? 0;
  return components.flatMap((component) => {
    const number = ourName.exec(component.name)?.[1];
    if (number === undefined || known.has(component.id)) return [];
    const isNewer = component.name.startsWith("saml-")
      ? component.config?.active?.[0] !== "false"
      : Number(number) > rotation + 2;
    return [{ component, isNewer }];
  });
}
