/**
 * Bitbucket as resources see it: typed requests, whole lists, and creations that happen once.
 */
import { Problem } from "../../plugin/problem";
import type { Body, Item, Method, Parameters, Paths, Reply } from "./contract";
import type { Credentials } from "./credentials";
import { BitbucketError, isGone, triedTo } from "./explain";
import { type FirstLooks, firstLooksFor } from "../first-look";
import { meterFor } from "./meter";
import { type Patience, pause, requestPatience } from "./retry";
import { Transport } from "./transport";

export interface RequestOptions {
  /** What must not appear in an error, for example the values of variables. */
  readonly secrets?: readonly string[];
  /** Sends the body as a form, as the 1.0 API wants it. */
  readonly form?: boolean;
}

type Query = Readonly<Record<string, string>>;

/** One for each plugin process: its connections, and the lists that are being read. */
export class Bitbucket {
  private readonly transport: Transport;
  /** What was in each place before anything was created there. */
  readonly firstLooks: FirstLooks;
  private readonly reading = new Map<string, Promise<readonly unknown[]>>();

  /**
   * @param apiUrl for example `https://api.bitbucket.org`
   * @param credentials asked for at each request, so that a run without requests needs none
   * @param life ends what several calls wait for together
   * @param meter counts the requests; by default as the environment of this process says
   */
  constructor(
    readonly apiUrl: string,
    credentials: () => Credentials,
    private readonly life: AbortSignal,
    readonly patience: Patience = requestPatience,
    meter = meterFor(apiUrl, process.env),
  ) {
    this.firstLooks = firstLooksFor(apiUrl, process.env);
    this.transport = new Transport(credentials, meter, patience);
  }

  /** The same, for one call of the engine: its requests end with it. */
  session(signal: AbortSignal): Session {
    return new Session(this, signal);
  }

  async send(
    method: Method,
    path: string,
    at: object,
    body: unknown,
    options: RequestOptions,
    signal: AbortSignal,
  ): Promise<unknown> {
    const parameters = at as Record<string, string>;
    const url = this.urlOf(path, parameters);
    const content =
      body === undefined ? {} : options.form ? { form: body as Record<string, string> } : { json: body };
    const secrets = options.secrets ?? [];
    try {
      return await this.transport.send({ method, path, at: parameters, url, secrets, ...content }, signal);
    } finally {
      // A list that was asked for before this request cannot answer who asks after it.
      if (method !== "get") this.reading.clear();
    }
  }

  /** All entries of a list. Those who ask while it is being read share one reading. */
  async list(path: string, at: object, query: Query, signal: AbortSignal): Promise<readonly unknown[]> {
    const url = this.listUrl(path, at as Record<string, string>, query);
    let shared = this.reading.get(url);
    if (shared === undefined) {
      shared = this.readPages(url, path, at as Record<string, string>);
      this.reading.set(url, shared);
      const forget = () => { if (this.reading.get(url) === shared) this.reading.delete(url); }; // prettier-ignore
      shared.then(forget, forget);
    }
    return unlessAborted(shared, signal);
  }

  private async readPages(
    url: string,
    path: string,
    at: Record<string, string>,
  ): Promise<readonly unknown[]> {
    const entries: unknown[] = [];
    const seen = new Set<string>();
    let next: string | undefined = url;
    while (next !== undefined) {
      if (seen.has(next) || new URL(next).origin !== new URL(this.apiUrl).origin) {
        throw new Problem(
          `${triedTo({ method: "get", path, at })}: the next page is at ${next}, which was read already or is another server`,
        );
      }
      seen.add(next);
      const page = await this.transport.send({ method: "get", path, at, url: next }, this.life);
      if (Array.isArray(page)) return page as unknown[]; // 1.0 knows no pages
      const { values = [], next: following } = page as { values?: readonly unknown[]; next?: string };
      entries.push(...values);
      next = following;
    }
    return entries;
  }

  /** Pages as long as they may be; 1.0 knows none, and takes no such parameter. */
  private listUrl(path: string, at: Readonly<Record<string, string>>, query: Query): string {
    const parameters = path.startsWith("/1.0/") ? query : { pagelen: "100", ...query };
    const text = new URLSearchParams(parameters).toString();
    return text === "" ? this.urlOf(path, at) : `${this.urlOf(path, at)}?${text}`;
  }

  private urlOf(path: string, at: Readonly<Record<string, string>>): string {
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(at[name] ?? ""));
    return `${this.apiUrl.replace(/\/+$/, "")}${path.startsWith("/1.0/") ? "" : "/2.0"}${filled}`;
  }
}

/** Typed requests that end with one call of the engine. */
export class Session {
  constructor(
    private readonly bitbucket: Bitbucket,
    readonly signal: AbortSignal,
  ) {}

  get firstLooks(): FirstLooks {
    return this.bitbucket.firstLooks;
  }

  /**
   * Every entry of a list, all pages of it.
   *
   * @param query what the list is narrowed by, for example `{ q: 'user.email IN ("ana@acme.example")' }`
   */
  async list<P extends Paths<"get">>(
    path: P,
    at: Parameters<P>,
    query: Query = {},
  ): Promise<readonly Item<P>[]> {
    return (await this.bitbucket.list(path, at as object, query, this.signal)) as readonly Item<P>[];
  }

  async get<P extends Paths<"get">>(path: P, at: Parameters<P>): Promise<Reply<P, "get">> {
    return (await this.send("get", path, at, undefined, {})) as Reply<P, "get">;
  }

  async put<P extends Paths<"put">>(
    path: P,
    at: Parameters<P>,
    body: Body<P, "put">,
    options: RequestOptions = {},
  ): Promise<Reply<P, "put">> {
    return (await this.send("put", path, at, body, options)) as Reply<P, "put">;
  }

  /** Sent once; for what may be sent again because the second time changes nothing. */
  async post<P extends Paths<"post">>(
    path: P,
    at: Parameters<P>,
    body: Body<P, "post">,
    options: RequestOptions = {},
  ): Promise<Reply<P, "post">> {
    return (await this.send("post", path, at, body, options)) as Reply<P, "post">;
  }

  /** What is gone already counts as deleted. */
  async delete<P extends Paths<"delete">>(path: P, at: Parameters<P>): Promise<void> {
    try {
      await this.send("delete", path, at, undefined, {});
    } catch (thrown) {
      if (!isGone(thrown)) throw thrown;
    }
  }

  /**
   * Creates something exactly once. Where the answer is lost or says that it exists, what is there is looked up
   * before anything is sent again.
   *
   * @param find gives what was created, if it was
   */
  async create<P extends Paths<"post">, T>(
    path: P,
    at: Parameters<P>,
    body: Body<P, "post">,
    find: () => Promise<T | undefined>,
    options: RequestOptions = {},
  ): Promise<Reply<P, "post"> | T> {
    const { patience } = this.bitbucket;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.post(path, at, body, options);
      } catch (thrown) {
        const lookUp = thrown instanceof BitbucketError && (thrown.uncertain || thrown.status === 409);
        if (!lookUp) throw thrown;
        const found = await find();
        if (found !== undefined) return found;
        if (attempt === patience.attempts || thrown.status === 409) throw thrown;
        await pause(attempt + 1, patience, this.signal);
      }
    }
  }

  private send(
    method: Method,
    path: string,
    at: unknown,
    body: unknown,
    options: RequestOptions,
  ): Promise<unknown> {
    return this.bitbucket.send(method, path, at as object, body, options, this.signal);
  }
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
