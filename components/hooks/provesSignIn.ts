/** Before Data Center is given a client: its credential has to be one that Keycloak takes. */
import type * as pulumi from "@pulumi/pulumi";
import { realmPaths } from "../../access";
import { proveCredential } from "../../clients/proveCredential";
import { settled } from "./settled";

/** @returns a hook that refuses a credential that Keycloak refuses */
export function provesSignIn(): pulumi.ResourceHookFunction {
  return async ({ newInputs }) => {
    const [issuer, clientId, secret] = await Promise.all(
      [newInputs?.issuer, newInputs?.clientId, newInputs?.clientSecret].map((input) =>
        settled<string>(input),
      ),
    );
    await proveCredential(`${clientId ?? ""}:${secret ?? ""}`, `${issuer ?? ""}${realmPaths.introspection}`);
  };
}
