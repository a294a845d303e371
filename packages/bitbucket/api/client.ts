/**
 * The connection of a plugin to Bitbucket, and to the organisation that may own its groups: where a request goes, as
 * whom, and lists that those who ask for them at once read together.
 */
import { say } from "@bitbucket-keycloak/output";
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
} from "./credentials";
import { type Attempt, triedTo } from "./explain";
import { meterFor } from "./meter";
import { isOrganizations } from "./organization-families";
import { pageOf } from "./pages";
import { requestPatience } from "./retry";
import { Session, type Query, type RequestOptions, type Sender } from "./session";
import { fitted } from "./shapes";
import { Transport } from "./transport";
import { type At } from "./family";

export { Session } from "./session";

/** More than any workspace has: a list that is longer leads in a circle. */
const mostPages = 1_000;

/** Lists whose pages are 50 entries long at most (BCLOUD-13229). */
const short = /\/pullrequests(\/\{pull_request_id\}\/activity)?$/;

/** One for each plugin process: its connections, and the lists that are being read. */
export class Bitbucket implements Sender {
  /** Workspaces whose groups have turned out to be an organisation's. */
  readonly moved = new Set<string>();
  private readonly transport: Transport;
  /** What was in each place before anything was created there. */
  readonly firstLooks: FirstLooks;
  private readonly reading = new Map<string, Promise<readonly unknown[]>>();

  /**
   * @param apiUrl for example `https://api.bitbucket.org`
   * @param life ends what several calls wait for together
   * @param environment says where requests are counted and first looks kept; by default, that of this process
   */
  constructor(
    readonly apiUrl: string,
    readonly access: Access,
    private readonly life: AbortSignal,
    readonly patience: Patience = requestPatience,
    environment: Environment = process.env,
  ) {
    this.firstLooks = firstLooksFor(apiUrl, environment);
    this.transport = new Transport(meterFor(apiUrl, environment), patience);
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

  /** Tells the person who runs this something: the engine shows what a plugin writes here. */
  say(text: string): void {
    say(`bitbucket: ${text}`);
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
    const url = this.urlOf(path, parameters);
    const content =
      body === undefined ? {} : options.form ? { form: body as Record<string, string> } : { json: body };
    const target = { method, path, at: parameters, url, as: this.identityOf(path) };
    try {
      return await this.transport.send({ ...target, secrets: options.secrets ?? [], ...content }, signal);
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
    const url = this.listUrl(path, at as At, query);
    let shared = this.reading.get(url);
    if (shared === undefined) {
      shared = this.readPages(url, path, at as At, most);
      this.reading.set(url, shared);
      const forget = () => { if (this.reading.get(url) === shared) this.reading.delete(url); }; // prettier-ignore
      shared.then(forget, forget);
    }
    return unlessAborted(shared, signal);
  }

  private async readPages(first: string, path: string, at: At, most: number): Promise<readonly unknown[]> {
    const attempt = { method: "get" as const, path, at };
    const refuse = (why: string): never => {
      throw new Problem(`${triedTo(attempt)}: ${why}`);
    };
    const entries: unknown[] = [];
    const seen = new Set<string>();
    const as = this.identityOf(path);
    for (let url: string | undefined = first; url !== undefined;) {
      // What a server names as its next page must not lead a token to another server, nor show it here.
      if (!URL.canParse(url)) return refuse("what it names as the next page is no address");
      if (new URL(url).origin !== new URL(first).origin)
        refuse(`the next page is at ${new URL(url).origin}, which is another server`);
      if (seen.has(url)) refuse("the next page is one that was read already");
      if (seen.size === most) refuse(`the list does not end after ${most} pages`);
      seen.add(url);
      const page = pageOf(await this.transport.send({ ...attempt, url, as }, this.life), url);
      if (page === undefined)
        return refuse("the answer is not a list of objects; check that apiUrl is Bitbucket's API");
      for (const entry of page.entries) entries.push(asPromised(attempt, entry));
      url = page.next;
    }
    return entries;
  }

  private identityOf(path: string): Identity {
    return isOrganizations(path)
      ? organizationIdentityOf(this.access.organization())
      : identityOf(this.access.bitbucket());
  }

  /** Pages as long as they may be; 1.0 knows none, and takes no such parameter. */
  private listUrl(path: string, at: At, query: Query): string {
    const length: Query = path.startsWith("/1.0/")
      ? {}
      : isOrganizations(path)
        ? { limit: "100" }
        : { pagelen: short.test(path) ? "50" : "100" };
    const text = new URLSearchParams({ ...length, ...query }).toString();
    return text === "" ? this.urlOf(path, at) : `${this.urlOf(path, at)}?${text}`;
  }

  private urlOf(path: string, at: At): string {
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => segmentOf(name, at[name]));
    const base = isOrganizations(path) ? organizationsUrl(this.apiUrl) : this.apiUrl;
    return `${base.replace(/\/+$/, "")}${/^\/(1\.0|admin)\//.test(path) ? "" : "/2.0"}${filled}`;
  }
}

/** @throws Problem if it is not what the contract says */
function asPromised(attempt: Attempt, answer: unknown): object {
  const fit = fitted(attempt.path, answer);
  if ("value" in fit) return fit.value;
  throw new Problem(
    `${triedTo(attempt)}: the answer is not as Bitbucket describes it (${fit.wrong}); check that apiUrl is Bitbucket's API`,
  );
}

/**
 * A part of a path. What an answer should have named and did not is asked for nowhere: without its last part a path is
 * that of a whole list.
 */
function segmentOf(name: string, value: unknown): string {
  if (typeof value === "string" && value !== "" && !/^\.\.?$/.test(value)) return encodeURIComponent(value);
  const found = typeof value === "string" ? JSON.stringify(value) : "nothing";
  throw new Problem(
    `found ${found} where the ${name.replaceAll("_", " ")} belongs, so nothing was asked; check that apiUrl is Bitbucket's API, and run it again`,
  );
}

/** Atlassian has a host of its own for organisations; what stands in for Bitbucket stands in for that, too. */
function organizationsUrl(apiUrl: string): string {
  return new URL(apiUrl).hostname === "api.bitbucket.org" ? "https://api.atlassian.com" : apiUrl;
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
