import { readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";
import type { Seen } from "./rule";

/** A resource as rules see it. */
export function seenAs(urn: string, type: string, inputs: Seen["inputs"], protect: boolean): Seen {
  const { name, within } = readUrn(urn);
  return { type, name, within, inputs, protect };
}
