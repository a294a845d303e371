/** Bitbucket: the server, the token and what it may, the workspace, its plan, and where its groups are administered. */
import { scopesFor, type KnownOperation } from "@pulumi/bitbucket/api/scopes";
import type { Settings } from "../../../access";
import { variable } from "../../../access/environment";
import { parts, type PartName } from "../../../access/tokens";
import { apiTokenOf } from "../../../engine/rotations/status";
import { missing, of, ok, unknown, type Check } from "../check";
import { reachFix } from "./machine";

const tokens = "https://id.atlassian.com/manage-profile/security/api-tokens";
const inVariable = `put it into ${variable.bitbucketApiToken}`;

const reached: Check = {
  name: "bitbucket",
  wants: "Bitbucket answers",
  evaluate: ({ bitbucket: { reached: asked, url } }) =>
    of(asked, reachFix("bitbucket.url", "problem" in asked ? asked.problem : ""), () => ok(url)),
};

const account: Check = {
  name: "token",
  wants: "Bitbucket takes the API token",
  evaluate: ({ bitbucket }) =>
    of(bitbucket.account, `make an API token at ${tokens}, ${inVariable}, and its account's e-mail into ${variable.bitbucketEmail}`,
      ({ name }) => ok(`that of ${name}`)), // prettier-ignore
};

/** The parts that somebody at a terminal runs with one token. */
function partsFor({ bitbucket }: Settings): readonly PartName[] {
  return bitbucket.governing ? ["program", "preview", "sync", "drift", "offboard"] : ["program", "preview"];
}

const operationsOf = (part: PartName): readonly KnownOperation[] => parts[part].operations;

const scopes: Check = {
  name: "token-scopes",
  wants: "the token has the scopes of what is run with it (docs/reference/tokens.md)",
  evaluate: ({ bitbucket, files: { settings } }) =>
    of(bitbucket.scopes, "", (granted) => {
      if (settings === undefined) return unknown("the stack file cannot be read");
      if (granted === undefined)
        return unknown(
          "Bitbucket shows the scopes of a token only where one is missing, and refused nothing",
        );
      const names = partsFor(settings);
      const lacking = scopesFor(names.flatMap(operationsOf)).filter((scope) => !granted.includes(scope));
      if (lacking.length === 0) return ok(`all for ${names.join(", ")}`);
      const needing = (scope: string) =>
        names.filter((part) => scopesFor(operationsOf(part)).includes(scope)).join(", ");
      return missing(
        `the token lacks ${lacking.join(", ")}`,
        `a token cannot be extended: make one at ${tokens} with these and those that it has, and ${inVariable}`,
        lacking.map((scope) => `${scope}, for ${needing(scope)}`),
      );
    }),
};

const lastDay: Check = {
  name: "token-last-day",
  wants: "the token does not end soon",
  evaluate: ({ asOf, files: { settings } }) => {
    if (settings === undefined) return unknown("the stack file cannot be read");
    const { expires, daysLeft, warning } = apiTokenOf(settings.rotation.apiTokenExpires, asOf);
    if (daysLeft === undefined)
      return unknown("Bitbucket does not say it; write it into rotation.apiTokenExpires of the stack file");
    if (warning === undefined) return ok(`${expires}, in ${daysLeft} days`);
    const [found = "", ...fix] = warning.split(": ");
    return missing(found, fix.join(": "));
  },
};

const workspace: Check = {
  name: "workspace",
  wants: "the workspace is there, and the account is in it",
  evaluate: ({ bitbucket }) =>
    of(bitbucket.workspace, "correct bitbucket.workspace in the stack file, or have the account invited", ok),
};

const administrator: Check = {
  name: "administrator",
  wants: "the account administers the workspace, where the stack governs it",
  evaluate: ({ bitbucket, files: { settings } }) =>
    of(bitbucket.isAdministrator, "", (isOne) => {
      if (settings?.bitbucket.governing !== true) return ok("this stack does not govern it");
      if (isOne) return ok("it does");
      return missing(
        "the account is no administrator of the workspace",
        "put it into the workspace's administrators (Workspace settings, User groups), or take the token of one",
      );
    }),
};

const plan: Check = {
  name: "plan",
  wants: "the plan has what is declared",
  evaluate: ({ bitbucket: { refused, premium }, files: { settings } }) =>
    of(refused.plan, "", (lines) => {
      const declared = settings?.bitbucket.plan ?? "";
      if (lines.length > 0)
        return missing("more members than the plan has room for", "do what each line says", lines);
      if (premium.length === 0) return ok(`${declared}; nothing is declared that not every plan has`);
      const needs = [...new Set(premium)].join(", ");
      return unknown(
        `Bitbucket does not say which it is; the stack file says ${declared}, which is needed for ${needs}`,
      );
    }),
};

const administration: Check = {
  name: "groups",
  wants: "this program may write the groups where they are administered",
  evaluate: ({ bitbucket, files: { settings, model } }) =>
    of(bitbucket.administration, "", (where) => {
      if (settings?.bitbucket.governing !== true) return ok("this stack writes none");
      if (where === "Bitbucket") return ok("administered in Bitbucket");
      if (where === undefined) return unknown("no answer says where they are administered");
      const { organization } = bitbucket;
      if (!("is" in organization))
        return unknown("administered at admin.atlassian.com, by a key that is not known to be taken");
      if (organization.is.isGiven) return ok("administered at admin.atlassian.com");
      if (model?.teams.every(({ observed }) => observed?.includes("members")))
        return ok("administered at admin.atlassian.com; the members of every team are only read");
      return missing(
        "administered at admin.atlassian.com, and there is no key of the organisation",
        `make an API key at https://admin.atlassian.com (Organization settings, API keys), and set ${variable.organizationId} and ${variable.organizationApiKey}`,
      );
    }),
};

const organization: Check = {
  name: "organisation",
  wants: "the organisation takes its key, and the key may do what is asked with it",
  evaluate: ({ bitbucket }) =>
    of(
      bitbucket.organization,
      `correct ${variable.organizationId}, or make a key at https://admin.atlassian.com (Organization settings, API keys) and set ${variable.organizationApiKey}`,
      ({ isGiven, directories = [], directory, kind }) => {
        if (!isGiven) return ok("none is given");
        if (directory === undefined && directories.length !== 1)
          return missing(
            `the organisation has ${directories.length} directories (${directories.join(", ")})`,
            `set ${variable.organizationDirectory} to the one of the workspace's groups`,
          );
        if (kind === "with scopes")
          return missing(
            "the key was made with scopes: it writes groups, and may not end accounts or their API tokens",
            `make a key without scopes, and set ${variable.organizationApiKey}`,
          );
        return ok(
          `key taken${kind === undefined ? "; whether it was made with scopes, the answer does not say" : `, ${kind}`}`,
        );
      },
    ),
};

export const bitbucketChecks = [
  reached,
  account,
  scopes,
  lastDay,
  workspace,
  administrator,
  plan,
  administration,
  organization,
];
