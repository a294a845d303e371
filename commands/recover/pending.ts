/**
 * After a crash the state remembers creates that were begun, but not whether they happened. Each is looked up by
 * its natural key: the name that the other system knows it by. What is there gets an import id; what is not, or
 * what is safe to write again, is simply forgotten.
 */
import { resourcesIn, type StackState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { providerUrn, readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";
import type { KeycloakAdmin } from "../../clients/keycloak";
import { clientNamed, userNamed } from "../../clients/named";

/** One begun create, as the state records it. Secrets in the inputs stay encrypted. */
export interface PendingCreate {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly parent?: string;
  /** URN and id of the provider resource, `urn::id`. */
  readonly provider: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What lookups may ask. */
export interface Systems {
  /** Keycloak's admin API, looking into one realm. */
  readonly keycloak: (realm: string) => KeycloakAdmin;
  /** Whether Bitbucket's plugin finds something under this import id. */
  readonly bitbucket: BitbucketLookup;
}

interface BitbucketLookup {
  groupExists(workspace: string, slug: string): Promise<boolean>;
  environmentExists(workspace: string, repository: string, name: string): Promise<boolean>;
}

interface Named {
  readonly id: string;
  readonly name?: string;
}

type Lookup = (inputs: Record<string, string>, systems: Systems) => Promise<string | undefined>;

/** The mapper's import id names the client it belongs to. */
const mapper: Lookup = async ({ realmId = "", clientId = "", name }, { keycloak }) => {
  const mappers = await keycloak(realmId).get<Named[]>(`clients/${clientId}/protocol-mappers/models`);
  const found = mappers?.find((one) => one.name === name);
  return found && `${realmId}/client/${clientId}/${found.id}`;
};

const client: Lookup = async ({ realmId = "", clientId = "" }, { keycloak }) => {
  const found = await clientNamed<Named>(keycloak(realmId), clientId);
  return found && `${realmId}/${found.id}`;
};

const lookups: Readonly<Record<string, Lookup>> = {
  "keycloak:index/realm:Realm": async ({ realm = "" }, { keycloak }) =>
    (await keycloak(realm).get("")) === undefined ? undefined : realm,
  "keycloak:openid/client:Client": (inputs, systems) => {
    // One that Keycloak brought is taken over again; imported, it would count as made here, and go one day.
    return inputs.import ? Promise.resolve(undefined) : client(inputs, systems);
  },
  "keycloak:saml/client:Client": (inputs, systems) => client(inputs, systems),
  "keycloak:oidc/identityProvider:IdentityProvider": async ({ realm = "", alias = "" }, { keycloak }) => {
    const found = await keycloak(realm).get(`identity-provider/instances/${encodeURIComponent(alias)}`);
    return found === undefined ? undefined : `${realm}/${alias}`;
  },
  "keycloak:index/role:Role": async ({ realmId = "", clientId = "", name = "" }, { keycloak }) => {
    const found = await keycloak(realmId).get<Named>(`clients/${clientId}/roles/${encodeURIComponent(name)}`);
    return found && `${realmId}/${found.id}`;
  },
  "keycloak:index/group:Group": async ({ realmId = "", parentId = "", name }, { keycloak }) => {
    // Names are unique among the children of one group, not in the tree.
    const [above, siblings] =
      parentId === "" ? ["", "groups"] : [`groups/${parentId}`, `groups/${parentId}/children`];
    const admin = keycloak(realmId);
    if ((await admin.get(above)) === undefined) return undefined;
    const found = (await admin.list<Named>(siblings)).find((group) => group.name === name);
    return found && `${realmId}/${found.id}`;
  },
  "keycloak:index/user:User": async ({ realmId = "", username = "" }, { keycloak }) => {
    const admin = keycloak(realmId);
    const found = await userNamed(admin, username);
    if (found === undefined) return undefined;
    // A person of a directory (LDAP) signs in by that: that Keycloak holds no credentials says nothing.
    if (found.federationLink !== undefined) return `${realmId}/${found.id}`;
    // The first password follows the account in a second request. An account that has no means to sign in and is in
    // no group is nobody yet: it is made again, since an import would leave it without.
    const means = ["credentials", "federated-identity", "groups"].map((list) => `users/${found.id}/${list}`);
    const held = await Promise.all(means.map((path) => admin.get<unknown[]>(path)));
    if (held.some((list) => (list?.length ?? 0) > 0)) return `${realmId}/${found.id}`;
    await admin.delete(`users/${found.id}`);
    return undefined;
  },
  "keycloak:openid/userPropertyProtocolMapper:UserPropertyProtocolMapper": mapper,
  "keycloak:openid/fullNameProtocolMapper:FullNameProtocolMapper": mapper,
  "keycloak:openid/groupMembershipProtocolMapper:GroupMembershipProtocolMapper": mapper,
  "keycloak:openid/hardcodedClaimProtocolMapper:HardcodedClaimProtocolMapper": mapper,
  "keycloak:saml/userPropertyProtocolMapper:UserPropertyProtocolMapper": mapper,
  "bitbucket:index:Group": async ({ workspace = "", name = "" }, { bitbucket }) =>
    (await bitbucket.groupExists(workspace, name)) ? `${workspace}/${name}` : undefined,
  "bitbucket:index:Deployment": async ({ workspace = "", repository = "", name = "" }, { bitbucket }) =>
    (await bitbucket.environmentExists(workspace, repository, name))
      ? `${workspace}/${repository}/${name}`
      : undefined,
  "bitbucket:index:ProjectPermissions": ({ workspace, project }) =>
    Promise.resolve(`${workspace}/${project}`),
  "bitbucket:index:RepositoryPermissions": ({ workspace, repository }) =>
    Promise.resolve(`${workspace}/${repository}`),
  "bitbucket:index:BranchRestrictions": ({ workspace, repository }) =>
    Promise.resolve(`${workspace}/${repository}`),
  "bitbucket:index:DeploymentVariables": ({ workspace, repository, environment }) =>
    Promise.resolve(`${workspace}/${repository}/${environment}`),
};

/**
 * Whether a server may still be at work on it when who asked is dead: Keycloak takes seconds to make a realm. Anything
 * else is there by the time that somebody looks, or never will be.
 */
export function takesTime(type: string): boolean {
  return type === "keycloak:index/realm:Realm";
}

/**
 * The id to import a pending create by, or undefined where there is nothing to import: it does not exist, or
 * writing it again changes nothing (event log, user profile, role mappings, memberships, generated passwords).
 */
export async function importIdOf(
  pending: Pick<PendingCreate, "type" | "inputs">,
  systems: Systems,
): Promise<string | undefined> {
  const lookup = lookups[pending.type];
  return lookup?.(pending.inputs as Record<string, string>, systems);
}

/** A pending create that happened. */
export interface Found extends PendingCreate {
  readonly id: string;
}

/** What `pulumi import --file` reads. https://www.pulumi.com/docs/iac/guides/migration/import/ */
export function importFileOf(found: readonly Found[]): object {
  // By number, since components within one another may share a name.
  const urns: string[] = [];
  const named = (urn: string | undefined): string | undefined => {
    if (urn === undefined || urn === "") return undefined;
    if (!urns.includes(urn)) urns.push(urn);
    return keyAt(urns.indexOf(urn));
  };
  const resources = found.map(({ type, name, id, parent, provider }) => ({
    type,
    name,
    id,
    parent: named(parent),
    provider: named(providerUrn(provider)),
  }));
  return { nameTable: Object.fromEntries(urns.map((urn, index) => [keyAt(index), urn])), resources };
}

function keyAt(index: number): string {
  return `resource_${index}`;
}

/**
 * The pending creates of an exported state, in its order. One that the state holds as well was imported by a `recover`
 * that did not come to its end.
 */
export function pendingCreates(state: StackState): PendingCreate[] {
  const recorded = new Set(resourcesIn(state).map(({ urn }) => urn));
  return (state.deployment.pending_operations ?? [])
    .filter(({ type, resource }) => type === "creating" && !recorded.has(resource.urn))
    .map(({ resource }) => ({
      urn: resource.urn,
      type: resource.type,
      name: readUrn(resource.urn).name,
      parent: resource.parent,
      provider: resource.provider ?? "",
      inputs: resource.inputs ?? {},
    }));
}

/** Whether an operation of any kind was begun and not ended. */
export function isPending(state: StackState): boolean {
  return (state.deployment.pending_operations ?? []).length > 0;
}
