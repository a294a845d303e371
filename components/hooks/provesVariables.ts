/** Before a pipeline's variables are written: the credential among them has to be worth a token. */
import type * as pulumi from "@pulumi/pulumi";
import { proveCredential } from "../../clients/proveCredential";
import { settled } from "./settled";

/**
 * @param credentialKey key of the variable that is a credential
 * @param urlKey key of the one that says where it is exchanged for a token
 * @returns a hook that refuses a credential that Keycloak refuses
 */
export function provesVariables(credentialKey: string, urlKey: string): pulumi.ResourceHookFunction {
  return async ({ newInputs }) => {
    const variables = await settled<readonly { key: string; value: string }[]>(newInputs?.variables);
    const valueOf = (key: string) => variables.find((one) => one.key === key)?.value ?? "";
    await proveCredential(valueOf(credentialKey), valueOf(urlKey));
  };
}
