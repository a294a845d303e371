/** A workspace with one repository, for programs that use the packages and nothing else of the checkout. */
import type { Seed } from "@bitbucket-keycloak/bitbucket-emulator";
import { administratorScopes } from "../../../toolchain/acme";

export const consumerCredentials = {
  bitbucket: { email: "admin@acme.example", apiToken: "token of the administrator" },
};
const { email, apiToken: token } = consumerCredentials.bitbucket;

export const consumerSeed: Seed = {
  workspace: { slug: "acme", plan: "premium" },
  accounts: [{ name: "Administrator", email, tokens: [{ token, scopes: [...administratorScopes] }] }],
  administrators: [email],
  projects: [{ key: "PAY", name: "Payments" }],
  repositories: [{ slug: "web", project: "PAY" }],
};
