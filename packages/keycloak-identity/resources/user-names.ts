/** That nobody but an administrator changes a user name, whatever the realm's own switch for it says. */
import { z } from "zod";

import { listOf } from "@bitbucket-keycloak/pulumi-plugin/define";
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { defineResource, realm } from "../define";

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
    create: () => Promise.reject(new Problem("not built yet")),
    read: () => Promise.reject(new Problem("not built yet")),
    update: () => Promise.reject(new Problem("not built yet")),
    delete: () => Promise.resolve(),
  },
});
