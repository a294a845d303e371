/** A workspace whose steps ask for tokens, once or twice, with an `oidc` of their own or without. */
import type { Seed } from "@bitbucket-keycloak/bitbucket-emulator";

/** Seconds between the two times that a step asks. */
const later = 4;

const pipelines = (issuer: string): string => `
definitions:
  scripts:
    - &ask token=$(sh ci/keycloak-token)
    - &show >-
      echo "$token" | cut -d. -f2 | tr '_-' '/+' | awk '{ while (length($0) % 4) $0 = $0 "="; print }' | base64 -d
      | sed 's/.*"azp":"\\([^"]*\\)".*/token of \\1/'; echo
    - &claims >-
      echo "$token" | cut -d. -f2 | tr '_-' '/+' | awk '{ while (length($0) % 4) $0 = $0 "="; print }' | base64 -d
      | sed 's/^/claims /'; echo
  oidc: &oidc { audiences: ["${issuer}"] }
pipelines:
  custom:
    once:
      - step: { deployment: dev, oidc: *oidc, script: [*ask, *show, *claims] }
    twice:
      - step: { deployment: dev, oidc: *oidc, script: [*ask, *show, sleep ${later}, *ask, *show] }
    once before:
      - step: { deployment: dev, script: [*ask, *show, *claims] }
    twice before:
      - step: { deployment: dev, script: [*ask, *show, sleep ${later}, *ask, *show] }
`;

export function seedOf(acme: Seed, issuer: string): Seed {
  const repositories = (acme.repositories ?? []).map((repository) => {
    const main = repository.branches?.main ?? {};
    const files = { ...main, "bitbucket-pipelines.yml": pipelines(issuer) };
    return repository.slug === "payments-api"
      ? { ...repository, branches: { main: files, feature: files } }
      : repository;
  });
  return { ...acme, repositories };
}
