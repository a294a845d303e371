/**
 * As much of Bitbucket Data Center's REST as telling it of a client takes. Atlassian calls this API private: it is
 * described by examples ("REST APIs to Get/Update/Delete SSO configuration on Jira Data Center", which is Bitbucket's,
 * too), so what comes back is looked at before it is believed.
 */
import { z } from "zod";

import { HttpError, type Method, send } from "@bitbucket-keycloak/http";
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { refuseMalformed } from "./api/credentials";

/** The token comes from the environment alone: what lies in the state is read by whoever may read a stack. */
const dataCenterToken = "BITBUCKET_DATA_CENTER_TOKEN";

export interface DataCenter {
  /** Address of the server, without a slash at its end. */
  readonly url: string;
  readonly token: string;
  /** Ends what is under way. */
  readonly life?: AbortSignal;
}

/** What Data Center says of a way to sign in; of a secret it never says anything. */
const configuration = z.object({
  id: z.number(),
  name: z.string(),
  enabled: z.boolean(),
  "sso-type": z.string(),
  "issuer-url": z.string().optional(),
  "client-id": z.string().optional(),
  "last-updated": z.string().optional(),
});
const configurations = z.object({ results: z.array(configuration) });

export type Configuration = z.output<typeof configuration>;

const path = "/rest/authconfig/1.0/idps";

/** @throws Problem where the environment holds no token, or more than a token */
export function dataCenterFrom(
  url: string,
  environment: Readonly<Record<string, string | undefined>>,
  life?: AbortSignal,
): DataCenter {
  const { [dataCenterToken]: token = "" } = environment;
  refuseMalformed({ [dataCenterToken]: token });
  if (token === "")
    throw new Problem(
      `the environment lacks ${dataCenterToken}: set it to an HTTP access token of a system administrator of ${url}, or set signIn.publish in the stack file to hand, and paste new secrets`,
    );
  return { url: url.replace(/\/+$/, ""), token, ...(life && { life }) };
}

/**
 * The OpenID Connect configuration of an issuer.
 *
 * @throws Problem where there is none, or more than one, which cannot be told apart
 */
export async function configurationOf(server: DataCenter, issuer: string): Promise<Configuration> {
  const { results } = read(configurations, await ask(server, "GET", path), server);
  const found = results.filter((one) => one["sso-type"] === "OIDC" && one["issuer-url"] === issuer);
  const [one] = found;
  if (one !== undefined && found.length === 1) return one;
  const all = results.map(({ name }) => `"${name}"`).join(", ");
  throw new Problem(
    found.length > 1
      ? `${server.url} has ${found.length} OpenID Connect configurations of issuer ${issuer} (${found.map(({ name }) => `"${name}"`).join(", ")}): remove all but one`
      : `${server.url} has no OpenID Connect configuration of issuer ${issuer}; it has ${all === "" ? "none at all" : all}: make it at Administration → Authentication methods → Add configuration, with any client id and secret, which are replaced`,
  );
}

/** Both at once, so that nobody signs in between two halves. */
export async function tellClient(
  server: DataCenter,
  { id }: Configuration,
  clientId: string,
  clientSecret: string,
): Promise<Configuration> {
  const body = { "client-id": clientId, "client-secret": clientSecret };
  const told = read(configuration, await ask(server, "PATCH", `${path}/${id}`, body), server);
  if (told["client-id"] === clientId) return told;
  throw new Problem(
    `${server.url} answered that it took the client, and shows ${told["client-id"] ?? "none"} instead of ${clientId}: look at Administration → Authentication methods`,
  );
}

async function ask(
  { url, token, life }: DataCenter,
  method: Method,
  at: string,
  body?: unknown,
): Promise<unknown> {
  const where = `${method} ${url}${at}`;
  const answer = await send(`${url}${at}`, {
    method,
    headers: { authorization: `Bearer ${token}`, accept: "application/json" },
    json: body,
    ...(life && { signal: life }),
  }).catch((error: unknown) => {
    if (!(error instanceof HttpError)) throw error;
    throw new Problem(`${where}: no answer (${error.reason}): is signIn.url right, and does the server run?`);
  });
  if (answer.ok) return answer.value();
  throw new Problem(
    `${where}: answered ${answer.status}: ${reasons[answer.status] ?? "look at the server's log"}`,
  );
}

/** The body of a refusal is not shown: it may repeat what was sent. */
const reasons: Readonly<Record<number, string>> = {
  401: `${dataCenterToken} is wrong or has ended: make an HTTP access token of a system administrator`,
  403: `the account of ${dataCenterToken} is no system administrator`,
  404: "this server has no single sign-on by REST, which is part of Bitbucket Data Center 8 and later",
};

function read<T>(shape: z.ZodType<T>, answer: unknown, { url }: DataCenter): T {
  const parsed = shape.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Problem(
    `${url} answers ${path} otherwise than Atlassian's examples (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}): set signIn.publish to hand, and paste new secrets`,
  );
}
