/**
 * Bitbucket as one call of the engine sees it: typed requests, whole lists, and creations that happen once. All of
 * them end with the call.
 */
import { pause, type Patience } from "@bitbucket-keycloak/http";
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import type { FirstLooks } from "../first-look";
import type { Body, Item, Method, Parameters, Paths, Reply } from "./contract";
import type { Access, OrganizationCredentials } from "./credentials";
import { BitbucketError, isGone, triedTo } from "./explain";
import { type At } from "./family";

export interface RequestOptions {
  /** What must not appear in an error, for example the values of variables. */
  readonly secrets?: readonly string[];
  /** Sends the body as a form, as the 1.0 API wants it. */
  readonly form?: boolean;
}
export type Query = Readonly<Record<string, string>>;

/** What a session sends its requests by. */
export interface Sender {
  readonly apiUrl: string;
  readonly firstLooks: FirstLooks;
  readonly moved: Set<string>;
  readonly patience: Patience;
  readonly access: Pick<Access, "organization" | "hasOrganization">;
  say(text: string): void;
  send(
    method: Method,
    path: string,
    at: object,
    body: unknown,
    options: RequestOptions,
    signal: AbortSignal,
  ): Promise<unknown>;
  get(path: string, at: object, signal: AbortSignal): Promise<object>;
  search(path: string, at: object, body: object, signal: AbortSignal): Promise<readonly unknown[]>;
  list(
    path: string,
    at: object,
    query: Query,
    signal: AbortSignal,
    most?: number,
  ): Promise<readonly unknown[]>;
}

/** Typed requests that end together. */
export class Session {
  constructor(
    private readonly bitbucket: Sender,
    readonly signal: AbortSignal,
  ) {}

  get firstLooks(): FirstLooks {
    return this.bitbucket.firstLooks;
  }

  /** Where Bitbucket is. */
  get apiUrl(): string {
    return this.bitbucket.apiUrl;
  }

  /** Workspaces whose groups have turned out to be an organisation's. */
  get moved(): Set<string> {
    return this.bitbucket.moved;
  }

  /** @throws Problem if the environment does not say */
  organization(): OrganizationCredentials {
    return this.bitbucket.access.organization();
  }

  /** Whether the environment names an organisation and has a key of it. */
  hasOrganization(): boolean {
    return this.bitbucket.access.hasOrganization();
  }

  /** Tells the person who runs this something that is no error. */
  say(text: string): void {
    this.bitbucket.say(text);
  }

  /**
   * Every entry of a list, all pages of it.
   *
   * @param query what the list is narrowed by, for example `{ q: 'user.email IN ("ana@acme.example")' }`
   * @param most pages; a longer list is an error. Default: more than any workspace has
   */
  async list<P extends Paths<"get">>(
    path: P,
    at: Parameters<P>,
    query: Query = {},
    most?: number,
  ): Promise<readonly Item<P>[]> {
    return (await this.bitbucket.list(path, at as object, query, this.signal, most)) as readonly Item<P>[];
  }

  async get<P extends Paths<"get">>(path: P, at: Parameters<P>): Promise<Reply<P, "get">> {
    return (await this.bitbucket.get(path, at as object, this.signal)) as Reply<P, "get">;
  }

  /** Every entry that a search finds, all pages of it. Reads, although it is a POST: repeated like a read. */
  async search<P extends Extract<Paths<"post">, `${string}/search`>>(
    path: P,
    at: Parameters<P>,
    body: Body<P, "post">,
  ): Promise<readonly Item<P, "post">[]> {
    const found = await this.bitbucket.search(path, at, body, this.signal);
    return found as readonly Item<P, "post">[];
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

  /**
   * The same for what is known by a part of the answer, its `uuid` for example: where the answer lacks that, what is
   * there is looked up.
   *
   * @throws Problem if it is not to be found either
   */
  async createNamed<P extends Paths<"post">, K extends string, T extends Partial<Record<K, string>>>(
    path: P,
    at: Parameters<P>,
    body: Body<P, "post">,
    key: K,
    find: () => Promise<T | undefined>,
    options: RequestOptions = {},
  ): Promise<T & Readonly<Record<K, string>>> {
    const isNamed = (made: unknown): made is T & Readonly<Record<K, string>> => {
      const value = (made as Partial<Record<K, unknown>> | null | undefined)?.[key];
      return typeof value === "string" && value !== "";
    };
    const made: unknown = await this.create(path, at, body, find, options);
    if (isNamed(made)) return made;
    const there = await find();
    if (isNamed(there)) return there;
    throw new Problem(
      `${triedTo({ method: "post", path, at: at as At })}: what was made is neither named in the answer nor to be found; check that apiUrl is Bitbucket's API, and run it again`,
    );
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
