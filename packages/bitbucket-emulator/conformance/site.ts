/**
 * Where the checks look: one workspace and one repository that can be thrown away, at a base URL, and the
 * credential for them. It keeps what has to be undone, in order, and undoes it last first, whatever happened.
 */
import { randomBytes } from "node:crypto";
import { type Answer as Sent, type Method, once, send } from "@bitbucket-keycloak/http";

export interface SiteOptions {
  /** Origin of the API, such as `https://api.bitbucket.org`. */
  readonly url: string;
  readonly workspace: string;
  /** Slug of a repository whose content nobody needs. */
  readonly repository: string;
  readonly email: string;
  readonly token: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body read as JSON, or undefined if it is none. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any;
}

/** What came was not what the contract says. */
export class Differs extends Error {}

/** The workspace cannot be asked this: its plan, its administration, a scope. */
export class NotExamined extends Error {}

/** For 429 alone: what else goes wrong is what is examined. */
const patience = { attempts: 13, first: 10_000, longest: 10_000 };

export class Site {
  /** Begins the name of everything that the checks make; new in each run. */
  readonly name = `conformance-${randomBytes(4).toString("hex")}`;
  readonly workspace: string;
  readonly repository: string;
  private undo: (() => Promise<unknown>)[] = [];
  private count = 0;

  constructor(private readonly options: SiteOptions) {
    this.workspace = `/2.0/workspaces/${options.workspace}`;
    this.repository = `/2.0/repositories/${options.workspace}/${options.repository}`;
  }

  get url(): string {
    return this.options.url;
  }
  get slug(): string {
    return this.options.workspace;
  }
  get email(): string {
    return this.options.email;
  }

  /** A name that nothing had before. */
  newName(): string {
    this.count += 1;
    return `${this.name}-${this.count}`;
  }

  get(path: string): Promise<Answer> {
    return this.send("GET", path);
  }
  post(path: string, body: object): Promise<Answer> {
    return this.send("POST", path, JSON.stringify(body), "application/json");
  }
  put(path: string, body: object): Promise<Answer> {
    return this.send("PUT", path, JSON.stringify(body), "application/json");
  }
  delete(path: string): Promise<Answer> {
    return this.send("DELETE", path);
  }
  form(path: string, fields: Readonly<Record<string, string>>): Promise<Answer> {
    const body = new URLSearchParams(fields).toString();
    return this.send("POST", path, body, "application/x-www-form-urlencoded");
  }
  /** Without a credential. */
  async anonymous(path: string): Promise<Answer> {
    return read(await send(new URL(path, this.url), { patience: once, redirect: "manual" }));
  }

  /** Deletes a path once the check is over, even if it failed. */
  later(path: string): void {
    this.undo.push(async () => {
      const { status } = await this.delete(path);
      if (status >= 400 && status !== 404) throw new Error(`not removed (${status}): ${path}`);
    });
  }

  /** Undoes what is left, the last first. @returns what could not be undone */
  async clean(): Promise<readonly string[]> {
    const failures: string[] = [];
    for (const each of this.undo.reverse()) {
      await each().catch((error: unknown) => failures.push(String(error)));
    }
    this.undo = [];
    return failures;
  }

  private async send(method: Method, path: string, body?: string, type?: string): Promise<Answer> {
    const { email, token, url } = this.options;
    const headers = {
      authorization: `Basic ${Buffer.from(`${email}:${token}`).toString("base64")}`,
      accept: "application/json",
      ...(type === undefined ? {} : { "content-type": type }),
    };
    return read(
      await send(new URL(path, url), {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        redirect: "manual",
        patience,
        mayRepeat: (outcome) => "status" in outcome && outcome.status === 429,
      }),
    );
  }
}

function read(sent: Sent): Answer {
  return { status: sent.status, headers: sent.headers, text: sent.text, json: sent.value() };
}

/** A UUID as a part of a path. */
export const part = (uuid: unknown): string => encodeURIComponent(String(uuid));
