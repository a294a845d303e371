/**
 * Inputs whose change makes the engine replace a resource: delete what people and pipelines work with, and make another.
 *
 * @pulumi/keycloak has no schema in its package; the table is of what its schema calls `willReplaceOnChanges`, 6.13.0:
 * https://github.com/pulumi/pulumi-keycloak/blob/v6.13.0/provider/cmd/pulumi-resource-keycloak/schema.json
 */
import { bitbucket } from "@pulumi/bitbucket/provider";
import { keycloakIdentity } from "@pulumi/keycloak-identity/provider";
import type { Resource } from "@bitbucket-keycloak/pulumi-plugin/define";
import { rotation } from "@pulumi/rotation/provider";

const ofClient = ["realmId", "clientId", "clientScopeId"];

const ofOthers: Readonly<Record<string, readonly string[]>> = {
  "keycloak:index/genericRoleMapper:GenericRoleMapper": [...ofClient, "roleId"],
  "keycloak:index/group:Group": ["realmId", "parentId", "organizationId"],
  "keycloak:index/groupRoles:GroupRoles": ["realmId", "groupId"],
  "keycloak:index/realm:Realm": ["realm", "internalId"],
  "keycloak:index/realmEvents:RealmEvents": ["realmId"],
  "keycloak:index/realmKeystoreEcdsaGenerated:RealmKeystoreEcdsaGenerated": ["realmId"],
  "keycloak:index/realmKeystoreHmacGenerated:RealmKeystoreHmacGenerated": ["realmId"],
  "keycloak:index/realmKeystoreRsaGenerated:RealmKeystoreRsaGenerated": ["realmId"],
  "keycloak:index/realmUserProfile:RealmUserProfile": ["realmId"],
  "keycloak:index/role:Role": ["realmId", "clientId", "import"],
  "keycloak:index/user:User": ["realmId", "username", "import"],
  "keycloak:index/userRoles:UserRoles": ["realmId", "userId"],
  "keycloak:oidc/identityProvider:IdentityProvider": ["realm", "alias", "addReadTokenRoleOnCreate"],
  "keycloak:openid/audienceProtocolMapper:AudienceProtocolMapper": ofClient,
  "keycloak:openid/client:Client": ["realmId", "import"],
  "keycloak:openid/clientDefaultScopes:ClientDefaultScopes": ["realmId", "clientId"],
  "keycloak:openid/clientOptionalScopes:ClientOptionalScopes": ["realmId", "clientId"],
  "keycloak:openid/clientScope:ClientScope": ["realmId"],
  "keycloak:openid/clientServiceAccountRole:ClientServiceAccountRole": [
    "realmId",
    "clientId",
    "role",
    "serviceAccountUserId",
  ],
  "keycloak:openid/fullNameProtocolMapper:FullNameProtocolMapper": [...ofClient, "name"],
  "keycloak:openid/groupMembershipProtocolMapper:GroupMembershipProtocolMapper": [...ofClient, "name"],
  "keycloak:openid/hardcodedClaimProtocolMapper:HardcodedClaimProtocolMapper": ofClient,
  "keycloak:openid/userPropertyProtocolMapper:UserPropertyProtocolMapper": ofClient,
  "keycloak:saml/client:Client": ["realmId"],
  "keycloak:saml/userPropertyProtocolMapper:UserPropertyProtocolMapper": ofClient,
  // All that it is given: https://www.pulumi.com/registry/packages/random/api-docs/randompassword/
  "random:index/randomPassword:RandomPassword": ["keepers", "length", "special"],
};

const ofOurs = new Map<string, readonly string[]>(
  [...bitbucket.resources, ...rotation.resources, ...keycloakIdentity.resources].map((resource) => [
    resource.token,
    replacingOf(resource),
  ]),
);

/**
 * Where a resource knows no update, each of its inputs. A UUID that it learns of what it has by another name replaces
 * nothing: its naming says so, and `packages/bitbucket/resources/places.test.ts` shows it.
 */
function replacingOf({
  inputs,
  naming,
  lifecycle,
}: Pick<Resource<never>, "inputs" | "naming" | "lifecycle">): string[] {
  const learned = (naming?.by ?? []).filter((name) => name.endsWith("Uuid"));
  return Object.entries(inputs).flatMap(([name, { replaceOnChanges }]) =>
    (replaceOnChanges && !learned.includes(name)) || lifecycle.update === undefined ? [name] : [],
  );
}

/** @returns undefined where nobody has said what replaces a resource of this type */
export function replacingInputs(type: string): readonly string[] | undefined {
  return type.startsWith("pulumi:providers:") ? [] : (ofOurs.get(type) ?? ofOthers[type]);
}
