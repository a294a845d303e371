/** What Bitbucket would refuse of what is declared: a finding of a look, in one of the two files that declare. */
import type { Finding, Places } from "../../access";

export interface Refusal extends Finding {
  /** Whose paths `at` and `other` are: the model of `access.yaml`, or the settings of the stack file. */
  readonly in: keyof Places;
}

/** The words of a refusal whose place is known elsewhere. */
export type Words = Pick<Refusal, "found" | "allowed" | "fix">;
