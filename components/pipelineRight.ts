/**
 * The one right that a pipeline's tokens carry: to deploy to its own target, so that a service can check it as it checks
 * a person's. A token has a role where its holder has it *and* its client is for it, so both are placed.
 */
import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";

export interface Right {
  /** Name of the client role. Example: `deploy:PAY/payments-api`. */
  readonly role: string;
  readonly roleId: pulumi.Input<string>;
  /** Id that Keycloak gave the client which has the role. */
  readonly clientId: pulumi.Input<string>;
}

export interface RightArgs {
  /** A client with a service account. */
  readonly client: keycloak.openid.Client;
  readonly right: Right;
  /** Options of a resource within the realm. */
  readonly inside: pulumi.CustomResourceOptions;
}

/** @returns what has to be ready before a token carries the role */
export function placeRight(name: string, { client, right, inside }: RightArgs): pulumi.Resource[] {
  const { realmId, serviceAccountUserId } = client;
  const { roleId, clientId } = right;
  // By its name nobody would wait until it is there.
  const role = pulumi.output(roleId).apply(() => right.role);
  return [
    new keycloak.openid.ClientServiceAccountRole(
      name,
      { realmId, serviceAccountUserId, clientId, role },
      inside,
    ),
    // To take one away the plugin takes away all of the client, what has just been given in its place as well. One that is
    // left gives nothing without the other half, and goes with its role or its client.
    new keycloak.GenericRoleMapper(
      name,
      { realmId, clientId: client.id, roleId },
      { ...inside, retainOnDelete: true },
    ),
  ];
}
