/**
 * Keycloak's admin events as entries of the trail. Of what was sent with one, names are kept and nothing else: the rest
 * may hold passwords and secrets.
 *
 * https://www.keycloak.org/docs/latest/server_admin/#auditing-admin-events
 */
import { createHash } from "node:crypto";
import type { NewEntry, Person } from "./entry";
import type { Window } from "./windows";
import { runAt } from "./windows";

/** What is looked at of an event. */
export interface KeycloakAdminEvent {
  readonly id?: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly authDetails?: { readonly userId?: string };
  readonly operationType?: string;
  readonly resourceType?: string;
  readonly resourcePath?: string;
  readonly representation?: string;
  readonly details?: Readonly<Record<string, string>>;
  readonly error?: string;
}

/** Something of Keycloak's by its id, as people call it. */
export type Naming = (kind: "users" | "groups" | "clients", id: string) => Promise<string | undefined>;

interface Account extends Person {
  /** As the log of a run calls the account that it acts by. */
  readonly username?: string;
}

export interface EventContext {
  readonly stack: string;
  readonly realm: string;
  /** Of the runs of this stack. */
  readonly windows: readonly Window[];
  readonly accountOf: (userId: string) => Promise<Account>;
  readonly named: Naming;
}

/**
 * An entry without its place in the chain. It has a `run` where the account of a run acted while the run was at work.
 *
 * @param event its time is milliseconds since 1970
 */
export async function entryOf(event: KeycloakAdminEvent, context: EventContext): Promise<NewEntry> {
  const { stack, realm, windows, accountOf, named } = context;
  const { time, authDetails, operationType = "", resourceType = "", resourcePath = "", error } = event;
  const by = authDetails?.userId === undefined ? {} : await accountOf(authDetails.userId);
  const run = runAt(windows, time, by.username);
  const subject = await subjectOf(event, named);
  return {
    act: "event",
    id: `keycloak ${realm} ${idOf(event)}`,
    at: new Date(time).toISOString(),
    stack,
    ...(run !== undefined && { run }),
    by,
    realm,
    operation: operationType,
    resource: resourceType,
    path: resourcePath,
    ...(subject && { subject }),
    names: namesIn(event.representation),
    ...(error !== undefined && { error }),
  };
}

/** Servers that give an event no id: what it says stands for it. */
function idOf(event: KeycloakAdminEvent): string {
  return event.id ?? createHash("sha256").update(JSON.stringify(event)).digest("hex");
}

const kinds = { users: "person", groups: "group", clients: "client" } as const;
const path = /^(users|groups|clients)\/([^/]+)/;

/** Whom or what it was done to: the first thing of its path. */
async function subjectOf(
  { resourcePath = "", representation, details = {}, resourceType }: KeycloakAdminEvent,
  named: Naming,
): Promise<{ kind: string; name: string } | undefined> {
  const [, place, id] = path.exec(resourcePath) ?? [];
  if (place === undefined || id === undefined) return undefined;
  const collection = place as keyof typeof kinds;
  const told =
    collection === "users"
      ? (details.username ?? (resourceType === "USER" ? nameIn(representation) : undefined))
      : undefined;
  const own =
    resourcePath === `${place}/${id}` && collection !== "users" ? nameIn(representation) : undefined;
  const name = told ?? own ?? (await named(collection, id));
  return { kind: kinds[collection], name: name ?? `${kinds[collection]} ${id}` };
}

const told = ["path", "clientId", "username", "alias", "name"] as const;

function nameIn(representation: string | undefined): string | undefined {
  return namesIn(representation).find((name) => !name.startsWith("enabled: "));
}

/** Names of what was sent: of a list those of its entries. */
function namesIn(representation: string | undefined): string[] {
  if (representation === undefined) return [];
  let sent: unknown;
  try {
    sent = JSON.parse(representation);
  } catch {
    return [];
  }
  return (Array.isArray(sent) ? sent : [sent]).flatMap((one: unknown) => {
    if (typeof one !== "object" || one === null) return [];
    const thing = one as Readonly<Record<string, unknown>>;
    const name = told.map((key) => thing[key]).find((value) => typeof value === "string");
    const isSwitched = !Array.isArray(sent) && typeof thing.enabled === "boolean";
    return [
      ...(typeof name === "string" ? [name] : []),
      ...(isSwitched ? [`enabled: ${String(thing.enabled)}`] : []),
    ];
  });
}

/** What is looked at of a sign-in. */
export interface KeycloakEvent {
  readonly id?: string;
  readonly time: number;
  readonly clientId?: string;
  readonly error?: string;
  readonly details?: Readonly<Record<string, string>>;
}

/**
 * A pipeline that signed in by its own token, or was refused.
 *
 * @param creatorOf who started a pipeline; undefined where Bitbucket does not say
 * @returns undefined for any other sign-in
 */
export async function signInOf(
  event: KeycloakEvent,
  { stack, realm }: Pick<EventContext, "stack" | "realm">,
  creatorOf: (repository: string, pipeline: string) => Promise<Person | undefined>,
): Promise<NewEntry | undefined> {
  const { time, clientId = "", error, details = {} } = event;
  const { bitbucket_repository: repository, bitbucket_pipeline: pipeline } = details;
  if (repository === undefined || pipeline === undefined) return undefined;
  const { bitbucket_step: step, bitbucket_environment: environment, bitbucket_branch: branch } = details;
  const { bitbucket_verified: verified, bitbucket_refusal: refusal } = details;
  // Which pipeline it claims to be of counts only once its signature is known to be right. Whose the account is that a
  // token may name, Atlassian does not say: nobody is taken for it.
  const by = verified === "true" ? await creatorOf(repository, pipeline) : undefined;
  const refused = error === undefined ? undefined : [error, refusal].filter(Boolean).join(": ");
  return {
    act: "sign-in",
    id: `keycloak ${realm} ${idOf({ ...event, representation: JSON.stringify(details) })}`,
    at: new Date(time).toISOString(),
    stack,
    client: clientId,
    realm,
    pipeline: {
      repository,
      pipeline,
      ...(step !== undefined && { step }),
      ...(environment !== undefined && { environment }),
      ...(branch !== undefined && { branch }),
    },
    ...(by && { by }),
    ...(refused !== undefined && { error: refused }),
  };
}
