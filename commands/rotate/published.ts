/** The credentials that the state says are published, or made for people to publish, with secrets shown. */
import { rotationNames, signInClients, realmPaths, rotatedVariables, outputNames } from "../../access";
import { slotOf } from "@pulumi/rotation/decide";
import { plain, stackOutput, type ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";

export interface Published {
  readonly name: string;
  /** `client_id:client_secret`. */
  readonly credential: string;
  /** Where it is proved. */
  readonly tokenUrl: string;
}

/** @param resources of a state whose secrets are shown */
export function credentialsOf(resources: readonly ResourceState[]): Published[] {
  return [...pipelinesOf(resources), ...signInOf(resources)];
}

/** Of the slot that the last rotation made. */
function signInOf(resources: readonly ResourceState[]): Published[] {
  const find = (type: string, name: string) =>
    resources.find((one) => one.type === type && readUrn(one.urn).name === name)?.outputs ?? {};
  const rotation = find("rotation:index:Schedule", rotationNames.signIn).rotation as number | undefined;
  const issuer = stackOutput(resources, outputNames.issuer);
  if (rotation === undefined || issuer === undefined) return [];
  const slot = slotOf(rotation);
  const secret = plain(
    find("random:index/randomPassword:RandomPassword", `${rotationNames.signIn}-${slot}`).result,
  );
  const credential = `${signInClients[slot]}:${String(secret)}`;
  return [{ name: rotationNames.signIn, credential, tokenUrl: `${issuer}${realmPaths.introspection}` }];
}

function pipelinesOf(resources: readonly ResourceState[]): Published[] {
  return resources
    .filter(({ type }) => type === "bitbucket:index:DeploymentVariables")
    .flatMap(({ urn, outputs = {} }) => {
      const list = plain(outputs.variables) as readonly { key: string; value?: unknown }[] | undefined;
      const valueOf = (key: string) => plain(list?.find((one) => one.key === key)?.value);
      const [credential, tokenUrl] = [
        valueOf(rotatedVariables.credential),
        valueOf(rotatedVariables.tokenUrl),
      ];
      if (typeof credential !== "string" || typeof tokenUrl !== "string") return [];
      return [{ name: readUrn(urn).name, credential, tokenUrl }];
    });
}
