/**
 * A group of a workspace: a name that permissions are given to. Who is in it is not said here.
 *
 * In a workspace that is administered at admin.atlassian.com it is a group of the organisation, which is never
 * deleted from here.
 */
import { z } from "zod";

import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { isGone } from "../api/explain";
import { createGroup, deleteGroup, findGroup, groupAt, slugOf } from "../api/groups";
import { defineResource, workspace } from "../define";

/** At its ends no space; within, whatever people write. */
const printable = /^(?! )[^\p{C}]{1,255}(?<! )$/u;

const name = z
  .string()
  .regex(printable, "a name without control characters or spaces at its ends, of up to 255 characters")
  .refine((given) => slugOf(given) !== "", "a letter or digit of a to z and 0 to 9, to make the slug from")
  .refine(
    (given) => slugOf(given) !== "administrators",
    "administrators is the workspace's own group; choose another name",
  )
  .meta({
    description:
      "Name of the group, for example `Mobile Devs`, or its slug, for example `payments-leads`. Another name with the same slug is the same group, and changes nothing there.",
    replaceOnChanges: true,
  });

/** https://support.atlassian.com/bitbucket-cloud/docs/groups-endpoint/ */
export const groupResource = defineResource({
  name: "Group",
  description:
    "A group of a workspace. Its members are not part of it: nothing here adds or removes anybody. In a workspace that is administered at admin.atlassian.com it is made in the organisation (`BITBUCKET_ORGANIZATION_ID`, `BITBUCKET_ORGANIZATION_API_KEY`), is given Bitbucket by the role that the workspace's other groups have, and stays there when the resource goes, since other products may use it.",
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
  naming: {
    by: ["name"],
    isSame: ({ outputs }, { name }) => Promise.resolve(name !== undefined && slugOf(name) === outputs.slug),
  },
  lifecycle: {
    async create({ workspace, name }, session) {
      const expected = slugOf(name);
      const id = `${workspace}/${expected}`;
      const there = await findGroup(session, workspace, name);
      if (there !== undefined && there.slug !== expected)
        throw new Problem(
          `group ${name} of workspace ${workspace} has the slug ${there.slug}, which is not made of its name; name it by its slug`,
        );
      const { wasThere, end } = session.firstLooks.beginOne(`group ${id}`, there !== undefined);
      if (there !== undefined) {
        end();
        return { id, outputs: { slug: expected, adopted: wasThere } };
      }
      const { slug, adopted } = await createGroup(session, workspace, name);
      end();
      if (slug === expected) return { id, outputs: { slug, adopted } };
      if (!adopted) await deleteGroup(session, workspace, slug);
      throw new Problem(
        `bitbucket made the slug ${slug} of the group name ${name}, and so it was removed again; another group of workspace ${workspace} holds that slug, or did: choose another name`,
      );
    },

    // By its slug it is the same group, and people may call it as they like.
    update: ({ outputs }) => Promise.resolve(outputs),

    async read({ workspace, slug }, session, previous) {
      const there = await groupAt(session, workspace, slug).catch((thrown: unknown) => {
        if (isGone(thrown)) return undefined;
        throw thrown;
      });
      const adopted = previous?.outputs.adopted ?? false;
      return (
        there && {
          id: `${workspace}/${slug}`,
          inputs: { workspace, name: previous?.inputs.name ?? slug },
          outputs: { slug, adopted },
        }
      );
    },

    async delete({ inputs: { workspace }, outputs: { slug, adopted } }, session) {
      if (!adopted) await deleteGroup(session, workspace, slug);
    },
  },
});
