/**
 * A workspace as an issuer of tokens, for a service that is to trust it. Nothing is made in Bitbucket; that it is a
 * resource and no function keeps it in the state, so that a preview knows it without asking Bitbucket.
 */
import { z } from "zod";

import { isGone } from "../api/explain";
import { defineResource, workspace } from "../define";
import { issuerOf } from "../issuer";

/** https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/ */
export const pipelinesIssuer = defineResource({
  name: "PipelinesIssuer",
  description:
    "What a service needs to know of a workspace to trust the OpenID Connect tokens of its pipelines. Nothing is made or deleted in Bitbucket.",
  example: `const { issuer, workspaceUuid } = new bitbucket.PipelinesIssuer("acme", { workspace: "acme" });`,
  importId: "workspace",
  inputs: z.strictObject({ workspace }),
  outputs: z.object({
    workspaceUuid: z.string().meta({
      description: "UUID of the workspace, with braces. Its slug can be given up and taken by others.",
      stable: true,
    }),
    issuer: z
      .string()
      .meta({ description: "Issuer of the tokens (`iss`), at the address of the API.", stable: true }),
    jwksUrl: z.string().meta({ description: "Address of the keys that they are signed with.", stable: true }),
  }),
  lifecycle: {
    async create(inputs, session) {
      return { id: inputs.workspace, outputs: await issuerOf(inputs, session) };
    },

    async read(place, session) {
      try {
        return { id: place.workspace, inputs: place, outputs: await issuerOf(place, session) };
      } catch (thrown) {
        if (isGone(thrown)) return undefined;
        throw thrown;
      }
    },

    delete: () => Promise.resolve(),
  },
});
