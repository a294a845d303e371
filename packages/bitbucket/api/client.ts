/**
 * The connection of a plugin to Bitbucket, and to the organisation that may own its groups: where a request goes, as
 * whom, and lists that those who ask for them at once read together.
 */
import { tell } from "@bitbucket-keycloak/output";
import type { Patience } from "@bitbucket-keycloak/http";
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { type FirstLooks, firstLooksFor } from "../first-look";
import type { Method } from "./contract";
import {
  type Access,
  accessFrom,
  type Environment,
  identityOf,
  type Identity,
  organizationIdentityOf,
  readerIdentityOf,
} from "./credentials";
import { type Attempt, BitbucketError, triedTo } from "./explain";
import { meterFor } from "./meter";
import { isOrganizations } from "./organization-families";
import { pageOf } from "./pages";
import { requestPatience } from "./retry";
import { listUrl, urlOf } from "./urls";
import { Session, type Query, type RequestOptions, type Sender } from "./session";
import { fitted } from "./shapes";
import { type Outgoing, type Sends, Transport } from "./transport";
import { type At } from "./family";

export { Session } from "./session";

/** More than any workspace has: a list that is longer leads in a circle. */
const mostPages = 1_000;

/**
 * What an access token reads: one repository or project and what is in it. A list of all of them is the account's to read,
 * since a token of a single one would give a list with one entry.
 */
const inOnePlace =
  /^\/(repositories\/\{workspace\}\/\{repo_slug\}|workspaces\/\{workspace\}\/projects\/\{project_key\})(\/|$)/;

/** One for each plugin process: its connections, and the lists that are being read. */
export class Bitbucket implements Sender {
  /** Workspaces whose groups have turned out to be an organisation's. */
  readonly moved = new Set<string>();
  /** What was in each place before anything was created there. */
  readonly firstLooks: FirstLooks;
  /** Paths that the access token may not read. */
  private readonly unread = new Set<string>();
  private readonly reading = new Map<string, Promise<readonly unknown[]>>();

  /**
   * @param apiUrl for example `https://api.bitbucket.org`
   * @param life ends what several calls wait for together
   * @param environment says where requests are counted and first looks kept; by default, that of this process
   * @param transport what sends requests. Default: one that counts them, and waits where the hour is spent
   */
  constructor(
    readonly apiUrl: string,
    readonly access: Access,
    private readonly life: AbortSignal,
    readonly patience: Patience = requestPatience,
    environment: Environment = process.env,
    private readonly transport: Sends = new Transport(meterFor(apiUrl, environment), patience),
  ) {
    this.firstLooks = firstLooksFor(apiUrl, environment);
  }

  /** As an environment says, and as whom it says. */
  static from(apiUrl: string, environment: Environment, life: AbortSignal): Bitbucket {
    return new Bitbucket(apiUrl, accessFrom(environment), life, requestPatience, environment);
  }

  /** For a command, as an environment says. Its requests end with `life`, by default with the process. */
  static session(
    apiUrl: string,
    environment: Environment,
    life: AbortSignal = new AbortController().signal,
  ): Session {
    return Bitbucket.from(apiUrl, environment, life).session(life);
  }

  /** The same, for one call of the engine: its requests end with it. */
  session(signal: AbortSignal): Session {
    return new Session(this, signal);
  }

  /** Tells the person who runs this something. */
  say(text: string): void {
    tell(`bitbucket: ${text}`);
  }

  async send(
    method: Method,
    path: string,
    at: object,
    body: unknown,
    options: RequestOptions,
    signal: AbortSignal,
  ): Promise<unknown> {
    const parameters = at as At;
    const url = urlOf(this.apiUrl, path, parameters);
    const content =
      body === undefined ? {} : options.form ? { form: body as Record<string, string> } : { json: body };
    const target = { method, path, at: parameters, url, secrets: options.secrets ?? [], ...content };
    try {
      return (await this.sendAs(target, signal)).answer;
    } finally {
      // A list that was asked for before this request cannot answer who asks after it.
      if (method !== "get") this.reading.clear();
    }
  }

  /** One thing, as the contract promises it. */
  async get(path: string, at: object, signal: AbortSignal): Promise<object> {
    const answer = await this.send("get", path, at, undefined, {}, signal);
    return asPromised({ method: "get", path, at: at as At }, answer);
  }

  /** All entries of a list. Those who ask while it is being read share one reading. */
  async list(
    path: string,
    at: object,
    query: Query,
    signal: AbortSignal,
    most = mostPages,
  ): Promise<readonly unknown[]> {
    const url = listUrl(this.apiUrl, path, at as At, query);
    let shared = this.reading.get(url);
    if (shared === undefined) {
      shared = this.readPages(url, path, at as At, most);
      this.reading.set(url, shared);
      const forget = () => { if (this.reading.get(url) === shared) this.reading.delete(url); }; // prettier-ignore
      shared.then(forget, forget);
    }
    return unlessAborted(shared, signal);
  }

