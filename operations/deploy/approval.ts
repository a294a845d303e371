/** Whether a change that needs a second person has one. */
import type { Engine } from "../engine";
import type { Previewed } from "../preview/preview";

/** Where an approval comes from. */
export interface ApprovalSource {
  /** The number that the preview showed: one person's word, where there is no pull request. */
  readonly approve?: string;
  /** The repository that holds `access.yaml`, as `workspace/slug`. */
  readonly repository?: string;
  /** The merge commit of the pull request. Default: the commit of the checkout. */
  readonly commit?: string;
}

export interface Approval {
  readonly by: "pull request" | "one person";
  /** For the history of the stack. */
  readonly words: string;
}

export interface Judged {
  readonly approval?: Approval;
  /** Why it is not approved; none: it is, or it needs nobody. */
  readonly reasons: readonly string[];
}

export async function approvalOf(
  _stack: string,
  _engine: Engine,
  { report: { needs, number } }: Previewed,
  { approve }: ApprovalSource,
): Promise<Judged> {
  await Promise.resolve();
  if (approve !== undefined && approve !== number) {
    return {
      reasons: [
        `found ${approve} for --approve; the number of this change is ${number}: look at it above, and approve of it or do not`,
      ],
    };
  }
  if (needs.length === 0) return { reasons: [] };
  if (approve !== undefined) {
    return {
      approval: { by: "one person", words: "one person previewed, approved and deployed it" },
      reasons: [],
    };
  }
  return { reasons: needs.map(({ reason }) => reason) };
}
