/** What the global set-up hands to the tests, which run in other processes. */
import type { Toolchain } from "../../../toolchain/build";

export interface Shared {
  readonly toolchain: Toolchain;
  readonly keycloak: { readonly url: string; readonly user: string; readonly password: string };
}

export const sharedVariable = "BITBUCKET_KEYCLOAK_E2E";

/** Of the process that set up, until it tears down. */
export const shared: { stop?: () => Promise<void> } = {};

export function sharedWorld(): Shared {
  const text = process.env[sharedVariable];
  if (text === undefined)
    throw new Error(`${sharedVariable} is not set: end-to-end tests need their global set-up`);
  return JSON.parse(text) as Shared;
}

/** A server's administrator, as the header `authorization` names them. */
export async function authorizationOf({ url, user, password }: Shared["keycloak"]): Promise<string> {
  const form = { grant_type: "password", client_id: "admin-cli", username: user, password };
  const body = new URLSearchParams(form);
  const answer = await fetch(`${url}/realms/master/protocol/openid-connect/token`, { method: "POST", body });
  return `Bearer ${((await answer.json()) as { access_token: string }).access_token}`;
}
