/**
 * Brings into the trail what others know: Keycloak's admin events, the pipelines that signed in by their own tokens, and
 * the engine's history. However often it runs, each is there once. What no run of this program made was done by hand.
 */
import { Bitbucket, type Session } from "@pulumi/bitbucket/api/client";
import type { Progress } from "../../toolchain/progress";
import type { Engine } from "../../engine/engine";
import { KeycloakAdmin, KeycloakError, type KeycloakUser } from "../../clients/keycloak";
import { readStack } from "../../checkout/stack";
import type { Entry, NewEntry, Person } from "../../trail/entry";
import {
  entryOf,
  signInOf,
  type EventContext,
  type KeycloakAdminEvent,
  type KeycloakEvent,
  type Naming,
} from "../../trail/events";
import { historyOf, updateOf } from "./history";
import { Directory } from "../../trail/people";
import { auditFolder, writingFolder } from "../../trail/place";
import { redacted } from "../../trail/redact";
import { readTrail, trailFolders } from "../../trail/trail";
import { windowsOf } from "../../trail/windows";
import { append, writerOptions } from "../../trail/writer";
import { variable } from "../../access/environment";

export interface Collected {
  /** ISO 8601. */
  readonly since: string;
  /** What is new in the trail. */
  readonly entries: readonly Entry[];
  /** What could not be asked, a line each. */
  readonly notExamined: readonly string[];
}

/** So far before the last event that is known it looks again: one may be written later than another. Milliseconds. */
const overlap = 3_600_000;
/** Bitbucket is asked for the creators of no more pipelines than these at once. */
const mostCreators = 100;

/** @param since default: the last that is in the trail, else all that is there */
export async function collect(
  stack: string,
  engine: Engine,
  since: Date | undefined,
  progress: Progress,
): Promise<Collected> {
  const { env, cwd } = engine;
  const { model, settings } = readStack(cwd, stack, env);
  const { url, realm } = settings.keycloak;
  const admin = (name: string) => KeycloakAdmin.from(url, name, env);
  const folder = writingFolder(env, cwd);
  // Runs of other pipelines are in trails of their own.
  const known = trailFolders(auditFolder(env, cwd)).flatMap((one) => readTrail(one).entries);
  const from = since?.getTime() ?? lastOf(known, stack);
  const windows = windowsOf(known, stack);
  const directory = new Directory(model, admin(realm));
  const context: EventContext = {
    stack,
    realm,
    windows,
    accountOf: accounts([admin(env[variable.keycloakRealm] ?? "master"), admin(realm)], directory),
    named: naming(admin(realm)),
  };
  const notExamined: string[] = [];
  const entries: NewEntry[] = [];
  await progress.step(`reading the log of realm ${realm}`, async (note) => {
    const events = await eventsOf<KeycloakAdminEvent>(admin(realm), "admin-events", from, {});
    for (const [index, event] of events.entries()) {
      entries.push(await entryOf(event, context));
      if (index % 100 === 99) note(`${index + 1} of ${events.length} events`);
    }
    const creatorOf = creators(settings.bitbucket, env, directory, notExamined);
    for (const type of ["CLIENT_LOGIN", "CLIENT_LOGIN_ERROR"])
      for (const event of await eventsOf<KeycloakEvent>(admin(realm), "events", from, { type })) {
        const entry = await signInOf(event, context, creatorOf);
        if (entry !== undefined) entries.push(entry);
      }
  });
  await progress.step(`reading the history of stack ${stack}`, async () => {
    for (const recorded of await historyOf(stack, engine, from)) {
      const entry = updateOf(recorded, stack, windows);
      if (entry?.act === "update") entries.push({ ...entry, by: await directory.known(entry.by) });
    }
  });
  entries.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const ids = new Set(known.map(({ id }) => id));
  const fresh = redacted(
    entries.filter(({ id }) => !ids.has(id)),
    env,
  );
  const written = fresh.length === 0 ? [] : await append(folder, fresh, writerOptions(env, stack));
  return { since: new Date(from).toISOString(), entries: written, notExamined };
}

function lastOf(entries: readonly Entry[], stack: string): number {
  const times = entries
    .filter((entry) => entry.stack === stack && ["event", "sign-in", "update"].includes(entry.act))
    .map(({ at }) => Date.parse(at));
  return times.length === 0 ? 0 : Math.max(0, times.reduce((a, b) => Math.max(a, b)) - overlap);
}

/** The oldest first: while it reads, new ones come at the end. */
async function eventsOf<T>(
  realm: KeycloakAdmin,
  path: string,
  since: number,
  query: Readonly<Record<string, string>>,
): Promise<T[]> {
  return realm.list<T>(path, { ...query, dateFrom: String(since), direction: "asc" });
}

/** Administrators are of the realm that they sign in to, most often another one than they change. */
function accounts(realms: readonly KeycloakAdmin[], directory: Directory): EventContext["accountOf"] {
  const known = new Map<string, Promise<Person>>();
  const find = async (id: string): Promise<Person> => {
    for (const realm of realms) {
      const user = await realm.get<KeycloakUser>(`users/${id}`).catch(ignoreRefusal);
      if (user === undefined) continue;
      const { username, email } = user;
      return directory.known({ username, ...(email !== undefined && { email }) });
    }
    return { name: `account ${id}` };
  };
  return (id) => {
    const asked = known.get(id) ?? find(id);
    known.set(id, asked);
    return asked;
  };
}

/** Names by id, each asked for once; of what is gone, none. */
function naming(realm: KeycloakAdmin): Naming {
  const known = new Map<string, Promise<string | undefined>>();
  return (kind, id) => {
    const key = `${kind}/${id}`;
    const asked =
      known.get(key) ??
      realm
        .get<{ username?: string; path?: string; clientId?: string }>(key)
        .then((thing) => thing?.username ?? thing?.path ?? thing?.clientId)
        .catch(ignoreRefusal);
    known.set(key, asked);
    return asked;
  };
}

function ignoreRefusal(error: unknown): undefined {
  if (error instanceof KeycloakError && error.status !== undefined) return undefined;
  throw error;
}

function creators(
  { url, workspace }: { readonly url: string; readonly workspace: string },
  env: NodeJS.ProcessEnv,
  directory: Directory,
  notExamined: string[],
) {
  let session: Session | undefined;
  const known = new Map<string, Promise<Person | undefined>>();
  const ask = async (repository: string, pipeline: string): Promise<Person | undefined> => {
    session ??= Bitbucket.session(url, env);
    const path = "/repositories/{workspace}/{repo_slug}/pipelines/{pipeline_uuid}";
    const at = { workspace, repo_slug: repository, pipeline_uuid: pipeline };
    const { creator } = await session.get(path, at);
    const account = creator?.uuid;
    return account === undefined
      ? undefined
      : directory.known({
          account,
          ...(creator?.display_name !== undefined && { name: creator.display_name }),
        });
  };
  const fail = (repository: string, pipeline: string) => (error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    notExamined.push(`who started pipeline ${pipeline} of repository ${repository}: ${why}`);
    return undefined;
  };
  return (repository: string, pipeline: string): Promise<Person | undefined> => {
    const key = `${repository} ${pipeline}`;
    if (!known.has(key) && known.size >= mostCreators) return Promise.resolve(undefined);
    const asked = known.get(key) ?? ask(repository, pipeline).catch(fail(repository, pipeline));
    known.set(key, asked);
    return asked;
  };
}
