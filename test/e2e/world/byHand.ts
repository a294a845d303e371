/**
 * The administrator as a person at Bitbucket's own pages, where no token limits them: another token of the same account,
 * so that the one that the program has can hold what the documentation says and no more.
 */
import { type Seed } from "@bitbucket-keycloak/bitbucket-emulator";
import { scopes } from "@bitbucket-keycloak/bitbucket-emulator/contract";

export function withHands(seed: Seed, email: string, token: string): Seed {
  const hands = { token, scopes: [...scopes] };
  return {
    ...seed,
    accounts: (seed.accounts ?? []).map((account) =>
      account.email === email ? { ...account, tokens: [...(account.tokens ?? []), hands] } : account,
    ),
  };
}
