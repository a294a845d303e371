/**
 * Worlds in which one thing is missing, each made as it comes about: in a setting, in the environment, in the files, in
 * Bitbucket, in Keycloak. What mends each does what `doctor` says.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { uuidOf } from "@bitbucket-keycloak/bitbucket-emulator/identifiers";
import { toolchainFolder } from "../../../toolchain/places";
import { withSettings } from "../world";
import { companyText, type SmallCompany } from "../world/smallCompany";
import { deputy, lackingToken, organization, roles, tokenOf } from "./company";

export interface BrokenWorld {
  readonly what: string;
  /** The one check that finds it. */
  readonly found: string;
  /** What doctor says to do, in part. */
  readonly fix: string;
  readonly breakIt: (company: SmallCompany) => Promise<Broken> | Broken;
}

interface Broken {
  /** Variables that are otherwise. */
  readonly env?: NodeJS.ProcessEnv;
  /** Variables that are otherwise after it. Absent: the environment alone was wrong, and is what it was before. */
  readonly mendIt?: () => Promise<NodeJS.ProcessEnv> | NodeJS.ProcessEnv;
}

const stackFile = "stacks/Pulumi.main.yaml";

/** The environment lacks or has something wrong, and is set right. */
const inEnvironment = (what: string, found: string, fix: string, env: NodeJS.ProcessEnv): BrokenWorld => ({
  what,
  found,
  fix,
  breakIt: () => ({ env }),
});

/** A setting is wrong, and is corrected. */
const inSettings = (
  what: string,
  found: string,
  fix: string,
  settings: Readonly<Record<string, string | boolean>>,
): BrokenWorld => ({
  what,
  found,
  fix,
  breakIt: (company) => settingsAs(company, settings),
});

function settingsAs(company: SmallCompany, settings: Readonly<Record<string, string | boolean>>): Broken {
  const before = company.written(stackFile);
  company.write(stackFile, withSettings(before, settings));
  return {
    mendIt: () => {
      company.write(stackFile, before);
      return {};
    },
  };
}

/** `access.yaml` says something that is not so, and is corrected. */
const inAccess = (
  what: string,
  found: string,
  fix: string,
  text: string,
  mended = companyText,
): BrokenWorld => ({
  what,
  found,
  fix,
  breakIt: (company) => {
    company.declare(text);
    return {
      mendIt: () => {
        company.declare(mended);
        return {};
      },
    };
  },
});

