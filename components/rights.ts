/**
 * The roles `<capability>:<target>` that say who may do what. They lie on a client of their own that nobody signs in by, so
 * that another method of signing in moves none of them.
 */
import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import { rightsClient, sentenceOf } from "../access";
import type { Realm } from "./realm";
import { refuse, twice } from "./validate";

export interface RightsArgs {
  realm: Realm;
  /** Client roles to declare. Example: `["merge:PAY/payments-api"]`. */
  roles: readonly string[];
  /** Roles that hold others, which hold none. Default: none. Example: `{ "merge:PAY": ["merge:PAY/payments-api"] }`. */
  composites?: Readonly<Record<string, readonly string[]>>;
}

export class Rights extends pulumi.ComponentResource {
  /** Id that Keycloak gave the client that has the roles. */
  readonly id: pulumi.Output<string>;
  /** Ids of the roles, by name. */
  readonly roleIds: ReadonlyMap<string, pulumi.Output<string>>;

  constructor(name: string, args: RightsArgs, opts?: pulumi.ComponentResourceOptions) {
    refuse(twice(`rights ${name}: roles`, args.roles));
    super("bitbucket-keycloak:index:Rights", name, {}, opts);
    const { realm } = args;
    const client = new keycloak.openid.Client(
      rightsClient,
      {
        realmId: realm.id,
        clientId: rightsClient,
        enabled: realm.on("client", rightsClient),
        name: "Rights at Bitbucket",
        description: "Holds the roles that say who may do what; nobody signs in by it",
        accessType: "BEARER-ONLY",
        standardFlowEnabled: false,
        implicitFlowEnabled: false,
        directAccessGrantsEnabled: false,
        serviceAccountsEnabled: false,
        fullScopeAllowed: false,
      },
      realm.inside(this),
    );
    this.id = client.id;
    this.roleIds = placeRoles(args, client.id, realm.inside(this));
    this.registerOutputs({ id: this.id });
  }
}

/** Those that hold others come after these. */
function placeRoles(
  { realm, roles, composites = {} }: RightsArgs,
  clientId: pulumi.Output<string>,
  inside: pulumi.CustomResourceOptions,
): Map<string, pulumi.Output<string>> {
  const ids = new Map<string, pulumi.Output<string>>();
  const membersOf = (role: string) => composites[role] ?? [];
  for (const role of [...roles].sort((a, b) => membersOf(a).length - membersOf(b).length)) {
    const members = membersOf(role).flatMap((other) => ids.get(other) ?? []);
    const args = {
      realmId: realm.id,
      clientId,
      name: role,
      // Also where there are none: the plugin would otherwise keep those that somebody has added.
      compositeRoles: members,
    };
    ids.set(role, new keycloak.Role(role, args, inside).id);
  }
  return ids;
}

/**
 * The id of a role, for a component that is to be given it. Called before `super()`.
 *
 * @param component who asks. Example: `team payments`
 * @throws pulumi.RunError if the rights lack the role
 */
export function roleIdOf(
  component: string,
  role: string,
  { roleIds }: Pick<Rights, "roleIds">,
): pulumi.Output<string> {
  const id = roleIds.get(role);
  if (id !== undefined) return id;
  const problem = {
    path: `${component}: roles`,
    found: role,
    allowed: [...roleIds.keys()].join(", ") || "none is declared",
    fix: "declare it among the roles of the rights, or take it out here",
  };
  throw new pulumi.RunError(sentenceOf(problem));
}
