/** That nobody but an administrator changes a user name, whatever the realm's own switch for it says. */
import { isDeepStrictEqual } from "node:util";

import { z } from "zod";

import { listOf } from "@bitbucket-keycloak/pulumi-plugin/define";
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import type { KeycloakAdmin } from "../client/keycloak";
import { defineResource, realm } from "../define";
import type { Session } from "../session";

const inputs = z.strictObject({
  realm,
  editors: listOf(z.enum(["admin"]), (one) => one)
    .default(["admin"])
    .meta({ description: "Who may change user names: administrators, and nobody else." }),
});

export const userNames = defineResource({
  name: "UserNames",
  description:
    "In the realm's user profile: the user name may be changed by administrators alone. Keep it ahead of the realm's `editUsernameAllowed`, which on its own lets people rename themselves. Everything else of the profile is left alone. Deleting this leaves the profile as it is.",
  example: `new identity.UserNames("acme", { realm: "acme" });`,
  importId: "realm",
  inputs,
  outputs: z.object({}),
  lifecycle: {
    async create(wanted, session) {
      await write(wanted, session);
      return { id: wanted.realm, outputs: {} };
    },

    async read({ realm }, session) {
      const profile = await session.realm(realm).get<UserProfile>(path);
      // Whoever else may edit is among these, and so a difference that the next run takes away.
      const editors = editorsIn(profile) as readonly "admin"[] | undefined;
      return editors && { id: realm, inputs: { realm, editors }, outputs: {} };
    },

    async update(_, wanted, session) {
      await write(wanted, session);
      return {};
    },

    delete: () => Promise.resolve(),
  },
});

const path = "users/profile";

/** As much of a realm's user profile as is looked at; all of it is sent back. */
interface UserProfile {
  readonly attributes?: readonly {
    readonly name: string;
    readonly permissions?: { readonly edit?: readonly string[] };
  }[];
}

function editorsIn(profile: UserProfile | undefined): readonly string[] | undefined {
  return profile && (profile.attributes?.find(({ name }) => name === "username")?.permissions?.edit ?? []);
}

async function write({ realm, editors }: z.output<typeof inputs>, session: Session): Promise<void> {
  const keycloak: KeycloakAdmin = session.realm(realm);
  const profile = await keycloak.get<UserProfile>(path);
  if (profile === undefined)
    throw new Problem(`there is no realm ${realm}: run this again with --refresh, or make it first`);
  if (isDeepStrictEqual(editorsIn(profile), editors)) return;
  const attributes = profile.attributes?.map((attribute) =>
    attribute.name === "username"
      ? { ...attribute, permissions: { ...attribute.permissions, edit: editors } }
      : attribute,
  );
  await keycloak.put(path, { ...profile, attributes });
}
