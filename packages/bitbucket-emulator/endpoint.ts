/**
 * An endpoint as data: method, path, scopes, what its query and body may hold, and what it does. One table of
 * these is the whole API, so that everything which holds for all of them (credentials, scopes, strictness, the
 * log) is written once, in `app.ts`.
 */
import { type BodyReader } from "./body";
import { type Clock } from "./clock";
import { type Page, type Scope } from "./contract";
import { type Account, type Project, type ProjectPermission, type Repository, type State } from "./entities";
import { ApiError, Moved } from "./errors";
import { type Meter } from "./limits";
import { type Manner } from "./manner";
import { isAdministrator, projectPermission, repositoryPermission, suffices } from "./permissionRules";
import { type Merges } from "./git/merge";
import { type Runner } from "./runner";
import { type Readings } from "./readings";
import { type Store } from "./store";

/** What every endpoint works on. */
export interface World {
  readonly store: Store;
  readonly runner: Runner;
  /** Origin that clients reach the emulator at. */
  readonly url: string;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly manner: Manner;
  /** What it plays of what Atlassian's documents leave open. */
  readonly readings: () => Readings;
  readonly merges: Merges;
  /** Milliseconds before a new environment takes variables. */
  readonly environmentDelay: number;
  /** Milliseconds before an accepted change of an environment is carried out. */
  readonly changeDelay: number;
  /** Milliseconds before what was written in an organisation can be seen. */
  readonly organizationDelay: number;
}

/** Part of the API that an endpoint belongs to; the log counts by it. */
export type Family =
  | "workspace"
  | "projects"
  | "repositories"
  | "permissions"
  | "branch restrictions"
  | "environments"
  | "variables"
  | "groups"
  | "organizations"
  | "source"
  | "pull requests"
  | "commits"
  | "webhooks"
  | "deploy keys"
  | "pipelines"
  | "oidc";

export interface Definition<Body> {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** With `:name` for a parameter. */
  readonly path: string;
  readonly family: Family;
  /**
   * What the token must hold, all of it; `public`: no credential is asked for; otherwise the API key of the organisation
   * is: one that was made without scopes, or has this one.
   */
  readonly scopes: readonly Scope[] | "public" | { readonly organization: string };
  /** Query parameters besides those of paging. */
  readonly query?: readonly string[];
  /** Whether it takes `page` and `pagelen`. */
  readonly paged?: boolean;
  /** Default: it takes no body. */
  readonly body?: BodyReader<Body>;
}

export interface Endpoint extends Definition<unknown> {
  /** The call's body is what the definition's reader gave. */
  readonly handle: (call: Call<never>) => Reply | Promise<Reply>;
}

/** One request to an endpoint. */
export interface Call<Body> {
  readonly world: World;
  readonly state: State;
  /** Who asks; nobody has a right to anything at a public endpoint. */
  readonly account: Account;
  readonly url: URL;
  readonly body: Body;
  /** A parameter of the path, decoded. */
  readonly param: (name: string) => string;
}

export interface Reply {
  readonly status: 200 | 201 | 202 | 204;
  /** An object is sent as JSON, a text or bytes as they are. */
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An endpoint; the body of its calls has the type that its reader gives. */
export function endpoint<Body>(
  definition: Definition<Body>,
  handle: (call: Call<Body>) => Reply | Promise<Reply>,
): Endpoint {
  return { ...definition, handle };
}

/** 200; a text is sent as plain text. */
export const ok = (body: object | string): Reply => ({ status: 200, body });
/** 201, with what was made. */
export const created = (body: object): Reply => ({ status: 201, body });
/** 202: what was asked for is done later, and has no body. */
export const accepted = (): Reply => ({ status: 202 });
/** 204: it is done, and there is nothing to show. */
export const noContent = (): Reply => ({ status: 204 });

/** The page of a list that the call asks for. @throws ApiError 400 for a page or length that there is not */
export function page<Item>(
  call: Call<unknown>,
  items: readonly Item[],
  show: (item: Item) => object,
  { usual, most }: { readonly usual: number; readonly most: number } = { usual: 10, most: 100 },
): Reply {
  const number = whole(call.url.searchParams.get("page"), "page", 1, Number.MAX_SAFE_INTEGER);
  const pagelen = whole(call.url.searchParams.get("pagelen"), "pagelen", usual, most);
  const end = number * pagelen;
  const next = new URL(call.url);
  next.searchParams.set("page", String(number + 1));
  const body: Page<object> = {
    ...(call.world.manner === "generous" ? { size: items.length, page: number } : {}),
    pagelen,
    values: items.slice(end - pagelen, end).map(show),
    ...(end < items.length ? { next: next.href } : {}),
  };
  return ok(body);
}

/** A whole number of the query, from 1. @throws ApiError 400 if it is none, or beyond what is allowed */
export function whole(text: string | null, name: string, otherwise: number, most: number): number {
  if (text === null) return otherwise;
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > most) throw new ApiError(400, `Invalid ${name}`, `${name}=${text}`);
  return number;
}

