/** What project and repository permissions have in common: a list of groups and users, each with one permission. */
import { z } from "zod";

import { listOf } from "@bitbucket-keycloak/pulumi-plugin/define";
import { groupSlug, uuid } from "../define";
import { type Entry, type OwnedList } from "../owned";

export interface Holder<P extends string> {
  readonly group?: string | undefined;
  readonly user?: string | undefined;
  readonly permission: P;
}

/**
 * The `holders` input.
 *
 * @param typeName name of an entry's type in the schema
 */
export function holders<const P extends readonly [string, ...string[]]>(
  typeName: string,
  permissions: P,
  of: string,
) {
  const holder = z
    .strictObject({
      group: groupSlug
        .optional()
        .meta({ description: "Slug of the group that holds it. Exactly one of `group` and `user`." }),
      user: uuid.optional().meta({
        description: "UUID of the account that holds it, with braces. Exactly one of `group` and `user`.",
      }),
      permission: z.enum(permissions).meta({ description: "What it may do." }),
    })
    .check((context) => {
      const { group, user } = context.value;
      if ((group === undefined) === (user === undefined)) {
        const message = `${group === undefined ? "neither group nor user is" : "both group and user are"} given; give exactly one`;
        context.issues.push({ code: "custom", message, input: context.value });
      }
    })
    .meta({ typeName });
  return listOf(holder, holderKey).meta({
    description: `Everybody who holds a permission on the ${of} itself. Whoever is not listed here loses it.`,
  });
}

/** What tells holders of one place apart. Example: `group payments`. */
export function holderKey({
  group,
  user,
}: {
  group?: string | undefined;
  user?: string | undefined;
}): string {
  return group === undefined ? `user ${user ?? ""}` : `group ${group}`;
}

interface Present<P extends string> {
  readonly permission?: P | "none";
}

/** What Bitbucket can do with the list of one place. */
export interface HolderRequests<P extends string> {
  readonly groups: () => Promise<readonly (Present<P> & { readonly group?: { readonly slug?: string } })[]>;
  readonly users: () => Promise<readonly (Present<P> & { readonly user?: object })[]>;
  readonly putGroup: (group: string, permission: P) => Promise<unknown>;
  readonly putUser: (user: string, permission: P) => Promise<unknown>;
  readonly deleteGroup: (group: string) => Promise<unknown>;
  readonly deleteUser: (user: string) => Promise<unknown>;
}

/** The list of one place; `of` names it: `repository acme/payments-api`. */
export function holderList<P extends string>(
  of: string,
  requests: HolderRequests<P>,
): Omit<OwnedList<Holder<P>, undefined>, "property"> {
  const put = ({ group, user, permission }: Holder<P>) =>
    group === undefined ? requests.putUser(user ?? "", permission) : requests.putGroup(group, permission);
  return {
    what: `the permissions on ${of}`,
    keyOf: holderKey,
    equal: (declared, present) => declared.permission === present.permission,
    show: ({ permission }) => permission,
    read: async () => {
      const [groups, users] = await Promise.all([requests.groups(), requests.users()]);
      return [
        ...groups.flatMap(({ group, permission }) => entry({ group: group?.slug }, permission)),
        ...users.flatMap(({ user, permission }) =>
          entry({ user: (user as { uuid?: string } | undefined)?.uuid }, permission),
        ),
      ];
    },
    add: put,
    change: (_, declared) => put(declared),
    remove: ({ entry: { group, user } }) =>
      group === undefined ? requests.deleteUser(user ?? "") : requests.deleteGroup(group),
  };
}

function entry<P extends string>(
  who: { group?: string | undefined } | { user?: string | undefined },
  permission: P | "none" | undefined,
): Entry<Holder<P>, undefined>[] {
  return permission === undefined || permission === "none"
    ? []
    : [{ entry: { ...who, permission: permission }, handle: undefined }];
}
