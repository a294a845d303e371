/** What the engine tells a hook. */
import type { HookArgs } from "../../testing/placed";

/** @param oldInputs absent: the resource is made */
export function hookArgs(newInputs: Record<string, unknown>, oldInputs?: Record<string, unknown>): HookArgs {
  const urn = "urn:pulumi:dev::p::t::n";
  return { urn, id: "id", name: "api.dev", type: "t", newInputs, ...(oldInputs && { oldInputs }) };
}
