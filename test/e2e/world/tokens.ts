/**
 * Further tokens of the workspace's administrator: for each of the program, `sync`, previews, `offboard` and `why` one with the
 * scopes that the documentation tells people to choose for it, and one of a person at Bitbucket's own pages, where no
 * scope limits them.
 */
import { randomBytes } from "node:crypto";
import { type Seed } from "@bitbucket-keycloak/bitbucket-emulator";
import { type Scope, scopes } from "@bitbucket-keycloak/bitbucket-emulator/contract";
import { documented } from "../../../toolchain/acme";

const uses = {
  hands: scopes,
  program: documented("program"),
  sync: documented("sync"),
  preview: documented("preview"),
  offboard: documented("offboard", "proposal"),
  why: documented("why"),
} satisfies Record<string, readonly Scope[]>;

export type Use = keyof typeof uses;
export type Tokens = Readonly<Record<Use, string>>;

export function newTokens(): Tokens {
  const made = Object.keys(uses).map((use) => [use, randomBytes(24).toString("base64url")]);
  return Object.fromEntries(made) as Tokens;
}

export function withTokens(seed: Seed, email: string, tokens: Tokens): Seed {
  const more = (Object.keys(uses) as Use[]).map((use) => ({ token: tokens[use], scopes: [...uses[use]] }));
  return {
    ...seed,
    accounts: (seed.accounts ?? []).map((account) =>
      account.email === email ? { ...account, tokens: [...(account.tokens ?? []), ...more] } : account,
    ),
  };
}
