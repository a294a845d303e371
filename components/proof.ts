/**
 * What is asked of Keycloak while a credential turns, in hooks before the engine's own operations: what they refuse
 * does not happen, and nothing that depends on it. (What a hook after an operation refuses has happened already.)
 */
import * as pulumi from "@pulumi/pulumi";
import { setTimeout as sleep } from "node:timers/promises";

/** What the hooks may ask of the realm's admin API; paths are below the realm. */
export interface Administration {
  get<T>(path: string, query?: Record<string, string>): Promise<T | undefined>;
  put(path: string, body: unknown): Promise<void>;
  post(path: string, body?: unknown): Promise<unknown>;
  delete(path: string): Promise<void>;
}

/** The client's attribute that says which turn made its secret, and when: `3 2026-01-01T00:00:00.000Z`. */
export const turnAttribute = "rotation.turn";

interface Client {
  readonly id: string;
  readonly enabled?: boolean;
  readonly serviceAccountsEnabled?: boolean;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Seconds between the tries of a token request. */
const waits = [0, 1, 2, 4, 8];

/** What whoever holds a credential asks with it, first of all. */
const forms = {
  /** For a token of its own. */
  token: { grant_type: "client_credentials" },
  /** About a token: what a client may ask that gets none without a person. */
  "token/introspect": { token: "none" },
} as const;

/**
 * Asks Keycloak, as whoever holds the credential would: for a token, or, at the address for it, about one.
 *
 * @param credential `client_id:client_secret`
 * @param url the realm's `…/token`, or `…/token/introspect` for a client that only people get tokens by
 * @throws if Keycloak refuses it, or does not answer for a quarter of a minute; the credential is not shown
 */
export async function proveCredential(credential: string, url: string): Promise<void> {
  const [clientId = "", secret = ""] = credential.split(":").map(encodeURIComponent);
  const authorization = `Basic ${Buffer.from(`${clientId}:${secret}`).toString("base64")}`;
  let said = "";
  for (const seconds of waits) {
    await sleep(seconds * 1000);
    const form = url.endsWith("/introspect") ? forms["token/introspect"] : forms.token;
    said = await fetch(url, {
      method: "POST",
      headers: { authorization },
      body: new URLSearchParams(form),
      signal: AbortSignal.timeout(10_000),
    }).then(
      (response) => (response.ok ? "" : String(response.status)),
      (error: unknown) => (error as Error).name,
    );
    if (said === "") return;
  }
  throw new Error(
    `Keycloak refuses the new credential of ${clientId} (${said}): nothing was published, and what was published before still works; look at the realm's events, then run this again`,
  );
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
    await proveCredential(`${clientId ?? ""}:${secret ?? ""}`, `${issuer ?? ""}${introspection}`);
  };
}

/** Below a realm's issuer. */
export const introspection = "/protocol/openid-connect/token/introspect";

/**
 * Before a slot's client is changed. A state that is older than the client (a restored backup) would put an older
 * secret in the place of the one in use. And what leaked is ended: no token from before counts any more.
 */
export function guards(administration: () => Administration): pulumi.ResourceHookFunction {
  return async ({ oldInputs, newInputs }) => {
    const clientId = await settled<string>(newInputs?.clientId);
    const [client] = (await administration().get<Client[]>("clients", { clientId })) ?? [];
    if (client === undefined) return;
    const [before, after] = await Promise.all([oldInputs, newInputs].map(turnIn));
    const refusal = olderState(clientId, client.attributes?.[turnAttribute], before, after);
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
  // A refresh makes `before` what was found: then it has to be a turn onwards.
  const isTurn = found === before && numberOf(found) < numberOf(after);
  if (found === after || isTurn) return undefined;
  return `client ${clientId} was turned by a run that this state knows nothing of (turn ${found ?? "none"}; the state has ${before ?? "none"}): the state is an older one, and nothing was changed; bring back the newest state, or see "An older state" in docs/guide/rotation.md`;
}

function numberOf(turn: string | undefined): number {
  return turn === undefined ? -1 : Number(turn.split(" ")[0]);
}

async function turnIn(inputs: Record<string, unknown> | undefined): Promise<string | undefined> {
  const config = await settled<Record<string, string> | undefined>(inputs?.extraConfig);
  return config?.[turnAttribute];
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
