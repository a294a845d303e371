/** Before a signing key is made: the keys that Keycloak made by itself go, once nothing lives that they signed. */
import type * as pulumi from "@pulumi/pulumi";
import type { Administration } from "../context";
import { settled } from "./settled";

/** Of each algorithm, the number of the first key that is made once nothing lives that a key from before signed. */
const firstAlone = 4;

/**
 * @returns a hook that takes away the keys of an algorithm that Keycloak made by itself, with the realm or since, once
 *   two rotations have passed; it refuses nothing
 */
export function retiresKeys(administration: () => Administration): pulumi.ResourceHookFunction {
  return async ({ newInputs }) => {
    const name = await settled<string>(newInputs?.name);
    const [algorithm = "", number = ""] = name.split("-");
    if (Number(number) < firstAlone) return;
    const type = "org.keycloak.keys.KeyProvider";
    const components =
      (await administration().get<{ id: string; name: string }[]>("components", { type })) ?? [];
    const own = new Set([`fallback-${algorithm.toUpperCase()}`, `hmac-generated-${algorithm}`]);
    for (const component of components)
      if (own.has(component.name)) await administration().delete(`components/${component.id}`);
  };
}
