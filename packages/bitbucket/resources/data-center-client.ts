/**
 * Which client Bitbucket Data Center signs people in with. The rest of its configuration (claims, button, who is made an
 * account) is its administrators': it is made there once, and stays when this goes.
 */
import { z } from "zod";

import { defineResource } from "../define";
import { configurationOf, dataCenterFrom, tellClient } from "../dataCenter";

const address = z
  .string()
  .regex(
    /^https?:\/\/[^\s/@?#]+(?:\/[^\s@?#]*[^\s/@?#])?$/,
    "the address of a server, without a slash at its end",
  )
  .refine(
    (url) => url.startsWith("https:") || /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$)/.test(url),
    "an https address; plain http only on this machine",
  );

/** https://support.atlassian.com/jira/kb/rest-apis-to-get-update-delete-sso-configuration-on-jira-data-center */
export const dataCenterClient = defineResource({
  name: "DataCenterClient",
  description:
    "The client that a Bitbucket Data Center signs people in with, in its OpenID Connect configuration of one issuer, which has to be there. The token comes from the environment variable `BITBUCKET_DATA_CENTER_TOKEN`: an HTTP access token of a system administrator. Deleted, it leaves the configuration as it is.",
  example: `new bitbucket.DataCenterClient("sign-in", {
  url: "https://bitbucket.acme.example",
  issuer: "https://keycloak.acme.example/realms/acme",
  clientId: "bitbucket-a",
  clientSecret: secret.result,
});`,
  importId: "configuration",
  inputs: z.strictObject({
    url: address.meta({ description: "Address of the Bitbucket Data Center.", replaceOnChanges: true }),
    issuer: z
      .string()
      .min(1)
      .meta({ description: "Issuer of the configuration (`issuer-url`).", replaceOnChanges: true }),
    clientId: z.string().min(1).meta({ description: "Id of the client." }),
    clientSecret: z.string().meta({
      description:
        "Its secret. It never comes back: that somebody has changed the configuration by hand since is seen, and it is told again.",
      secret: true,
    }),
  }),
  outputs: z.object({
    configuration: z.number().meta({ description: "Number of the configuration.", stable: true }),
    lastUpdated: z.string().meta({ description: "When it was last changed, as Data Center says." }),
  }),
  lifecycle: {
    async create(inputs, session) {
      const outputs = await tell(inputs, session.signal);
      return { id: String(outputs.configuration), outputs };
    },

    async read(_, session, previous) {
      // Without what was declared it is not known which server to ask.
      if (previous === undefined) return undefined;
      const { url, issuer, clientSecret } = previous.inputs;
      const there = await configurationOf(dataCenterFrom(url, process.env, session.signal), issuer);
      const lastUpdated = there["last-updated"] ?? "";
      return {
        id: String(there.id),
        inputs: {
          url,
          issuer,
          clientId: there["client-id"] ?? "",
          clientSecret: lastUpdated === previous.outputs.lastUpdated ? clientSecret : "",
        },
        outputs: { configuration: there.id, lastUpdated },
      };
    },

    update: (_, inputs, session) => tell(inputs, session.signal),

    delete: () => Promise.resolve(),
  },
});

interface Declared {
  readonly url: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

async function tell({ url, issuer, clientId, clientSecret }: Declared, life: AbortSignal) {
  const server = dataCenterFrom(url, process.env, life);
  const told = await tellClient(server, await configurationOf(server, issuer), clientId, clientSecret);
  return { configuration: told.id, lastUpdated: told["last-updated"] ?? "" };
}