async function bitbucket(
  { world }: SmallCompany,
  method: string,
  path: string,
  body?: object,
): Promise<void> {
  const { status, json } = await world.bitbucket(method, path, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
}

/** At the pages of the organisation. */
async function inOrganization(
  { world }: SmallCompany,
  method: string,
  path: string,
  body?: object,
): Promise<void> {
  const { status } = await fetch(
    `${world.emulator.url}/admin/v2/orgs/${organization.id}/directories/${organization.directory}/${path}`,
    {
      method,
      headers: { authorization: `Bearer ${organization.apiKey}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    },
  );
  if (status >= 300) throw new Error(`${method} ${path}: ${status}`);
}

const emptyFolder = (company: SmallCompany) => mkdtempSync(join(company.checkout.folder, "nothing-"));
const administrators = `groups/${uuidOf("group administrators").slice(1, -1)}/memberships`;
const atlassianId = (email: string) => `712020:${uuidOf(`atlassian ${email}`).slice(1, -1)}`;

/** Before the first run. */
export const firstWorlds: readonly BrokenWorld[] = [
  {
    what: "there is no Pulumi CLI",
    found: "pulumi",
    fix: "or set BITBUCKET_KEYCLOAK_TOOLCHAIN to the folder where it is",
    breakIt: (company) => ({
      env: { BITBUCKET_KEYCLOAK_TOOLCHAIN: emptyFolder(company), BITBUCKET_KEYCLOAK_BUILD: "1" },
      mendIt: () => ({ BITBUCKET_KEYCLOAK_TOOLCHAIN: toolchainFolder(process.env) }),
    }),
  },
  inAccess(
    "access.yaml names a team that there is not",
    "files",
    "do what each line says",
    companyText.replace("owner: leads", "owner: lead"),
  ),
  inEnvironment("the backend is nowhere", "login", 'log in by "npm run pulumi -- login …"', {
    PULUMI_BACKEND_URL: "file:///nowhere/at/all",
  }),
  {
    what: "the backend has no such stack",
    found: "stack",
    fix: 'run "npm run pulumi -- stack init main"',
    breakIt: (company) => {
      const env = { PULUMI_BACKEND_URL: `file://${emptyFolder(company)}?metadata=skip` };
      return {
        env,
        mendIt: async () => {
          const { code, text } = await company.runWith(env, "pulumi", "stack", "init", "main");
          if (code !== 0) throw new Error(text);
          return env;
        },
      };
    },
  },
  inEnvironment("there is no passphrase", "secrets", "set PULUMI_CONFIG_PASSPHRASE", {
    PULUMI_CONFIG_PASSPHRASE: undefined,
  }),
  inSettings(
    "Keycloak is not where the stack file says",
    "keycloak",
    "correct keycloak.url in the stack file",
    {
      "keycloak.url": "http://127.0.0.1:9",
    },
  ),
  inEnvironment(
    "the password is another",
    "keycloak-account",
    "set KEYCLOAK_CLIENT_ID and KEYCLOAK_CLIENT_SECRET",
    {
      KEYCLOAK_PASSWORD: "another",
    },
  ),
  {
    what: "the account is no administrator of Keycloak",
    found: "keycloak-roles",
    fix: "give it the role admin of the realm master",
    breakIt: async ({ world }) => {
      const [name, password] = [`doctor-${world.realm}`, "a password, long enough"];
      const admin = roles(world);
      await admin.make(name, password);
      return {
        env: { KEYCLOAK_USER: name, KEYCLOAK_PASSWORD: password },
        mendIt: async () => {
          await admin.give(name);
          return { KEYCLOAK_USER: name, KEYCLOAK_PASSWORD: password };
        },
      };
    },
  },
  inSettings("Keycloak lacks the extension", "keycloak-extension", 'set "pipelines.credential" to rotated', {
    "pipelines.credential": "keyless",
  }),
  inSettings(
    "Bitbucket is not where the stack file says",
    "bitbucket",
    "correct bitbucket.url in the stack file",
    {
      "bitbucket.url": "http://127.0.0.1:9",
    },
  ),
  inEnvironment("the API token was revoked", "token", "make an API token at", {
    BITBUCKET_API_TOKEN: "a token that was revoked",
  }),
  inEnvironment("the API token lacks scopes", "token-scopes", "a token cannot be extended", {
    BITBUCKET_API_TOKEN: lackingToken,
  }),
  inSettings("the workspace is called otherwise", "workspace", "correct bitbucket.workspace", {
    "bitbucket.workspace": "acne",
  }),
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
  inEnvironment("the key of the organisation was revoked", "organisation", "or make a key at", {
    BITBUCKET_ORGANIZATION_API_KEY: "a key that was revoked",
  }),
  inSettings("the API token ends in a few days", "token-last-day", "make another at", {
    "rotation.apiTokenExpires": '"2026-06-30"',
  }),
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
  {
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
  },
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
  inSettings("the runner's main branch is another", "runner", "do what each line says", {
    "rotation.runner": "older",
  }),
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
  inEnvironment("the proxy is none", "network", "do what each line says", {
    HTTPS_PROXY: "socks5://proxy.acme.example:1080",
  }),
  inEnvironment("the file of the certificate authority is not there", "network", "do what each line says", {
    SSL_CERT_FILE: "/nowhere/ca.pem",
  }),
  {
    what: "the hour is used up",
    found: "hour",
    fix: "wait 60 minutes",
    breakIt: (company) => {
      const folder = emptyFolder(company);
      const env = { BITBUCKET_REQUEST_JOURNAL: folder };
      const spent = (at: number) => {
        mkdirSync(folder, { recursive: true });
        const line = `${at} repositories 0123456789ab\n`;
        writeFileSync(join(folder, `requests-${Math.floor(at / 3_600_000)}.log`), line.repeat(1_000));
      };
      spent(Date.now());
      return {
        env,
        mendIt: () => {
          // An hour later.
          writeFileSync(join(folder, `requests-${Math.floor(Date.now() / 3_600_000)}.log`), "");
          return env;
        },
      };
    },
  },
];

/** Once the stack was brought up. */
export const laterWorlds: readonly BrokenWorld[] = [
  inEnvironment("the passphrase is another", "secrets", "set PULUMI_CONFIG_PASSPHRASE", {
    PULUMI_CONFIG_PASSPHRASE: "another",
  }),
  {
    what: "an address moved",
    found: "addresses",
    fix: "nothing secret is sent anywhere",
    breakIt: (company) => {
      const moved = company.world.keycloakUrl.replace("127.0.0.1", "localhost");
      return settingsAs(company, { "keycloak.url": moved });
    },
  },
  {
    what: "somebody whom a directory brings is not in the realm",
    found: "keycloak-people",
    fix: "have the directory (LDAP, HR) bring them into the realm",
    breakIt: async (company) => {
      const { world } = company;
      const users = `/${world.realm}/users`;
      company.write(stackFile, withSettings(company.written(stackFile), { "keycloak.people": "external" }));
      const { json } = await world.keycloak("GET", `${users}?username=cem&exact=true`);
      const [cem] = json as { id: string }[];
      await world.keycloak("DELETE", `${users}/${cem?.id ?? ""}`);
      return {
        mendIt: async () => {
          const person = { username: "cem", email: "cem@small.example", emailVerified: true, enabled: true };
          await world.keycloak("POST", users, person);
          return {};
        },
      };
    },
  },
];
