import type { Seen } from "./rule";

/** A resource as rules see it. What it stands in is part of its name for the engine: `Outer$Inner$type`. */
export function seenAs(urn: string, type: string, inputs: Seen["inputs"], protect: boolean): Seen {
  const [, , types = "", ...name] = urn.split("::");
  return { type, name: name.join("::"), within: types.split("$").slice(0, -1), inputs, protect };
}

/** Example: `prod` of `urn:pulumi:prod::bitbucket-keycloak::…`. */
export function stackOf(urn: string): string {
  return urn.split("::", 1)[0]?.split(":").at(-1) ?? "";
}
