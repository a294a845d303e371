/**
 * Whether pipelines run in a repository. A switch is always in some position, so there is nothing to create:
 * declaring it sets it, and deleting it sets it back to where it was. Where pipelines were never on, Bitbucket
 * answers 404 for the switch.
 */
import { z } from "zod";

import type { Session } from "../api/client";
import { isGone } from "../api/explain";
import { at, defineResource, inRepository, repositoryNaming, type Place, placeNow } from "../define";

const config = "/repositories/{workspace}/{repo_slug}/pipelines_config";

const idOf = ({ workspace, repository }: Place) => `${workspace}/${repository}`;

/** Undefined where they were never on. */
export async function pipelinesEnabled(place: Place, session: Session): Promise<boolean | undefined> {
  try {
    return (await session.get(config, at(place))).enabled ?? false;
  } catch (thrown) {
    if (isGone(thrown)) return undefined;
    throw thrown;
  }
}

async function set(place: Place, session: Session, enabled: boolean): Promise<void> {
  await session.put(config, at(place), { type: "pipelines_config", enabled });
}

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/ */
export const pipelinesConfig = defineResource({
  name: "PipelinesConfig",
  description:
    "Whether pipelines run in a repository. Deleting the resource sets the switch back to where it was.",
  example: `new bitbucket.PipelinesConfig("web", { workspace: "acme", repository: "web" });`,
  importId: "workspace/repository",
  inputs: z.strictObject({
    ...inRepository,
    enabled: z.boolean().default(true).meta({ description: "Whether they run. Default: they do." }),
  }),
  outputs: z.object({
    before: z.boolean().meta({
      description: "Whether they ran without this resource. Deleting it makes it so again.",
      stable: true,
    }),
  }),
  naming: repositoryNaming,
  lifecycle: {
    async create(inputs, session) {
      const now = (await pipelinesEnabled(inputs, session)) ?? false;
      const differs = now !== inputs.enabled;
      const { firstLooks } = session;
      const { wasThere: before, end } = firstLooks.beginOne(`pipelines of ${idOf(inputs)}`, now, differs);
      if (differs) await set(inputs, session, inputs.enabled);
      end();
      return { id: idOf(inputs), outputs: { before } };
    },

    async read(named, session, previous) {
      const place = placeNow(named, previous);
      const enabled = await pipelinesEnabled(place, session);
      if (enabled === undefined) return undefined;
      const before = previous?.outputs.before ?? enabled;
      return { id: idOf(place), inputs: { ...place, enabled }, outputs: { before } };
    },

    async update({ inputs: before, outputs }, inputs, session) {
      if (before.enabled !== inputs.enabled) await set(inputs, session, inputs.enabled);
      return outputs;
    },

    async delete({ inputs, outputs: { before } }, session) {
      const now = await pipelinesEnabled(inputs, session);
      if (now !== undefined && now !== before) await set(inputs, session, before);
    },
  },
});
