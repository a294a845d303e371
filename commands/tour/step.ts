/** What a step of the tour is made of. */
import type { Systems } from "./systems";

/** From what the main branch and the checkout say to what `access.yaml` should say. */
type Change = (main: string, checkout: string) => string;

/** One thing that a step does. Done a second time, after an interrupt, it goes on or does no harm. */
export type Action =
  | {
      readonly kind: "run";
      /** Words after `npm run`; the first is the command. */
      readonly words: readonly string[];
      /** Exit codes besides 0 that are an answer here. */
      readonly codes?: readonly number[];
    }
  | {
      readonly kind: "ask";
      /** E-mail address of whoever asks Bitbucket. */
      readonly as: string;
      readonly method: "GET" | "POST" | "PUT";
      /** Below the workspace's repositories. */
      readonly path: string;
      readonly json?: unknown;
      /** What it is, as people say it. */
      readonly what: string;
      /** Statuses that are an answer here. */
      readonly answers: readonly number[];
    }
  /** Opens a pull request that changes `access.yaml` in the company's repository, unless it says so already. */
  | { readonly kind: "propose"; readonly title: string; readonly change: Change }
  /** Lets a second person approve of what is open there, and another one merge it; the checkout follows. */
  | { readonly kind: "merge" }
  /** Previews, and deploys just that, with the word of one person that a second one has seen it. */
  | { readonly kind: "approve" }
  /** Shows what both systems say. */
  | { readonly kind: "see"; readonly what: string; readonly lines: (systems: Systems) => Promise<string[]> };

export interface Step {
  /** As in `--from <step>`. */
  readonly name: string;
  readonly title: string;
  /** What it will do, and why. */
  readonly says: string;
  readonly actions: readonly Action[];
  /** What to look at in what was printed. */
  readonly look: string;
}
