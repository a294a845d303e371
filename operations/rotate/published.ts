/** The credentials that the state says are published, with secrets shown. */
import { variables } from "../../components/pipelineAccess";
import { nameOf } from "./standing";

export interface Published {
  readonly name: string;
  /** `client_id:client_secret`. */
  readonly credential: string;
  readonly tokenUrl: string;
}

/** @param state what `pulumi stack export --show-secrets` prints */
export function credentialsOf(state: unknown): Published[] {
  const { resources = [] } = (state as Export).deployment;
  return resources
    .filter(({ type }) => type === "bitbucket:index:DeploymentVariables")
    .flatMap(({ urn, outputs = {} }) => {
      const list = plain(outputs.variables) as readonly { key: string; value?: unknown }[] | undefined;
      const valueOf = (key: string) => plain(list?.find((one) => one.key === key)?.value);
      const [credential, tokenUrl] = [valueOf(variables.credential), valueOf(variables.tokenUrl)];
      if (typeof credential !== "string" || typeof tokenUrl !== "string") return [];
      return [{ name: nameOf(urn), credential, tokenUrl }];
    });
}

/** A secret is written as JSON within an object of its own. */
function plain(value: unknown): unknown {
  const text = (value as { readonly plaintext?: string } | undefined)?.plaintext;
  return text === undefined ? value : JSON.parse(text);
}

interface Export {
  readonly deployment: {
    readonly resources?: readonly {
      readonly urn: string;
      readonly type: string;
      readonly outputs?: Readonly<Record<string, unknown>>;
    }[];
  };
}
