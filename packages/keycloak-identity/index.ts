/**
 * `@pulumi/keycloak-identity`: what changes in the lives of Keycloak's people and groups, beside `@pulumi/keycloak`, which
 * creates and deletes them.
 *
 * Loaded by each run of a program, so it holds definitions only: the connection to Keycloak is the plugin's.
 */
import * as pulumi from "@pulumi/pulumi";

import { resourceClass } from "@bitbucket-keycloak/pulumi-plugin/sdk";
import { groupParent } from "./resources/group-parent";
import { members } from "./resources/members";
import { profile } from "./resources/profile";
import { userNames } from "./resources/user-names";

export interface ProviderArgs {
  /** Address of the server, with its path where it has one: `https://sso.acme.example`. */
  readonly url: pulumi.Input<string>;
  /** Realm that the credentials are of. Default: the environment's `KEYCLOAK_REALM`, else `master`. */
  readonly realm?: pulumi.Input<string | undefined>;
}

/**
 * A connection to Keycloak. Its credentials come from the environment variables that `@pulumi/keycloak` reads, too
 * (`KEYCLOAK_CLIENT_ID` and `KEYCLOAK_CLIENT_SECRET`, or `KEYCLOAK_USER` and `KEYCLOAK_PASSWORD`), and are never
 * configuration, which would put them into the state.
 */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs, opts?: pulumi.ResourceOptions) {
    super("keycloak-identity", name, { url: args.url, realm: args.realm }, opts);
  }
}

/** The group that a group is within: a change moves it, and its id, members, roles and subgroups stay. */
export class GroupParent extends resourceClass(groupParent) {}

/** User name, address and names of an account that exists; nothing else of it is written. */
export class Profile extends resourceClass(profile) {}

/** The members of a group, by ids. Whom somebody took out by hand stays out, and is named. */
export class Members extends resourceClass(members) {}

/** That user names may be changed by administrators alone. */
export class UserNames extends resourceClass(userNames) {}