/** Makes sure that the call is about the workspace there is, by slug or UUID. */
export function checkWorkspace(call: Call<unknown>): void {
  const { workspace } = call.state;
  const asked = call.param("workspace");
  if (asked === workspace.slug || asked === workspace.uuid) return;
  throw new ApiError(404, `No workspace with identifier '${asked}'.`);
}

/** @throws ApiError 403 unless the caller administers the workspace */
export function checkAdministrator(call: Call<unknown>): void {
  checkWorkspace(call);
  if (isAdministrator(call.state, call.account.uuid)) return;
  throw new ApiError(403, "You must be an administrator of this workspace.");
}

/**
 * The project of the call.
 *
 * @throws ApiError 404 if there is none or the caller may not see it, 403 if a right is lacking
 */
export function projectOf(call: Call<unknown>, needed: ProjectPermission): Project {
  checkWorkspace(call);
  const key = call.param("project");
  const project = call.state.projects.find((each) => each.key === key);
  const held = project && projectPermission(call.state, project, call.account.uuid);
  if (!project || !suffices(held, "read")) throw new ApiError(404, `No project with key '${key}'.`);
  if (!suffices(held, needed)) throw new ApiError(403, `You need ${needed} permission on project ${key}.`);
  return project;
}

/**
 * The repository of the call, by slug or UUID.
 *
 * @throws ApiError 404 if there is none or the caller may not see it, 403 if a right is lacking, 301 at a former address
 */
export function repositoryOf(call: Call<unknown>, needed: "read" | "write" | "admin"): Repository {
  checkWorkspace(call);
  const asked = call.param("repository");
  const { repositories, transferred = [] } = call.state;
  const repository =
    repositories.find((each) => each.slug === asked || each.uuid === asked) ??
    repositories.find(({ formerly }) => formerly?.includes(asked));
  const left = transferred.find(({ uuid, slugs }) => uuid === asked || slugs.includes(asked));
  if (left && !repository) throw new Moved(addressAs(left.slugs[0] ?? "", call.url, left.workspace));
  const held = repository && repositoryPermission(call.state, repository, call.account.uuid);
  if (!repository || !suffices(held, "read")) {
    throw new ApiError(404, `Repository ${call.state.workspace.slug}/${asked} not found`);
  }
  if (repository.formerly?.includes(asked)) throw new Moved(addressAs(repository.slug, call.url));
  if (!suffices(held, needed)) {
    throw new ApiError(403, `Your credentials need ${needed} permission on ${repository.slug}.`);
  }
  return repository;
}

/** The same address with the repository's slug of today, and its workspace where that is another one. */
function addressAs(slug: string, { origin, pathname, search }: URL, elsewhere?: string): string {
  const [, version, repositories, workspace, , ...rest] = pathname.split("/");
  return `${origin}/${[version, repositories, elsewhere ?? workspace, slug, ...rest].join("/")}${search}`;
}

/** The one item that a test picks. @throws ApiError 404 if there is none */
export function pick<Item>(items: readonly Item[], is: (item: Item) => boolean, what: string): Item {
  const found = items.find(is);
  if (found === undefined) throw new ApiError(404, `${what} not found`);
  return found;
}
