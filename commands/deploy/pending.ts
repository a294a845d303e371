/** A change that waits for approval, and what became of it. */
import type { Need } from "../../access";
import type { Basis } from "./origins";

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
  /** For the history of the stack. Example: `pull request #7 of acme/access, approved by ben for project PAY`. */
  readonly words: string;
  /** User names of those who said yes; none where one person did it alone. */
  readonly people: readonly string[];
}

export interface Evaluated {
  readonly approval?: Approval;
  /** Why it is not approved; none: it is, or it needs nobody. */
  readonly reasons: readonly string[];
}

/** What is to be approved: the needs and the number of a report, and what they were made of. */
export interface Pending {
  readonly needs: readonly Need[];
  readonly number: string;
  readonly basis: Basis;
  /** Of the checkout. With `+` at its end where files differ from it. */
  readonly commit: string | undefined;
}
