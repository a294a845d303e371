/** A workspace as an issuer of tokens: each step of its pipelines can have one, for a service that trusts it. */
import { z } from "zod";

import { defineFunction, workspace } from "../define";
import { issuerOf } from "../issuer";

/** https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/ */
export const getPipelineOidcConfig = defineFunction({
  name: "getPipelineOidcConfig",
  description: "What a service needs to verify the OpenID Connect tokens of a workspace's pipelines.",
  example: `const { issuer, jwksUrl } = bitbucket.getPipelineOidcConfig({ workspace: "acme" })`,
  inputs: z.strictObject({ workspace }),
  outputs: z.object({
    issuer: z.string().meta({ description: "Issuer of the tokens (`iss`), at the address of the API." }),
    jwksUrl: z.string().meta({ description: "Address of the keys that they are signed with." }),
  }),
  async invoke(inputs, session) {
    const { issuer, jwksUrl } = await issuerOf(inputs, session);
    return { issuer, jwksUrl };
  },
});