  /** All entries that an organisation finds, page by page: a read, though it is sent by POST. */
  async search(path: string, at: object, body: object, signal: AbortSignal): Promise<readonly unknown[]> {
    const attempt = { method: "post" as const, reads: true, path, at: at as At };
    const [url, as] = [urlOf(this.apiUrl, path, attempt.at), this.identityOf(path)];
    const entries: unknown[] = [];
    const cursors = new Set<string>();
    for (let cursor: string | undefined; ;) {
      const json = { ...body, ...(cursor !== undefined && { cursor }) };
      const page = pageOf(await this.transport.send({ ...attempt, url, as, json }, signal), url);
      if (page === undefined) throw notPromised(attempt, "data: a list expected");
      entries.push(...page.entries.map((entry) => asPromised(attempt, entry)));
      if (page.next === undefined) return entries;
      cursor = new URL(page.next).searchParams.get("cursor") ?? "";
      if (cursors.has(cursor)) throw notPromised(attempt, "links.next: another page expected");
      cursors.add(cursor);
    }
  }

  private async readPages(first: string, path: string, at: At, most: number): Promise<readonly unknown[]> {
    const attempt = { method: "get" as const, path, at };
    const refuse = (why: string): never => {
      throw new Problem(`${triedTo(attempt)}: ${why}`);
    };
    const entries: unknown[] = [];
    const seen = new Set<string>();
    let as: Identity | undefined;
    for (let url: string | undefined = first; url !== undefined;) {
      // What a server names as its next page must not lead a token to another server, nor show it here.
      if (!URL.canParse(url)) return refuse("what it names as the next page is no address");
      if (new URL(url).origin !== new URL(first).origin)
        refuse(`the next page is at ${new URL(url).origin}, which is another server`);
      if (seen.has(url)) refuse("the next page is one that was read already");
      if (seen.size === most) refuse(`the list does not end after ${most} pages`);
      seen.add(url);
      // Whoever has read the first page reads the others.
      const read = await this.sendAs({ ...attempt, url, ...(as && { as }) }, this.life);
      as = read.as;
      const page = pageOf(read.answer, url);
      if (page === undefined)
        return refuse("the answer is not a list of objects; check that apiUrl is Bitbucket's API");
      for (const entry of page.entries) entries.push(asPromised(attempt, entry));
      url = page.next;
    }
    return entries;
  }

  /** By the access token, where there is one that may read this; else by the account. */
  private async sendAs(
    target: Omit<Outgoing, "as"> & { readonly as?: Identity },
    signal: AbortSignal,
  ): Promise<{ answer: unknown; as: Identity }> {
    const { method, path } = target;
    const as = target.as ?? this.readerOf(method, path) ?? this.identityOf(path);
    try {
      return { answer: await this.transport.send({ ...target, as }, signal), as };
    } catch (thrown) {
      const isRefused = thrown instanceof BitbucketError && [401, 403, 404].includes(thrown.status ?? 0);
      if (!isRefused || !as.scaled) throw thrown;
      // What it does not see may be there; what it may not read, it need not be asked again.
      if (thrown.status !== 404) this.unread.add(path);
      return this.sendAs({ ...target, as: this.identityOf(path) }, signal);
    }
  }

  private readerOf(method: Method, path: string): Identity | undefined {
    if (method !== "get" || !inOnePlace.test(path) || this.unread.has(path)) return undefined;
    const token = this.access.reader?.();
    return token === undefined ? undefined : readerIdentityOf(token);
  }

  private identityOf(path: string): Identity {
    return isOrganizations(path)
      ? organizationIdentityOf(this.access.organization())
      : identityOf(this.access.bitbucket());
  }
}

/** @throws Problem if it is not what the contract says */
function asPromised(attempt: Attempt, answer: unknown): object {
  const fit = fitted(attempt.path, answer);
  if ("value" in fit) return fit.value;
  throw notPromised(attempt, fit.wrong);
}

function notPromised(attempt: Attempt, wrong: string): Problem {
  return new Problem(
    `${triedTo(attempt)}: the answer is not as Bitbucket describes it (${wrong}); check that apiUrl is Bitbucket's API`,
  );
}

/** What others wait for too goes on; this wait ends. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", stop, { once: true });
    const rest = () => {
      signal.removeEventListener("abort", stop);
    };
    work.finally(rest).then(resolve, reject);
  });
}
