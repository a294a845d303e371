/**
 * Groups that an identity provider keeps (SCIM): nobody else changes their members, so what differs in them is said before
 * the first write, and left alone.
 */
import { BitbucketError } from "@pulumi/bitbucket/api/explain";
import type { Session } from "@pulumi/bitbucket/api/client";
import { externalGroups, externalText } from "@pulumi/bitbucket/api/administered";
import type { MembershipChange } from "./membership";

interface Writable {
  readonly changes: readonly MembershipChange[];
  /** A line for each group that is left alone. */
  readonly failures: readonly string[];
  /** Accounts that stay in such a group although they have to go. */
  readonly unsure: readonly string[];
}

/** Asks the organisation, if there is something to change and the environment names one. */
export async function withoutExternal(
  session: Session,
  workspace: string,
  changes: readonly MembershipChange[],
): Promise<Writable> {
  if (changes.length === 0) return { changes, failures: [], unsure: [] };
  const slugs = changes.map(({ group }) => group);
  const external = await externalGroups(session, workspace, slugs).catch(
    (error: unknown): readonly string[] => {
      // Then the writes tell: a workspace that is only linked to the organisation does not need it.
      if (error instanceof BitbucketError) return [];
      throw error;
    },
  );
  const left = changes.filter(({ group }) => external.includes(group));
  return {
    changes: changes.filter((change) => !left.includes(change)),
    failures: left.map(({ group }) => externalText(group)),
    unsure: left.flatMap(({ remove }) => remove.map(({ account }) => account)),
  };
}
