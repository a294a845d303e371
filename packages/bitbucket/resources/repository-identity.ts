/**
 * The UUID of a repository: what tokens of its pipelines call it by, and what stays when it is renamed. Nothing is made
 * in Bitbucket; that it is a resource and no function keeps it in the state, so that a preview knows it without asking.
 */
import { z } from "zod";

import type { Session } from "../api/client";
import { isGone } from "../api/explain";
import { at, defineResource, type Place, repository, workspace } from "../define";

async function look(place: Place, session: Session) {
  const { uuid = "" } = await session.get("/repositories/{workspace}/{repo_slug}", at(place));
  return { uuid };
}

const idOf = ({ workspace, repository }: Place) => `${workspace}/${repository}`;

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/ */
export const repositoryIdentity = defineResource({
  name: "RepositoryIdentity",
  description:
    "The UUID of a repository, by which tokens of its pipelines name it. Nothing is made or deleted in Bitbucket.",
  example: `const { uuid } = new bitbucket.RepositoryIdentity("web", { workspace: "acme", repository: "web" });`,
  importId: "workspace/repository",
  inputs: z.strictObject({ workspace, repository }),
  outputs: z.object({
    uuid: z.string().meta({ description: "UUID of the repository, with braces.", stable: true }),
  }),
  lifecycle: {
    async create(inputs, session) {
      return { id: idOf(inputs), outputs: await look(inputs, session) };
    },

    async read(place, session) {
      try {
        return { id: idOf(place), inputs: place, outputs: await look(place, session) };
      } catch (thrown) {
        if (isGone(thrown)) return undefined;
        throw thrown;
      }
    },

    delete: () => Promise.resolve(),
  },
});
