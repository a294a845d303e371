/** A part of the workspace: what is read of it at once, and what of that was changed by hand. */
import type { Session } from "@pulumi/bitbucket/api/client";
import type { Check, Declared } from "./check";
import type { Costing } from "./coverage";
import { inAll, type Finding } from "../../evidence/reports/drift";
import type { Entry } from "../../engine/placed";

export interface Part extends Costing {
  readonly look: () => Promise<Finding[]>;
}

/** The same, before it is known what it is compared with. */
export interface Lookable extends Costing {
  readonly look: () => Promise<Compared>;
}

/** Reads lists, and counts what that takes. */
export class Reader {
  requests = 0;
  constructor(
    private readonly session: Session,
    private readonly workspace: string,
  ) {}

  async list(path: string, at: Readonly<Record<string, string>> = {}): Promise<readonly Entry[]> {
    const read = this.session.list.bind(this.session) as (
      path: string,
      at: object,
    ) => Promise<readonly Entry[]>;
    const entries = await read(path, { workspace: this.workspace, ...at });
    this.requests += Math.max(1, Math.ceil(entries.length / 100));
    return entries;
  }
}

export interface Scene extends Pick<Check, "settings" | "now" | "then"> {
  readonly read: Reader;
}

/** What is there in a part, compared with what was declared. */
export type Compared = (declared: Declared) => Finding[];

/** What is neither as it is declared now nor as the last run declared it: a change that waits is nobody's drift. */
export function byHand({ now, then }: Scene, compared: Compared): Finding[] {
  return now === then ? compared(now) : inAll([compared(now), compared(then)]);
}

export const system = "bitbucket" as const;
