/**
 * Acme, the company of `access.yaml`, as its Bitbucket workspace is before anybody has granted anything:
 * people, projects, repositories, and no rights apart from the administrator's.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parts, type PartName } from "../access/tokens";
import { root } from "./places";
import { type KnownOperation, scopesFor } from "@pulumi/bitbucket/api/scopes";
import { scopes, type Scope } from "@bitbucket-keycloak/bitbucket-emulator/contract";
import { type Seed } from "@bitbucket-keycloak/bitbucket-emulator/seedSchema";

/** The account that programs act as. */
export const administrator = "admin@acme.example";
/** The agent of `access.yaml`. */
export const bot = "release-bot@acme.example";

/** What the administrator's token may do: what docs/reference/tokens.md says of one for all parts, and no more. */
export const administratorScopes = documented(...(Object.keys(parts) as PartName[]));

/** The scopes that docs/reference/tokens.md says to choose for some parts; a seed refuses one that there is not. */
export function documented(...names: readonly PartName[]): readonly Scope[] {
  return scopesFor(names.flatMap((name): readonly KnownOperation[] => parts[name].operations)) as Scope[];
}

/** What a developer's own token may do. */
export const developerScopes: readonly Scope[] = scopes.filter(
  (scope) => !/^(admin|delete:repository):/.test(scope) && !scope.includes(":permission:"),
);

const people: Readonly<Record<string, string>> = {
  ana: "Ana Alvarez",
  ben: "Ben Okafor",
  chen: "Chen Wei",
  dora: "Dora Lind",
  emil: "Emil Novak",
  fatima: "Fatima Haddad",
  goran: "Goran Petrov",
  hana: "Hana Sato",
  ivo: "Ivo Marin",
  june: "June Park",
};

const projects: readonly {
  readonly key: string;
  readonly name: string;
  readonly repositories: readonly string[];
}[] = [
  {
    key: "PAY",
    name: "Payments",
    repositories: ["payments-api", "payments-ledger", "payments-web", "payments-docs"],
  },
  {
    key: "SHOP",
    name: "Storefront",
    repositories: ["shop-web", "shop-search", "shop-mobile", "shop-design"],
  },
  {
    key: "PLAT",
    name: "Platform",
    repositories: ["infrastructure", "identity", "pipelines-library", "runbooks"],
  },
];

/**
 * A pipeline that deploys: it asks Keycloak for a token and shows whom the token was issued to, never the token. A
 * refused sign-in ends the step. The same file does for a pipeline with a secret and for one without.
 *
 * @param issuer the realm that steps ask for a token: the audience of their own
 */
const pipelinesFile = (
  issuer: string,
): string => `# Builds every branch; main is deployed to dev, further on request.
definitions:
  scripts:
    - &sign-in token=$(sh ci/keycloak-token)
    - &claims >-
      claims=$(echo "$token" | cut -d. -f2 | tr '_-' '/+'
      | awk '{ while (length($0) % 4) $0 = $0 "="; print }' | base64 -d)
    - &show >-
      echo "$claims" | sed 's/.*"azp":"\\([^"]*\\)".*/signed in as \\1/'
  oidc: &oidc { audiences: ["${issuer}"] }
pipelines:
  default:
    - step: { name: Build, script: [echo built] }
  branches:
    main:
      - step: { name: Deploy to dev, deployment: dev, oidc: *oidc, script: [*sign-in, *claims, *show] }
  custom:
    dev:
      - step: { name: Deploy to dev, deployment: dev, oidc: *oidc, script: [*sign-in, *claims, *show] }
    staging:
      - step: { name: Deploy to staging, deployment: staging, oidc: *oidc, script: [*sign-in, *claims, *show] }
    prod:
      - step: { name: Deploy to prod, deployment: prod, oidc: *oidc, script: [*sign-in, *claims, *show] }
`;

/** What the steps sign in with, as every repository that deploys would carry it. */
const signInScript = readFileSync(join(root, "packages/keycloak-pipelines/pipe/keycloak-token"), "utf8");

export interface AcmeOptions {
  /** API token of the administrator, made by the caller. */
  readonly administratorToken: string;
  /** API tokens of other people and the bot, by e-mail. Default: none. */
  readonly tokens?: Readonly<Record<string, string>>;
  /** Issuer URL of the realm that steps ask for a token. Default: none, so that keyless steps are refused. */
  readonly realmIssuer?: string;
  /** Default `premium`, which the restricted environment of `access.yaml` needs. */
  readonly plan?: "free" | "standard" | "premium";
  /** Texts of files in the repository `identity`, by path. Default: none besides its README. */
  readonly identity?: Readonly<Record<string, string>>;
}

/** The seed of Acme's workspace. */
export function acmeSeed({
  administratorToken,
  tokens = {},
  realmIssuer = "https://keycloak.invalid/realms/none",
  plan = "premium",
  identity = {},
}: AcmeOptions): Seed {
  const pipelines = {
    "bitbucket-pipelines.yml": pipelinesFile(realmIssuer),
    "ci/keycloak-token": signInScript,
  };
  const tokensOf = (email: string): { token: string; scopes: Scope[] }[] => {
    const token = tokens[email];
    return token === undefined ? [] : [{ token, scopes: [...developerScopes] }];
  };
  return {
    workspace: { slug: "acme", name: "Acme", plan },
    accounts: [
      {
        name: "Acme Administrator",
        email: administrator,
        tokens: [{ token: administratorToken, scopes: [...administratorScopes] }],
      },
      {
        name: "Release Bot",
        email: bot,
        kind: "bot",
        uuid: "{b07b07b0-7b07-4b07-8b07-b07b07b07b07}",
        tokens: tokensOf(bot),
      },
      ...Object.entries(people).map(([username, name]) => {
        const email = `${username}@acme.example`;
        return { name, email, tokens: tokensOf(email) };
      }),
    ],
    administrators: [administrator],
    projects: projects.map(({ key, name }) => ({ key, name })),
    repositories: projects.flatMap(({ key, repositories }) =>
      repositories.map((slug) => ({
        slug,
        project: key,
        branches: {
          main: {
            "README.md": `# ${slug}\n`,
            ...(slug === "payments-api" ? pipelines : {}),
            ...(slug === "identity" ? identity : {}),
          },
        },
      })),
    ),
  };
}
