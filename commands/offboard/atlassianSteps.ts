/** What off-boarding takes from the Atlassian account of somebody, where the organisation manages it. */
import type { ManagedAccount } from "../../clients/managedAccount";
import type { Step } from "./step";

/** @returns the steps, each of which reads back that it is done */
export function inAtlassian(account: ManagedAccount): Step[] {
  return [
    {
      system: "Atlassian",
      what: "revoke their API tokens",
      act: async () => {
        for (const token of await account.tokens()) await account.revoke(token);
      },
      prove: async () => {
        const still = await account.tokens();
        return still.length > 0 ? `${still.length} tokens still work` : undefined;
      },
    },
    {
      system: "Atlassian",
      what: "disable their account",
      act: () => account.disable(),
      prove: async () => ((await account.status()) === "active" ? "still active" : undefined),
    },
  ];
}
