/**
 * Before a slot's client is changed. A state that is older than the client (a restored backup) would put an older
 * secret in the place of the one in use. And what leaked is ended: no token from before counts any more.
 */
import type * as pulumi from "@pulumi/pulumi";
import { rotationAttribute } from "../../access";
import { clientNamed } from "../../clients/named";
import type { Administration } from "../context";
import { settled } from "./settled";

interface Client {
  readonly id: string;
  readonly enabled?: boolean;
  readonly serviceAccountsEnabled?: boolean;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** @returns a hook that refuses a state older than the client, and ends the tokens of a slot that is switched off */
export function guardsSlot(administration: () => Administration): pulumi.ResourceHookFunction {
  return async ({ oldInputs, newInputs }) => {
    // With its next secret a client may get another id.
    const clientId = await settled<string>((oldInputs ?? newInputs)?.clientId);
    const client = await clientNamed<Client>(administration(), clientId);
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
