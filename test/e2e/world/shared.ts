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
