/**
 * The UUID of a repository: what tokens of its pipelines call it by, and what stays when it is renamed. Nothing is made
 * in Bitbucket; that it is a resource and no function keeps it in the state, so that a preview knows it without asking,
 * and a repository is found by it under another name, and told from one that was made anew under the same.
 */
import { z } from "zod";

import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import type { Session } from "../api/client";
import { BitbucketError, isGone } from "../api/explain";
import { at, defineResource, type Place, placeNow, repository, workspace } from "../define";

const path = "/repositories/{workspace}/{repo_slug}";

const idOf = ({ workspace, repository }: Place) => `${workspace}/${repository}`;

/** @throws BitbucketError if nothing has the slug, or what had it is called otherwise now */
async function look(place: Place, session: Session) {
  const { uuid = "" } = await session.get(path, at(place));
  return { uuid };
}

/** Where the repository is, as `workspace/slug`; undefined for nowhere. */
async function whereIs(place: Place, uuid: string, session: Session): Promise<string | undefined> {
  try {
    const { full_name: name } = await session.get(path, at({ ...place, repositoryUuid: uuid }));
    return name ?? idOf(place);
  } catch (thrown) {
    if (thrown instanceof BitbucketError && thrown.movedTo !== undefined) return thrown.movedTo;
    if (isGone(thrown)) return undefined;
    throw thrown;
  }
}

/** What has the slug now; undefined if nothing has. */
async function uuidAt(place: Place, session: Session): Promise<string | undefined> {
  try {
    return (await look(place, session)).uuid;
  } catch (thrown) {
    if (isGone(thrown)) return undefined;
    throw thrown;
  }
}

const another = (place: Place, uuid: string, now: string) =>
  `repository ${idOf(place)} is another one now: ${uuid} is gone, and ${now} has its name; nothing of the old one goes to it: take it out of what is declared, bring that up, and declare it again`;

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/ */
export const repositoryIdentity = defineResource({
  name: "RepositoryIdentity",
  description:
    "The UUID of a repository, by which tokens of its pipelines name it, and by which the other resources of this package find it when it is renamed. Nothing is made or deleted in Bitbucket.",
  example: `const { uuid } = new bitbucket.RepositoryIdentity("web", { workspace: "acme", repository: "web" });`,
  importId: "workspace/repository",
  inputs: z.strictObject({ workspace, repository }),
  outputs: z.object({
    uuid: z.string().meta({ description: "UUID of the repository, with braces.", stable: true }),
  }),
  naming: {
    by: ["workspace", "repository"],

    /** Where nobody can be asked, as in the preview of a pull request, the update asks. */
    async isSame({ outputs: { uuid } }, { workspace, repository }, session) {
      if (workspace === undefined || repository === undefined) return false;
      const place = { workspace, repository };
      try {
        return (await look(place, session)).uuid === uuid;
      } catch (thrown) {
        if (!(thrown instanceof Problem)) throw thrown;
        // A name of before. The engine asks so, too, where a refresh has found the new one.
        if (thrown instanceof BitbucketError && thrown.movedTo !== undefined)
          return (await whereIs(place, uuid, session)) === thrown.movedTo;
        return true;
      }
    },
  },
  lifecycle: {
    async create(inputs, session) {
      return { id: idOf(inputs), outputs: await look(inputs, session) };
    },

    async read(named, session, previous) {
      const place = placeNow(named, previous);
      const uuid = previous?.outputs.uuid ?? (await uuidAt(place, session));
      if (uuid === undefined) return undefined;
      const found = { id: idOf(place), inputs: place, outputs: { uuid } };
      if (previous === undefined) return found;
      const now = await whereIs(place, uuid, session);
      if (now === idOf(place)) return found;
      if (now !== undefined) {
        const [workspace = "", repository = ""] = now.split("/");
        session.say(`repository ${idOf(place)} is ${now} now; write that name where it is declared`);
        return workspace === place.workspace
          ? { ...found, id: now, inputs: { workspace, repository } }
          : found;
      }
      const other = await uuidAt(place, session);
      if (other === undefined) return undefined;
      if (other === uuid) return found;
      // The state keeps the one that is gone, so that nothing becomes the other's by itself.
      session.say(another(place, uuid, other));
      return found;
    },

    async update({ inputs: before, outputs: { uuid } }, inputs, session) {
      const now = await look(inputs, session);
      if (now.uuid === uuid) return now;
      throw new Problem(
        `repository ${idOf(inputs)} is ${now.uuid}, and not ${uuid}, which this stack knows as ${idOf(before)}: it is another one, and not a new name of that; declare it under a name of its own`,
      );
    },

    delete: () => Promise.resolve(),
  },
});
