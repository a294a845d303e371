/** A look from its beginning, or from where it was, to its end, or to the end of the hour. */
import { setTimeout as sleep } from "node:timers/promises";
import { HourSpent } from "@pulumi/bitbucket/api/meter";
import { lookAt, type Looked, type LookOptions } from "../../../clients/look/found";
import type { Records } from "../../../clients/look/records";

export interface Patience extends LookOptions {
  /** Whether to wait for the next hour. Default: the look ends there. */
  readonly wait?: boolean;
  /** Called before each wait. */
  readonly onWait?: (spent: HourSpent) => void;
  /** Default: this machine's. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/** @returns or the hour that is spent, and until when, where the look does not wait */
export async function lookWithin(
  records: Records,
  env: NodeJS.ProcessEnv,
  { wait = false, onWait, pause = sleep, ...options }: Patience,
): Promise<Looked | HourSpent> {
  for (;;) {
    try {
      return await lookAt(records, env, options);
    } catch (thrown) {
      if (!(thrown instanceof HourSpent)) throw thrown;
      if (!wait) return thrown;
      onWait?.(thrown);
      const { clock = Date.now } = options;
      await pause(Math.max(1_000, thrown.until.getTime() - clock()));
    }
  }
}
