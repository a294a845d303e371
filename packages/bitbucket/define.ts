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
  hint: true,
});

export const adoptBy = z.string().min(1).optional().meta({
  description:
    "What to do where something is there that differs, for the error: who sets `adopt` in this program, and how. Default: `set adopt: true`.",
  hint: true,
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
  /** Undefined: whatever has the slug is meant. */
  readonly repositoryUuid?: string | undefined;
}

/** Which repository, as most resources are told it. */
export const inRepository = {
  workspace,
  repository,
  repositoryUuid: uuid.optional().meta({
    description:
      "UUID of the repository, as a `RepositoryIdentity` gives it. With it the repository is the same one under another slug, and one that was made anew under the same slug is never written to. Default: whatever has the slug.",
    replaceOnChanges: true,
  }),
};

/** A place by these names is the same one by the last of them, or where a side lacks that by the others. */
function namingBy<N extends string>(...by: readonly [...N[], N]) {
  const [uuid, ...others] = [...by].reverse() as [N, ...N[]];
  type Named = Readonly<Partial<Record<N, unknown>>>;
  const isSame = ({ inputs: before }: { readonly inputs: Named }, after: Named): Promise<boolean> => {
    const isKnown = before[uuid] !== undefined && after[uuid] !== undefined;
    return Promise.resolve((isKnown ? [uuid] : others).every((name) => before[name] === after[name]));
  };
  return { by, isSame };
}

/** With the same UUID a repository is the same one, whatever its slug. */
export const repositoryNaming = namingBy("workspace", "repository", "repositoryUuid");
export const projectNaming = namingBy("workspace", "project", "projectUuid");

/** A place in the words of Bitbucket's paths. By its UUID a repository is found whatever it is called today. */
export function at({ workspace, repository, repositoryUuid }: Place): {
  workspace: string;
  repo_slug: string;
} {
  if (repositoryUuid === undefined) return { workspace, repo_slug: repository };
  return { workspace, repo_slug: repositoryUuid, ...{ repo_name: repository } };
}

/** The place of an id, as the state names it today: an id keeps the slug of the day when it was made. */
export function placeNow<P extends object>(place: P, previous: { readonly inputs: object } | undefined): P {
  if (previous === undefined) return place;
  const inputs = previous.inputs as Record<string, unknown>;
  const named = [...Object.keys(place), "repositoryUuid", "projectUuid"].filter(
    (key) => inputs[key] !== undefined,
  );
  return { ...place, ...Object.fromEntries(named.map((key) => [key, inputs[key]])) };
}
