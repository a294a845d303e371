/**
 * What is asked of Keycloak while a credential rotates, in hooks before the engine's own operations: what they refuse
 * does not happen, and nothing that depends on it. (What a hook after an operation refuses has happened already.)
 */
import * as pulumi from "@pulumi/pulumi";
import { realmPaths, rotationAttribute } from "../access";
import { proveCredential } from "../clients/proveCredential";

/** What the hooks may ask of the realm's admin API; paths are below the realm. */
export interface Administration {
  get<T>(path: string, query?: Record<string, string>): Promise<T | undefined>;
  put(path: string, body: unknown): Promise<void>;
  post(path: string, body?: unknown): Promise<unknown>;
  delete(path: string): Promise<void>;
}

interface Client {
  readonly id: string;
  readonly enabled?: boolean;
  readonly serviceAccountsEnabled?: boolean;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Before a list of variables is written: each credential in it has to be worth a token. */
export function proves(credentialKey: string, urlKey: string): pulumi.ResourceHookFunction {
  return async ({ newInputs }) => {
    const variables = await settled<readonly { key: string; value: string }[]>(newInputs?.variables);
    const valueOf = (key: string) => variables.find((one) => one.key === key)?.value ?? "";
    await proveCredential(valueOf(credentialKey), valueOf(urlKey));
  };
}

/** Before Data Center is told of a client: its credential has to be one that Keycloak takes. */
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

/**
 * Before a slot's client is changed. A state that is older than the client (a restored backup) would put an older
 * secret in the place of the one in use. And what leaked is ended: no token from before counts any more.
 */
export function guards(administration: () => Administration): pulumi.ResourceHookFunction {
  return async ({ oldInputs, newInputs }) => {
    const clientId = await settled<string>(newInputs?.clientId);
    const [client] = (await administration().get<Client[]>("clients", { clientId })) ?? [];
    if (client === undefined) return;
    const [before, after] = await Promise.all([oldInputs, newInputs].map(rotationIn));
    const refusal = olderState(clientId, client.attributes?.[rotationAttribute], before, after);
    if (refusal !== undefined) throw new Error(refusal);
    const isEnded = (await settled<boolean | undefined>(newInputs?.enabled)) === false;
    if (isEnded && client.enabled !== false) await endTokens(client, administration());
  };
}

/** Why a client is not touched; undefined if it may be. */
export function olderState(
  clientId: string,
  found: string | undefined,
  before: string | undefined,
  after: string | undefined,
): string | undefined {
  // A refresh makes `before` what was found: then it has to be a rotation onwards.
  const isRotation = found === before && numberOf(found) < numberOf(after);
  if (found === after || isRotation) return undefined;
  return `client ${clientId} was rotated by a run that this state knows nothing of (rotation ${found ?? "none"}; the state has ${before ?? "none"}): the state is an older one, and nothing was changed; bring back the newest state, or see "An older state" in docs/guide/rotation.md`;
}

function numberOf(rotation: string | undefined): number {
  return rotation === undefined ? -1 : Number(rotation.split(" ")[0]);
}

async function rotationIn(inputs: Record<string, unknown> | undefined): Promise<string | undefined> {
  const config = await settled<Record<string, string> | undefined>(inputs?.extraConfig);
  return config?.[rotationAttribute];
}

async function endTokens(client: Client, administration: Administration): Promise<void> {
  const path = `clients/${client.id}`;
  // A token minted in this very second ends, too.
  const notBefore = Math.floor(Date.now() / 1000) + 1;
  await administration.put(path, { ...client, notBefore });
  if (client.serviceAccountsEnabled === false) return;
  const account = await administration.get<{ id: string }>(`${path}/service-account-user`);
  if (account !== undefined) await administration.post(`users/${account.id}/logout`);
}

/** A hook's secret input is an output. */
export function settled<T>(value: unknown): Promise<T> {
  return new Promise((resolve) => {
    pulumi.output(value as pulumi.Input<T>).apply((known) => {
      resolve(known as T);
    });
  });
}
