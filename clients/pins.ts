/**
 * Which Bitbucket account somebody was matched with first, and in which groups it was seen since. An e-mail address can be
 * given to somebody else, in either system; a right must not follow it. The pins are the attributes of one realm role that nobody holds: they come with a
 * single request, and no run of the program writes over them, as it would over attributes of people it declares.
 */
import { KeycloakError, type KeycloakAdmin } from "./keycloak";

/** Name of the role; administrators find it under "Realm roles". */
export const pinsRole = "bitbucket-accounts";

export interface Pin {
  /** UUID of the Bitbucket account, with braces. */
  readonly account: string;
  /** The address that it was matched by; empty where `access.yaml` named the account. */
  readonly email: string;
  /** Slugs of the groups that `sync` put the account into, or saw it in: what is missing there was taken out by somebody. */
  readonly groups?: readonly string[];
}

/** By the id of a person in Keycloak. */
export type Pins = ReadonlyMap<string, Pin>;

interface Role {
  readonly name: string;
  readonly description: string;
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
}

/** @returns undefined where nobody was ever pinned */
export async function readPins(keycloak: Pick<KeycloakAdmin, "get">): Promise<Pins | undefined> {
  const role = await keycloak.get<Role>(`roles/${pinsRole}`);
  if (role === undefined) return undefined;
  return new Map(
    Object.entries(role.attributes ?? {}).map(([id, [account = "", email = "", ...groups]]) => [
      id,
      { account, email, ...(groups.length > 0 && { groups }) },
    ]),
  );
}

/** Writes all pins in one request; none if they are those that were there. */
export async function writePins(
  keycloak: KeycloakAdmin,
  before: Pins | undefined,
  pins: Pins,
): Promise<void> {
  if (before !== undefined && textOf(before) === textOf(pins)) return;
  const role: Role = {
    name: pinsRole,
    description: "Bitbucket accounts by the id of their person: kept by sync, held by nobody",
    attributes: Object.fromEntries(
      [...pins].map(([id, { account, email, groups = [] }]) => [id, [account, email, ...groups]]),
    ),
  };
  // A new role takes no attributes; and another run may have made it by now.
  if (before === undefined) {
    await keycloak.post("roles", role).catch((error: unknown) => {
      if (!(error instanceof KeycloakError && error.status === 409)) throw error;
    });
  }
  await keycloak.put(`roles/${pinsRole}`, role);
}

function textOf(pins: Pins): string {
  const lines = [...pins].map(([id, { account, email, groups = [] }]) => [
    id,
    account,
    email,
    ...[...groups].sort(),
  ]);
  return JSON.stringify(lines.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)));
}
