/**
 * What somebody has switched off in Keycloak, in an emergency or with an off-boarding: it is asked once, before anything is
 * declared, since whatever changes of a client is written with whether it is on.
 */
import * as pulumi from "@pulumi/pulumi";
import { KeycloakError, type KeycloakAdmin } from "../clients/keycloak";
import type { Context, Switched } from "../components";

type Asked = Pick<KeycloakAdmin, "get" | "list">;

interface Thing {
  readonly enabled?: boolean;
  readonly clientId?: string;
  readonly alias?: string;
}

/**
 * @param asked settled once Keycloak may be asked
 * @param realm the realm that is looked into
 * @returns false for what is not there. A preview whose account may not see something takes it to be on
 */
export function switchedOffIn(
  administration: () => Asked,
  asked: Promise<unknown>,
  realm: string,
): Context["switchedOff"] {
  const known = new Map<Switched, Promise<ReadonlySet<string>>>();
  return async (kind, name) => {
    await asked;
    const names = known.get(kind) ?? visible(offOf(kind, administration(), realm), new Set<string>());
    known.set(kind, names);
    return (await names).has(name);
  };
}

async function offOf(kind: Switched, keycloak: Asked, realm: string): Promise<ReadonlySet<string>> {
  const itself = await keycloak.get<Thing>("");
  if (itself === undefined) return new Set();
  const things: Readonly<
    Record<Switched, () => Promise<readonly (readonly [name: string, thing: Thing])[]>>
  > = {
    realm: () => Promise.resolve([[realm, itself]]),
    client: async () => (await keycloak.list<Thing>("clients")).map((one) => [one.clientId ?? "", one]),
    "identity provider": async () =>
      ((await keycloak.get<Thing[]>("identity-provider/instances")) ?? []).map((one) => [
        one.alias ?? "",
        one,
      ]),
  };
  const off = (await things[kind]()).filter(([, { enabled }]) => enabled === false);
  return new Set(off.map(([name]) => name));
}

/** @param unseen what counts in a preview whose account may not see it */
export async function visible<T>(seen: Promise<T>, unseen: T): Promise<T> {
  try {
    return await seen;
  } catch (error) {
    const mayNotSee = error instanceof KeycloakError && error.status === 403;
    if (!pulumi.runtime.isDryRun() || !mayNotSee) throw error;
    return unseen;
  }
}
