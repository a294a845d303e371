/** What is there and what is missing of all that a stack needs, each with what to do. Changes nothing. */
import { root } from "../../toolchain/places";
import { Progress } from "../../toolchain/progress";
import type { Finding } from "./check";
import { checks } from "./checks";
import type { Facts } from "./facts";
import { gather } from "./gather";

/** What one check found. */
export type Diagnosed = Finding & { readonly name: string; readonly wants: string };

export interface Diagnosis {
  readonly stack: string;
  /** `ready`: nothing is missing, as far as anybody can know. */
  readonly verdict: "ready" | "missing";
  readonly checks: readonly Diagnosed[];
  readonly seconds: number;
}

/** Pure. */
export function diagnosed(facts: Facts): readonly Diagnosed[] {
  return checks.map(({ name, wants, evaluate }) => ({ name, wants, ...evaluate(facts) }));
}

/** Asks everything, whatever fails. @param folder of Pulumi.yaml */
export async function diagnose(
  stack: string,
  env: NodeJS.ProcessEnv = process.env,
  folder = root,
  progress = new Progress(),
): Promise<Diagnosis> {
  const since = Date.now();
  const found = diagnosed(await gather(stack, env, folder, progress));
  return {
    stack,
    verdict: found.some(({ state }) => state === "missing") ? "missing" : "ready",
    checks: found,
    seconds: (Date.now() - since) / 1000,
  };
}
