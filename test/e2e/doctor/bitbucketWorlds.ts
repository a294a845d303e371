import { uuidOf } from "@bitbucket-keycloak/bitbucket-emulator/identifiers";
import { companyText } from "../world/smallCompany";
import {
  bitbucket,
  inAccess,
  inEnvironment,
  inOrganization,
  inSettings,
  rarely,
  type BrokenWorld,
} from "./broken";
import { deputy, lackingToken, tokenOf } from "./company";

const administrators = `groups/${uuidOf("group administrators").slice(1, -1)}/memberships`;
const atlassianId = (email: string) => `712020:${uuidOf(`atlassian ${email}`).slice(1, -1)}`;

/** What is missing at Bitbucket, or in what is declared of it, before the first run. */
export const bitbucketWorlds: readonly BrokenWorld[] = [
  rarely(
    inSettings(
      "Bitbucket is not where the stack file says",
      "bitbucket",
      "correct bitbucket.url in the stack file",
      {
        "bitbucket.url": "http://127.0.0.1:9",
      },
    ),
  ),
  inEnvironment("the API token was revoked", "token", "make an API token at", {
    BITBUCKET_API_TOKEN: "a token that was revoked",
  }),
  inEnvironment("the API token lacks scopes", "token-scopes", "a token cannot be extended", {
    BITBUCKET_API_TOKEN: lackingToken,
  }),
  rarely(
    inSettings("the workspace is called otherwise", "workspace", "correct bitbucket.workspace", {
      "bitbucket.workspace": "acne",
    }),
  ),
  {
    what: "the account does not administer the workspace",
    found: "administrator",
    fix: "put it into the workspace's administrators",
    breakIt: (company) => {
      const env = { BITBUCKET_EMAIL: deputy, BITBUCKET_API_TOKEN: tokenOf(deputy) };
      return {
        env,
        mendIt: async () => {
          await inOrganization(company, "POST", administrators, { accountId: atlassianId(deputy) });
          return env;
        },
      };
    },
  },
  inEnvironment(
    "there is no key of the organisation",
    "groups",
    "make an API key at https://admin.atlassian.com",
    {
      BITBUCKET_ORGANIZATION_ID: undefined,
      BITBUCKET_ORGANIZATION_API_KEY: undefined,
    },
  ),
  rarely(
    inEnvironment("the key of the organisation was revoked", "organisation", "or make a key at", {
      BITBUCKET_ORGANIZATION_API_KEY: "a key that was revoked",
    }),
  ),
  rarely(
    inSettings("the API token ends in a few days", "token-last-day", "make another at", {
      "rotation.apiTokenExpires": '"2026-06-30"',
    }),
  ),
  inAccess(
    "a project is not there",
    "projects",
    "do what each line says",
    companyText
      .replace("  ONE:", "  UNO:")
      .replace("on: ONE", "on: UNO")
      .replace("repositories:\n      api: { deploys: [prod] }", "repositories: {}"),
  ),
  {
    what: "a repository is not there",
    found: "repositories",
    fix: "do what each line says",
    breakIt: (company) => {
      company.declare(
        companyText.replace("api: { deploys: [prod] }", "api: { deploys: [prod] }\n      web: {}"),
      );
      return {
        mendIt: async () => {
          await bitbucket(company, "POST", "/2.0/repositories/acme/web", { project: { key: "ONE" } });
          return {};
        },
      };
    },
  },
  rarely({
    what: "a repository is in another project",
    found: "repositories",
    fix: "do what each line says",
    breakIt: async (company) => {
      company.declare(companyText);
      await bitbucket(company, "PUT", "/2.0/repositories/acme/api", { project: { key: "OPS" } });
      return {
        mendIt: async () => {
          await bitbucket(company, "PUT", "/2.0/repositories/acme/api", { project: { key: "ONE" } });
          return {};
        },
      };
    },
  }),
  inAccess(
    "somebody in a team has no account in the workspace",
    "people",
    "or write their account into access.yaml",
    companyText.replace("email: cem@", "email: somebody@"),
    companyText.replace(
      "email: cem@small.example",
      `email: somebody@small.example, account: "${uuidOf("account cem@small.example")}"`,
    ),
  ),
  rarely(
    inSettings("the runner's main branch is another", "runner", "do what each line says", {
      "rotation.runner": "older",
    }),
  ),
  {
    what: "pipelines are switched off in the runner",
    found: "runner-pipelines",
    fix: "switch them on",
    breakIt: async (company) => {
      const path = "/2.0/repositories/acme/runner/pipelines_config";
      company.declare(companyText);
      await bitbucket(company, "PUT", path, { enabled: false });
      return {
        mendIt: async () => {
          await bitbucket(company, "PUT", path, { enabled: true });
          return {};
        },
      };
    },
  },
];
