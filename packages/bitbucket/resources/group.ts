/**
 * A group of a workspace: a name that permissions are given to. Who is in it is not said here.
 *
 * In a workspace that is administered at admin.atlassian.com it is a group of the organisation, which is never
 * deleted from here.
 */
import { z } from "zod";

import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { isGone } from "../api/explain";
import { createGroup, deleteGroup, findGroup } from "../api/groups";
import { defineResource, workspace } from "../define";

/** Bitbucket makes the slug from the name; from a name of this form it makes the same. */
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;

const name = z
  .string()
  .regex(kebab, "lower-case letters and digits, in words joined by -")
  .refine(
    (given) => given !== "administrators",
    "administrators is the workspace's own group; choose another name",
  )
  .meta({ description: "Name and slug of the group, for example `payments-leads`.", replaceOnChanges: true });

/** https://support.atlassian.com/bitbucket-cloud/docs/groups-endpoint/ */
export const groupResource = defineResource({
  name: "Group",
  description:
    "A group of a workspace. Its members are not part of it: nothing here adds or removes anybody. In a workspace that is administered at admin.atlassian.com it is made in the organisation (`BITBUCKET_ORGANIZATION_ID`, `BITBUCKET_ORGANIZATION_API_KEY`) and stays there when the resource goes, since other products may use it.",
  example: `new bitbucket.Group("payments", { workspace: "acme", name: "payments" });`,
  importId: "workspace/slug",
  inputs: z.strictObject({ workspace, name }),
  outputs: z.object({
    slug: z.string().meta({ description: "What permissions and restrictions name it by.", stable: true }),
    adopted: z.boolean().meta({
      description: "Whether it was there without this resource. Deleting the resource then leaves it.",
      stable: true,
    }),
  }),
  lifecycle: {
    async create({ workspace, name }, session) {
      const id = `${workspace}/${name}`;
      const there = (await findGroup(session, workspace, name)) !== undefined;
      const { wasThere, end } = session.firstLooks.beginOne(`group ${id}`, there);
      if (there) {
        end();
        return { id, outputs: { slug: name, adopted: wasThere } };
      }
      const { slug, adopted } = await createGroup(session, workspace, name);
      end();
      if (slug === name) return { id, outputs: { slug, adopted } };
      await deleteGroup(session, workspace, slug);
      throw new Problem(
        `bitbucket made the slug ${slug} of the group name ${name}, and so it was removed again; another group of workspace ${workspace} holds that slug, or did: choose another name`,
      );
    },

    async read({ workspace, slug }, session, previous) {
      const there = await findGroup(session, workspace, slug).catch((thrown: unknown) => {
        if (isGone(thrown)) return undefined;
        throw thrown;
      });
      const adopted = previous?.outputs.adopted ?? false;
      return (
        there && { id: `${workspace}/${slug}`, inputs: { workspace, name: slug }, outputs: { slug, adopted } }
      );
    },

    async delete({ inputs: { workspace }, outputs: { slug, adopted } }, session) {
      if (!adopted) await deleteGroup(session, workspace, slug);
    },
  },
});
