/**
 * What off-boarding takes from the Atlassian account of somebody. What may be managed is asked first: an account of the
 * organisation is disabled, one that an identity provider keeps is named, and whoever is not managed is suspended in the
 * directory.
 */
import { variable } from "../../access/environment";
import type { Directory } from "@pulumi/bitbucket/api/directory";
import { organizationPatience, settled } from "@pulumi/bitbucket/api/retry";
import type { Manageable, ManagedAccount } from "../../clients/managedAccount";
import type { Step } from "./step";

const link = "https://admin.atlassian.com";

/** Each step reads back that it is done; what no program can do is left, a line each. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly left: () => Promise<readonly string[]>;
}

/** An Atlassian account in each of its places. */
export interface AtlassianAccount {
  readonly accountId: string;
  readonly managed: ManagedAccount;
  readonly directory: Directory;
  readonly signal: AbortSignal;
}

export function planFor(may: Manageable, account: AtlassianAccount): Plan {
  const { accountId, managed } = account;
  const none = () => Promise.resolve([]);
  switch (may.by) {
    case "nobody":
      return { steps: [suspension(account)], left: none };
    case "another key":
      return { steps: [suspension(account)], left: () => unlessInactive(account, keyText(accountId)) };
    case "organisation": {
      const { kept, tokens } = may;
      const left = [...(tokens ? [] : [tokensText(accountId)]), ...(kept ? [keptText(accountId, kept)] : [])];
      return {
        steps: [...(tokens ? [tokenStep(managed)] : []), ...(kept === undefined ? [disabling(managed)] : [])],
        left: async () => (left.length > 0 && (await managed.status()) === "active" ? left : []),
      };
    }
  }
}

function tokenStep(account: ManagedAccount): Step {
  return {
    system: "Atlassian",
    what: "revoke their API tokens",
    act: async () => {
      for (const token of await account.tokens()) await account.revoke(token);
    },
    prove: async () => {
      const still = await account.tokens();
      return still.length > 0 ? `${still.length} tokens still work` : undefined;
    },
  };
}

function disabling(account: ManagedAccount): Step {
  return {
    system: "Atlassian",
    what: "disable their account",
    act: () => account.disable(),
    prove: async () => ((await account.status()) === "active" ? "still active" : undefined),
  };
}

/** An account that is not managed stays its holder's, and opens nothing of the organisation's any more. */
function suspension({ accountId, directory, signal }: AtlassianAccount): Step {
  const isOut = async () => {
    const found = await directory.find(accountId);
    return found === undefined || found.membership === "suspended" || found.status === "inactive"
      ? true
      : undefined;
  };
  return {
    system: "Atlassian",
    what: "suspend them in the organisation's directory",
    act: async () => {
      if ((await isOut()) === undefined) await directory.suspend(accountId);
    },
    prove: async () =>
      (await settled(isOut, signal, organizationPatience)) === undefined ? "not suspended" : undefined,
  };
}

async function unlessInactive({ directory, accountId }: AtlassianAccount, text: string): Promise<string[]> {
  return (await directory.find(accountId))?.status === "inactive" ? [] : [text];
}

/** Who keeps an account, by the word of Atlassian's API. */
const keepers: Readonly<Record<string, string>> = {
  "externalDirectory.scim": "the identity provider that provisions it (SCIM)",
  "externalDirectory.google": "Google Workspace, which provisions it",
};

function keptText(accountId: string, kept: string): string {
  return `disable Atlassian account ${accountId} in ${keepers[kept] ?? `what keeps it (${kept})`}, which alone may: ${link} (Security, Identity providers) names it`;
}

function tokensText(accountId: string): string {
  return `end the API tokens of Atlassian account ${accountId}, which the organisation's key may not: ${link} (Directory, Managed accounts)`;
}

function keyText(accountId: string): string {
  return `end the API tokens of Atlassian account ${accountId}: disable it at ${link} (Directory, Managed accounts), or set ${variable.organizationApiKey} to a key that was made without scopes (one with scopes manages no account), and run this again`;
}
