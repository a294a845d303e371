/**
 * What a run did and nobody wrote down. When a plugin dies, or somebody presses Ctrl-C, the engine gives up what is in
 * flight and forgets that it had begun it: what Keycloak has made by then is in the way of every later run ("409
 * Conflict"), and what it has deleted cannot be deleted again ("404 Not Found"). A preview says what the next run would
 * make and delete; whatever of that is done already is such a thing.
 *
 * Bitbucket's plugin keeps this memory itself: it lives with its own kill.
 */
import { resourcesIn, type ResourceState, type StackState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { providerUrn, readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";
import { stepsIn } from "../../engine/steps";
import { importIdOf, type PendingCreate, type Systems } from "./pending";

/** A resource that the next run would delete. */
export interface Doomed {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What the next run would do. */
export interface Plan {
  readonly creates: readonly PendingCreate[];
  readonly deletes: readonly Doomed[];
}

/** Reads what `pulumi preview --json` prints. */
export function planOf(text: string): Plan {
  const steps = stepsIn(text);
  return {
    creates: steps.flatMap(({ op, urn, newState }) => {
      if (op !== "create" || newState === undefined) return [];
      const { type, parent, provider = "", inputs = {} } = newState;
      const { name } = readUrn(urn);
      return [{ urn, type, name, provider, inputs, ...(parent !== undefined && { parent }) }];
    }),
    deletes: steps.flatMap(({ op, urn, oldState }) => {
      if (!isDelete(op) || oldState === undefined) return [];
      const { type, id = "", inputs = {} } = oldState;
      return [{ urn, type, name: readUrn(urn).name, id, inputs }];
    }),
  };
}

/** What was replaced goes, too. */
function isDelete(op: string): boolean {
  return ["delete", "delete-replaced"].includes(op);
}

const realmType = "keycloak:index/realm:Realm";

/**
 * Whether what Keycloak has under this name can only be this stack's own: it lies in a realm that the stack has made,
 * and its parent and its provider are known. A realm itself has to look as declared, see {@link looksDeclared}.
 */
export function mayBeOurs({ type, parent, provider, inputs }: PendingCreate, state: StackState): boolean {
  const resources = resourcesIn(state);
  const urns = new Set(resources.map(({ urn }) => urn));
  const isKnown = (urn: string | undefined) => urn === undefined || urn === "" || urns.has(urn);
  if (!type.startsWith("keycloak:") || !isKnown(parent)) return false;
  if (!isKnown(providerUrn(provider))) return false;
  return type === realmType || resources.some((one) => one.type === realmType && one.id === realmIn(inputs));
}

/** Whether the realm of this name carries the title and the owners that are declared. Anything else: true. */
export async function looksDeclared({ type, inputs }: PendingCreate, systems: Systems): Promise<boolean> {
  if (type !== realmType) return true;
  const { realm = "", displayName, attributes } = inputs as Partial<Representation> & { realm?: string };
  const there = await systems.keycloak(realm).get<Representation>("");
  return there?.displayName === displayName && there?.attributes?.owners === attributes?.owners;
}

interface Representation {
  readonly displayName?: string;
  readonly attributes?: { readonly owners?: string };
}

type PathOf = (doomed: { readonly id: string; readonly inputs: Readonly<Record<string, string>> }) => string;

const ofGroup: PathOf = ({ inputs }) => `groups/${inputs.groupId ?? ""}`;
const ofClient: PathOf = ({ inputs }) => `clients/${inputs.clientId ?? ""}`;
const mapper: PathOf = ({ id, inputs }) => `clients/${inputs.clientId ?? ""}/protocol-mappers/models/${id}`;

/** Where each type is found, below its realm; a list that belongs to something is gone with it. */
const places: Readonly<Record<string, PathOf>> = {
  [realmType]: () => "",
  "keycloak:openid/client:Client": ({ id }) => `clients/${id}`,
  "keycloak:saml/client:Client": ({ id }) => `clients/${id}`,
  "keycloak:saml/userPropertyProtocolMapper:UserPropertyProtocolMapper": mapper,
  "keycloak:index/realmKeystoreEcdsaGenerated:RealmKeystoreEcdsaGenerated": ({ id }) => `components/${id}`,
  "keycloak:index/realmKeystoreHmacGenerated:RealmKeystoreHmacGenerated": ({ id }) => `components/${id}`,
  "keycloak:index/realmKeystoreRsaGenerated:RealmKeystoreRsaGenerated": ({ id }) => `components/${id}`,
  "keycloak:index/role:Role": ({ id }) => `roles-by-id/${id}`,
  "keycloak:index/group:Group": ({ id }) => `groups/${id}`,
  "keycloak:index/user:User": ({ id }) => `users/${id}`,
  "keycloak:openid/userPropertyProtocolMapper:UserPropertyProtocolMapper": mapper,
  "keycloak:openid/fullNameProtocolMapper:FullNameProtocolMapper": mapper,
  "keycloak:openid/groupMembershipProtocolMapper:GroupMembershipProtocolMapper": mapper,
  "keycloak:openid/hardcodedClaimProtocolMapper:HardcodedClaimProtocolMapper": mapper,
  "keycloak:openid/clientServiceAccountRole:ClientServiceAccountRole": ({ inputs }) =>
    `users/${inputs.serviceAccountUserId ?? ""}`,
  "keycloak:index/genericRoleMapper:GenericRoleMapper": ({ inputs }) =>
    inputs.clientId === undefined
      ? `client-scopes/${inputs.clientScopeId ?? ""}`
      : `clients/${inputs.clientId}`,
  "keycloak:openid/clientDefaultScopes:ClientDefaultScopes": ofClient,
  "keycloak:openid/clientOptionalScopes:ClientOptionalScopes": ofClient,
  "keycloak:index/groupRoles:GroupRoles": ofGroup,
  "keycloak:index/groupMemberships:GroupMemberships": ofGroup,
  "keycloak:oidc/identityProvider:IdentityProvider": ({ inputs }) =>
    `identity-provider/instances/${inputs.alias ?? ""}`,
  "keycloak:index/userRoles:UserRoles": ({ inputs }) => `users/${inputs.userId ?? ""}`,
};

/** Identity providers call their realm otherwise than the other types do. */
function realmIn(inputs: Readonly<Record<string, unknown>>): string | undefined {
  const { realmId, realm } = inputs as { realmId?: string; realm?: string };
  return realmId ?? realm;
}

/** What stands by itself in Bitbucket; a list that belongs to something is left to the next run, which may delete it twice. */
const inBitbucket = ["bitbucket:index:Group", "bitbucket:index:Deployment"];

/**
 * Whether it has been deleted already. Deleting what is gone from Bitbucket is no error; but a deploy refreshes first, finds
 * nothing to delete, and so nothing to do: what is gone would stay in the state.
 */
export async function isGone(doomed: Doomed, systems: Systems): Promise<boolean> {
  if (inBitbucket.includes(doomed.type)) return (await importIdOf(doomed, systems)) === undefined;
  const { keycloak } = systems;
  const place = places[doomed.type];
  if (place === undefined) return false;
  const inputs = doomed.inputs as Readonly<Record<string, string>>;
  const realm = doomed.type === realmType ? doomed.id : (realmIn(inputs) ?? "");
  return (await keycloak(realm).get(place({ id: doomed.id, inputs }))) === undefined;
}

/** The same state without its pending operations, and without what is gone. */
export function mended<Of extends StackState>(state: Of, gone: readonly Doomed[]): Of {
  const { deployment } = state;
  const isLost = ({ urn, id }: ResourceState) => gone.some((one) => one.urn === urn && one.id === id);
  const resources = deployment.resources?.filter((one) => !isLost(one));
  return { ...state, deployment: { ...deployment, ...(resources && { resources }), pending_operations: [] } };
}
