/**
 * What stands in a realm and a workspace, whoever made it, by a look that is recorded: it can be interrupted at any request and
 * gone on with, and read again later without asking anybody.
 */
import type { Found } from "../../access/adopt/found";
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import { accessFrom, type Access } from "@pulumi/bitbucket/api/credentials";
import { meterFor } from "@pulumi/bitbucket/api/meter";
import { requestPatience } from "@pulumi/bitbucket/api/retry";
import { Transport, type Sends } from "@pulumi/bitbucket/api/transport";
import { Connection } from "@pulumi/keycloak-identity/client/connection";
import type { Connected } from "@pulumi/keycloak-identity/client/keycloak";
import { KeycloakAdmin, KeycloakError } from "../keycloak";
import { Attempts } from "./attempts";
import { foundRealm } from "./foundRealm";
import { foundWorkspace, type Scope } from "./foundWorkspace";
import { RecordedConnection, RecordedTransport } from "./recorded";
import type { Records } from "./records";

export interface LookOptions extends Scope {
  /** Called before the first repository is asked for anything, with their slugs. */
  readonly onRepositories?: (slugs: readonly string[]) => void;
  /** Milliseconds since 1970. Default: this machine's. */
  readonly clock?: () => number;
}

export interface Looked {
  readonly found: Found;
  /** Requests that were sent: to Bitbucket, and to Keycloak but for tokens. */
  readonly asked: { readonly bitbucket: number; readonly keycloak: number };
}

interface Systems {
  readonly bitbucket: Sends | undefined;
  readonly keycloak: Connected | undefined;
  readonly access: Access;
}

/**
 * Takes a look, or goes on with one: what was answered is not asked again.
 *
 * @throws HourSpent where the rest has to wait for the next hour
 */
export function lookAt(records: Records, env: NodeJS.ProcessEnv, options: LookOptions = {}): Promise<Looked> {
  const { bitbucket, keycloak } = records.begun;
  const clock = options.clock ?? Date.now;
  const meter = meterFor(bitbucket.url, env, { clock, ifSpent: "fail" });
  const systems: Systems = {
    bitbucket: new Transport(meter, requestPatience),
    keycloak: connectionTo(keycloak.url, env),
    access: accessFrom(env),
  };
  return look(records, systems, options);
}

/** Without credentials every request fails alike, as without an answer. */
function connectionTo(url: string, env: NodeJS.ProcessEnv): Connected {
  try {
    return Connection.from(url, env, { setting: "keycloak.url in the stack file" });
  } catch (thrown) {
    if (!(thrown instanceof KeycloakError)) throw thrown;
    const fail = (): Promise<never> => Promise.reject(thrown);
    return { request: fail, claims: fail };
  }
}

/**
 * What a look has found, by its records alone: of the whole workspace, or of the projects that were looked into. What it did not
 * get to is among what is unread.
 */
export async function foundIn(records: Records): Promise<Found> {
  const systems: Systems = { bitbucket: undefined, keycloak: undefined, access: nobody(records) };
  const { projects, details } = scopeOf(records);
  const all: Found[] = [];
  for (const project of projects.length === 0 ? [undefined] : projects)
    all.push((await look(records, systems, { details, ...(project !== undefined && { project }) })).found);
  const [first, ...others] = all as [Found, ...Found[]];
  if (others.length === 0) return first;
  const every = <T>(of: (one: Found) => readonly T[]): T[] => [...new Set(all.flatMap(of))];
  const workspace = {
    ...first.workspace,
    projects: every((one) => one.workspace.projects),
    repositories: every((one) => one.workspace.repositories),
  };
  return { ...first, workspace, unread: every((one) => one.unread) };
}

/** What was asked for. No projects: all. */
function scopeOf(records: Records): { readonly projects: readonly string[]; readonly details: boolean } {
  const asked = records.all().map((one) => one.asked);
  const narrowed = asked.map(
    (one) => /^GET \/2\.0\/repositories\/[^/?]+\?.*q=project\.key%3D%22(\w+)%22/.exec(one)?.[1],
  );
  const isWhole = asked.some((one) => /^GET \/2\.0\/repositories\/[^/?]+\?(?!.*q=)/.test(one));
  return {
    projects: isWhole ? [] : [...new Set(narrowed.filter((one) => one !== undefined))].sort(),
    details: asked.some((one) => /\/deploy-keys(\?|$)/.test(one)),
  };
}

async function look(records: Records, systems: Systems, options: LookOptions): Promise<Looked> {
  const { at, bitbucket, keycloak } = records.begun;
  const { clock, onRepositories = () => undefined, ...scope } = options;
  const transport = new RecordedTransport(records, systems.bitbucket, clock);
  const connection = new RecordedConnection(records, systems.keycloak);
  const life = new AbortController().signal;
  // Nothing is created: where first looks are kept does not matter.
  const client = new Bitbucket(bitbucket.url, systems.access, life, requestPatience, {}, transport);
  const attempts = new Attempts();
  const realm = await foundRealm(new KeycloakAdmin(connection, keycloak.realm), attempts);
  const workspace = await foundWorkspace(client.session(life), {
    ...scope,
    workspace: bitbucket.workspace,
    emails: realm.users.flatMap(({ email }) => email ?? []),
    attempts,
    accounts: transport.accounts,
    onRepositories,
  });
  const found = { at, workspace, realm, unread: attempts.unread };
  return { found, asked: { bitbucket: transport.asked, keycloak: connection.asked } };
}

/** Credentials that are sent nowhere; the organisation is the one that was asked, if any was. */
function nobody(records: Records): Access {
  const paths = records.all().map(({ asked }) => asked);
  const part = (pattern: RegExp): string | undefined =>
    paths.flatMap((path) => pattern.exec(path)?.[1] ?? []).map(decodeURIComponent)[0];
  const id = part(/ \/admin\/v2\/orgs\/([^/]+)\//);
  return {
    bitbucket: () => ({ email: "", token: "" }),
    organization: () => ({
      id: id ?? "",
      key: "",
      directory: part(/\/directories\/([^/?]+)\/groups\/search/),
    }),
    hasOrganization: () => id !== undefined,
  };
}
