/** The credentials that the state says are published, or made for people to publish, with secrets shown. */
import { turning, signInClients, realmPaths, rotatedVariables } from "../../access";
import { slotOf } from "@pulumi/rotation/turn";
import { readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";

export interface Published {
  readonly name: string;
  /** `client_id:client_secret`. */
  readonly credential: string;
  /** Where it is proved. */
  readonly tokenUrl: string;
}

/** @param state what `pulumi stack export --show-secrets` prints */
export function credentialsOf(state: unknown): Published[] {
  const { resources = [] } = (state as Export).deployment;
  return [...pipelinesOf(resources), ...signInOf(resources)];
}

/** Of the slot that the last turn made. */
function signInOf(resources: readonly Resource[]): Published[] {
  const find = (type: string, name: string) =>
    resources.find((one) => one.type === type && readUrn(one.urn).name === name)?.outputs ?? {};
  const turn = find("rotation:index:Schedule", turning.signIn).turn as number | undefined;
  const issuer = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs?.issuer;
  if (turn === undefined || typeof issuer !== "string") return [];
  const slot = slotOf(turn);
  const secret = plain(
    find("random:index/randomPassword:RandomPassword", `${turning.signIn}-${slot}`).result,
  );
  const credential = `${signInClients[slot]}:${String(secret)}`;
  return [{ name: turning.signIn, credential, tokenUrl: `${issuer}${realmPaths.introspection}` }];
}

function pipelinesOf(resources: readonly Resource[]): Published[] {
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

/** A secret is written as JSON within an object of its own. */
function plain(value: unknown): unknown {
  const text = (value as { readonly plaintext?: string } | undefined)?.plaintext;
  return text === undefined ? value : JSON.parse(text);
}

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

interface Export {
  readonly deployment: { readonly resources?: readonly Resource[] };
}
