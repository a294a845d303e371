/**
 * One request, sent until it is answered: over connections that stay open, at most eight at a time, with waits
 * where the service is overloaded, and never a second time where that could do something twice.
 */
import { Agent, errors, request } from "undici";

import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import type { Identity } from "./credentials";
import { type Attempt, BitbucketError, explain, triedTo } from "./explain";
import type { Meter } from "./meter";
import { mayRepeat, type Outcome, type Patience, pause, requestPatience } from "./retry";

/** How many requests may be under way at once. */
const connections = 8;
const timeout = 30_000;

export interface Outgoing extends Attempt {
  readonly url: string;
  readonly as: Identity;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  /** What must not appear in an error. */
  readonly secrets?: readonly string[];
}

export class Transport {
  private readonly agent = new Agent({
    connections,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    headersTimeout: timeout,
    bodyTimeout: timeout,
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says: this connection carries a token.
    connect: { timeout: 10_000, rejectUnauthorized: true },
  });

  constructor(
    private readonly meter: Meter,
    private readonly patience: Patience = requestPatience,
  ) {}

  /**
   * Sends a request and gives the body of its answer; undefined if it has none.
   *
   * @throws BitbucketError for any answer but success, with `uncertain` if the request may have taken effect
   */
  async send(outgoing: Outgoing, signal: AbortSignal): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      await this.meter.admit(outgoing.url, outgoing.as.account, signal);
      const { outcome, error, body, after } = await this.once(outgoing, signal);
      if (error === undefined) return body;
      if (attempt === this.patience.attempts || !mayRepeat(outgoing.method, outcome)) throw error;
      await pause(attempt + 1, this.patience, signal, after);
    }
  }

  private async once(outgoing: Outgoing, signal: AbortSignal): Promise<Tried> {
    const { authorization } = outgoing.as;
    const secrets = [...outgoing.as.secrets, ...(outgoing.secrets ?? [])];
    try {
      const response = await request(outgoing.url, {
        method: outgoing.method.toUpperCase() as Uppercase<Outgoing["method"]>,
        headers: { accept: "application/json", authorization, ...typeOf(outgoing) },
        body: bodyOf(outgoing),
        dispatcher: this.agent,
        signal,
      });
      const status = response.statusCode;
      const text = await response.body.text();
      if (status >= 200 && status < 300) return { outcome: { status }, body: parse(text, outgoing) };
      const uncertain = status >= 500 && outgoing.method === "post";
      const error = new BitbucketError(explain(outgoing, status, tolerant(text), secrets), status, uncertain);
      return { outcome: { status }, error, after: waitAsked(response.headers["retry-after"]) };
    } catch (thrown) {
      if (signal.aborted) throw signal.reason;
      if (thrown instanceof Problem) throw thrown;
      return failed(outgoing, thrown);
    }
  }
}

interface Tried {
  readonly outcome: Outcome;
  readonly error?: BitbucketError;
  readonly body?: unknown;
  /** Wait that the server asked for, in milliseconds. */
  readonly after?: number | undefined;
}

/** Failures before anything could be sent. */
const neverSent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
]);

function failed(outgoing: Outgoing, thrown: unknown): Tried {
  const code = codeOf(thrown);
  const sent = !neverSent.has(code);
  const { origin } = new URL(outgoing.url);
  const reason = thrown instanceof errors.UndiciError || code !== "" ? code : "the connection failed";
  const message = `${triedTo(outgoing)}: no answer from ${origin} (${reason}); check apiUrl and the network, then run it again`;
  return {
    outcome: { sent },
    error: new BitbucketError(message, undefined, sent && outgoing.method === "post"),
  };
}

function codeOf(thrown: unknown): string {
  const code = typeof thrown === "object" && thrown !== null && "code" in thrown ? thrown.code : undefined;
  return typeof code === "string" ? code : "";
}

function typeOf({ json, form }: Outgoing): Record<string, string> {
  if (form !== undefined) return { "content-type": "application/x-www-form-urlencoded" };
  return json === undefined ? {} : { "content-type": "application/json" };
}

function bodyOf({ json, form }: Outgoing): string | null {
  if (form !== undefined) return new URLSearchParams(form).toString();
  return json === undefined ? null : JSON.stringify(json);
}

function parse(text: string, outgoing: Outgoing): unknown {
  if (text === "") return undefined;
  const body = tolerant(text);
  if (typeof body === "object" && body !== null) return body;
  const { origin } = new URL(outgoing.url);
  throw new Problem(
    `${triedTo(outgoing)}: ${origin} answered something that is not JSON; check that apiUrl is Bitbucket's API`,
  );
}

/** The JSON of a body, or its text where it is none (an error page of a proxy). */
function tolerant(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function waitAsked(header: string | string[] | undefined): number | undefined {
  const seconds = Number(header);
  return header !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
