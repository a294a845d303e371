/** A part of the workspace: what is read of it at once, and what of that was changed by hand. */
import type { Check, Declared } from "./check";
import type { Costing } from "./coverage";
import { inAll, type Finding } from "../../evidence/reports/drift";
import type { Reader } from "../../clients/look/reader";

export interface Part extends Costing {
  readonly look: () => Promise<Finding[]>;
}

/** The same, before it is known what it is compared with. */
export interface Lookable extends Costing {
  readonly look: () => Promise<Compared>;
}

/** A project or a repository of the workspace, by its name. */
export interface Called {
  readonly name: string;
  /** The one by which it is declared: that of the last run, where the state knows it by its UUID. */
  readonly before: string;
}

export interface Scene extends Pick<Check, "settings" | "now" | "then" | "known"> {
  readonly read: Reader;
}

/** What is there in a part, compared with what was declared. */
export type Compared = (declared: Declared) => Finding[];

/** What is neither as it is declared now nor as the last run declared it: a change that waits is nobody's drift. */
export function byHand({ now, then }: Scene, compared: Compared): Finding[] {
  return now === then ? compared(now) : inAll([compared(now), compared(then)]);
}

export const system = "bitbucket" as const;
