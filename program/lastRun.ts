/**
 * What the stack was last brought up with, read by the program itself, so that plain `pulumi up` knows it, too, before
 * anything is registered and before it signs in anywhere. It comes from the engine, which has the state open already:
 * with any CLI, language host and backend, and without another process or credential.
 */
import type * as pulumi from "@pulumi/pulumi";
import { knownAddresses, lastBaseline, type Addresses, type Baseline } from "../access";
import { recordOfStack, type Recorded } from "../components";

export interface LastRun {
  /** The resources that it left. */
  readonly record: pulumi.Output<readonly Recorded[]>;
  /** Where it went; none where the stack has nothing yet. */
  readonly addresses: () => Promise<Addresses>;
  /** What it declared; undefined where no run of this version has come to its end. */
  readonly baseline: () => Promise<Baseline | undefined>;
}

/** Asks the engine once, whatever is looked up. */
export function lastRun(): LastRun {
  const record = recordOfStack();
  // Known in a preview, too. Where the engine cannot say, the run ends with its error, and this is never settled.
  const known = new Promise<readonly Recorded[]>((resolve) => void record.apply(resolve));
  return {
    record,
    addresses: async () => knownAddresses(await known),
    baseline: async () => lastBaseline(await known),
  };
}
