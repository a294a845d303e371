/** What is gathered of a stack that lacks nothing, as any test changes it. */
import { companyText, modelOf, settingsFor } from "../../../access/testing/company";
import type { Settings } from "../../../access";
import type { Facts } from "../facts";
import { is } from "../asked";

const settings: Settings = {
  ...settingsFor("dev"),
  rotation: { ...settingsFor("dev").rotation, runner: "runner", apiTokenExpires: "2027-06-30" },
};

export const goodFacts: Facts = {
  stack: "dev",
  asOf: new Date("2026-12-01T12:00:00Z"),
  machine: {
    networkProblems: [],
    proxies: [],
    authority: undefined,
    cli: is({ program: "/bin/pulumi", isBuilt: false }),
    plugins: is(["keycloak 6.13.0"]),
  },
  files: { settings, model: modelOf(companyText), problems: [] },
  state: {
    login: is("s3://small"),
    stack: is({ isBroughtUp: true }),
    secrets: is({ provider: "passphrase", isProven: true }),
    addresses: is({ isFirstContact: false }),
  },
  keycloak: {
    url: settings.keycloak.url,
    reached: is(true),
    account: is("service-account-deploy"),
    version: is("26.5.1"),
    roles: is({ isAdmin: true, lacking: [] }),
    extension: is(false),
    realm: is({ isThere: true, isOwn: true }),
    people: is([]),
  },
  isKeyless: is(false),
  bitbucket: {
    url: settings.bitbucket.url,
    reached: is(true),
    account: is({ uuid: "{1}", accountId: "712020:1", name: "Deploy" }),
    scopes: is([
      "admin:pipeline:bitbucket", "admin:project:bitbucket", "admin:repository:bitbucket", "admin:workspace:bitbucket",
      "delete:permission:bitbucket", "read:pipeline:bitbucket", "read:project:bitbucket", "read:repository:bitbucket",
      "read:user:bitbucket", "read:webhook:bitbucket", "read:workspace:bitbucket", "write:permission:bitbucket",
      "write:pipeline:bitbucket",
    ]), // prettier-ignore
    workspace: is("Small"),
    isAdministrator: is(true),
    administration: is("organisation" as const),
    organization: is({ isGiven: true, directories: ["1"], kind: "without scopes" as const }),
    refused: {
      accounts: is([]),
      plan: is([]),
      projects: is([]),
      repositories: is([]),
      runner: is([]),
      environments: is([]),
    },
    premium: [],
    pipelines: is(true),
    unmatched: is({ asked: 3, people: [] }),
  },
  hour: { used: 12, limit: 1_000, wait: 0 },
};
