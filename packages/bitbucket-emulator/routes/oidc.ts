/**
 * The workspace as an OIDC issuer: what verifiers of step tokens fetch, without any credential.
 */
import { checkWorkspace, endpoint, ok } from "../endpoint";
import { ApiError } from "../errors";
import { discovery, keySet } from "../oidc";

const path = "/2.0/workspaces/:workspace/pipelines-config/identity/oidc";

export const oidcEndpoints = [
  endpoint(
    {
      method: "GET",
      path: `${path}/.well-known/openid-configuration`,
      family: "oidc",
      scopes: "public",
    },
    (call) => {
      checkWorkspace(call);
      if (call.world.readings().discovery === "afterFirstUse" && call.state.usedOidc !== true)
        throw new ApiError(404, "No pipeline of this workspace has used OpenID Connect yet.");
      return ok(discovery(call.world.url, call.state));
    },
  ),

  endpoint(
    {
      method: "GET",
      path: `${path}/keys.json`,
      family: "oidc",
      scopes: "public",
    },
    async (call) => {
      checkWorkspace(call);
      const keys = await keySet(call.state);
      // A key that was only just made has to be the same after a restart.
      await call.world.store.saved();
      return ok(keys);
    },
  ),
];
