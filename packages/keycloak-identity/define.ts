/** What the resources of this package share: how they are defined, and the properties that most of them have. */
import { z } from "zod";

import { resourceDefiner } from "@bitbucket-keycloak/pulumi-plugin/define";
import type { Session } from "./session";

export const defineResource = resourceDefiner<Session>("keycloak-identity");

export const realm = z
  .string()
  .min(1)
  .meta({ description: "Name of the realm, for example `acme`.", replaceOnChanges: true });

/** An id as Keycloak gives them; those of a user storage hold more than a UUID. */
export const id = z.string().regex(/^[^/\s]+$/, "the id that Keycloak gave, and no name or path");

export const groupId = id.meta({
  description: "Id of the group, as in the address of its page in the console.",
  replaceOnChanges: true,
});
