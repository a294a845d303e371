/**
 * Who the provider is to Bitbucket. The token comes from the environment of the plugin and from nowhere else: a
 * provider's configuration lies in the state, and what lies there is read by whoever may read a stack.
 */
import { Problem } from "../../plugin/problem";
import { everyScope } from "./families";

export interface Credentials {
  readonly email: string;
  readonly token: string;
}

/** @throws Problem that names the variables that are not set */
export function credentialsFrom(environment: Readonly<Record<string, string | undefined>>): Credentials {
  const { BITBUCKET_EMAIL: email = "", BITBUCKET_API_TOKEN: token = "" } = environment;
  const missing = [
    ...(email === "" ? ["BITBUCKET_EMAIL"] : []),
    ...(token === "" ? ["BITBUCKET_API_TOKEN"] : []),
  ];
  if (missing.length === 0) return { email, token };
  throw new Problem(
    `the environment lacks ${missing.join(" and ")}; set BITBUCKET_EMAIL to the e-mail of an Atlassian account that administers the workspace, and BITBUCKET_API_TOKEN to an API token of it with the scopes ${everyScope().join(", ")} (https://id.atlassian.com/manage-profile/security/api-tokens)`,
  );
}
