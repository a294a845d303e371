/** A workspace with something of every kind in it, whose administrator has a token for each part and each gap in it. */
import { type Seed } from "@bitbucket-keycloak/bitbucket-emulator";
import { type Scope, scopes } from "@bitbucket-keycloak/bitbucket-emulator/contract";
import { uuidOf } from "@bitbucket-keycloak/bitbucket-emulator/identifiers";
import { documented } from "../../toolchain/acme";
import { parts, type PartName } from "../../access/tokens";

export const administrator = "admin@acme.example";
export const names = Object.keys(parts) as PartName[];

/** Accounts by name. */
export const account = (name: "ana" | "ben" | "olga"): string => uuidOf(`account ${name}@acme.example`);

/** Where a request can be sent, whichever it is; what is there is no matter to the check of scopes. */
export const somewhere: Readonly<Record<string, string>> = {
  workspace: "acme",
  repo_slug: "web",
  project_key: "PAY",
  group_slug: "payments",
  path: "access.yaml",
  name: "main",
};

export const tokenWithout = (part: PartName, scope: string): string => `token-of-${part}-without-${scope}`;
export const tokenOf = (part: PartName): string => `token-of-part-${part}`;
/** Of a person at the pages of Bitbucket. */
export const hands = "token-without-any-limit";

function tokens(): { token: string; scopes: Scope[] }[] {
  const of = (part: PartName) => {
    const all = documented(part);
    return [
      { token: tokenOf(part), scopes: [...all] },
      ...all.map((gap) => ({
        token: tokenWithout(part, gap),
        scopes: all.filter((scope) => scope !== gap),
      })),
    ];
  };
  return [{ token: hands, scopes: [...scopes] }, ...names.flatMap(of)];
}

/** It manages accounts, and nothing of the workspace. */
const organization = { id: "o", directory: "d", apiKey: "key-of-the-organisation", migrated: false };

export function companySeed(): Seed {
  return {
    workspace: { slug: "acme", owner: "olga@acme.example", organization },
    accounts: [
      { name: "Administrator", email: administrator, tokens: tokens() },
      { name: "Olga", email: "olga@acme.example" },
      { name: "Ana", email: "ana@acme.example" },
      { name: "Ben", email: "ben@acme.example" },
    ],
    administrators: [administrator, "olga@acme.example"],
    groups: [{ name: "payments", members: ["ana@acme.example"] }, { name: "others" }],
    projects: [{ key: "PAY", name: "Payments", grants: { users: { "ana@acme.example": "read" } } }],
    repositories: [
      {
        slug: "web",
        project: "PAY",
        branches: {
          main: {
            "access.yaml": "teams: {}\n",
            "bitbucket-pipelines.yml":
              "pipelines: {custom: {pull-request: [{variables: [{name: PULL_REQUEST}]}, {step: {script: [echo 1]}}]}}\n",
          },
          proposed: { "access.yaml": "teams: {a: {}}\n" },
        },
        grants: { users: { "ana@acme.example": "write" } },
        environments: [{ name: "test", type: "Test" }],
      },
    ],
  };
}
