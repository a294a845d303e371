/** By what the program knows a change again that a command has asked everybody about. */
import { createHash } from "node:crypto";
import { canonical, type Baseline, type Declaration } from "../access";

/**
 * Stands for one change of a stack.
 *
 * @param last what it was last brought up with
 * @param declared what it is to be brought up with
 */
export function changeDigest(
  stack: string,
  last: Baseline | undefined,
  { model, settings, exceptions }: Declaration,
): string {
  const change = canonical({ stack, last, model, settings, exceptions });
  return createHash("sha256").update(change).digest("hex");
}
