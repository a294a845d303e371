/**
 * Before a SAML key is made or changed: which one signs is changed by nobody but a person, since a partner has pinned the
 * certificate of the other.
 */
import type * as pulumi from "@pulumi/pulumi";
import { settled } from "./settled";

/** What decides whether a key signs. */
export interface Rank {
  /** A key that is not active verifies only, whatever its priority. */
  readonly active: boolean;
  readonly priority: number;
}

/**
 * @param signing number of the key that is to sign
 * @param attended the number that the person behind the run wants to sign; undefined: nobody attends the run
 * @returns a hook that refuses another signing key in a run that nobody attends for this very key
 */
export function attendsSamlKey(signing: number, attended: number | undefined): pulumi.ResourceHookFunction {
  return async ({ oldInputs, newInputs }) => {
    const before = oldInputs && (await rankIn(oldInputs));
    if (isSafe(before, await rankIn(newInputs ?? {})) || attended === signing) return;
    throw new Error(
      before === undefined
        ? `the stack file wants SAML key ${signing} to sign, which this realm does not have: take samlKey out of the stack file, since a new realm begins with a key of its own`
        : 'this would change which certificate signs SAML, and so end every sign-in to Bitbucket until Atlassian has the other: a person does that, by "npm run rotate -- <stack> --now saml-key --confirm <fingerprint>"; if that was done elsewhere, bring the stack file up to date',
    );
  };
}

/** Whether the same key signs afterwards: one that cannot sign is made, or nothing about signing changes. */
export function isSafe(before: Rank | undefined, after: Rank): boolean {
  if (before === undefined) return !after.active;
  return before.active === after.active && (before.priority === after.priority || !after.active);
}

async function rankIn(inputs: Record<string, unknown>): Promise<Rank> {
  const [active, priority] = await Promise.all([
    settled<boolean>(inputs.active),
    settled<number>(inputs.priority),
  ]);
  return { active, priority };
}
