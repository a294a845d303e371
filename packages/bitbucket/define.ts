/** What the resources and functions of this package share: how they are defined, and the properties that most of them have. */
import { z } from "zod";

import { resourceDefiner } from "@bitbucket-keycloak/pulumi-plugin/define";
import { functionDefiner } from "@bitbucket-keycloak/pulumi-plugin/functions";
import type { Session } from "./api/client";

export const defineResource = resourceDefiner<Session>("bitbucket");
export const defineFunction = functionDefiner<Session>("bitbucket");

const slug = /^(?!\.{1,2}$)[a-z0-9_.-]+$/;

export const workspace = z
  .string()
  .regex(slug, "the slug of a workspace: lower-case letters, digits, _ . and -")
  .meta({ description: "Slug of the workspace, for example `acme`.", replaceOnChanges: true });

export const repository = z
  .string()
  .regex(slug, "the slug of a repository: lower-case letters, digits, _ . and -")
  .meta({ description: "Slug of the repository, for example `payments-api`.", replaceOnChanges: true });

export const projectKey = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]*$/, "the key of a project: capital letters, digits and _");

export const groupSlug = z.string().regex(slug, "the slug of a group: lower-case letters, digits, _ . and -");

const braces = /^\{[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}$/;
export const uuid = z
  .string()
  .regex(braces, "a UUID with its braces, {xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}");

export const adopt = z.boolean().default(false).meta({
  description:
    "Whether creating may take over what is there with other content, and make it equal. Otherwise that is an error which shows both sides.",
});

/** Outputs of the resources that own a list. */
export const owned = z.object({
  adopted: z.array(z.string()).meta({
    description: "Declared entries that were there without this resource. Deleting it leaves them.",
  }),
  placed: z.array(z.string()).meta({
    description: "Entries that this resource put there. Deleting it removes these and no others.",
  }),
});

/** Where most resources lie. */
export interface Place {
  readonly workspace: string;
  readonly repository: string;
}

/** A place in the words of Bitbucket's paths. */
export function at({ workspace, repository }: Place): { workspace: string; repo_slug: string } {
  return { workspace, repo_slug: repository };
}
