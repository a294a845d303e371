/**
 * One request, sent until it is answered: with a limit on each silence, over connections that stay open, and never a
 * second time where that could do something twice. A credential goes to the server that it was meant for, and to no
 * other that an answer names.
 */
import { Answer } from "./answer";
import { connected } from "./connections";
import { failureOf } from "./failures";
import { NetworkProblem } from "./network";
import {
  mayRepeat,
  type Method,
  type Outcome,
  type Patience,
  pause,
  usualPatience,
  waitAsked,
} from "./retry";
import { secretsIn } from "./secrets";

export interface Call {
  /** Default: GET. */
  readonly method?: Method;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as a form. */
  readonly form?: Readonly<Record<string, string>>;
  /** Sent as it is; its type is for `headers` to say. */
  readonly body?: string;
  /** Ends the request and the waits between its tries; its reason is thrown. */
  readonly signal?: AbortSignal;
  /** Longest wait for the beginning of an answer, and for each next piece of it, in milliseconds. Default: 30,000. */
  readonly timeout?: number;
  /** `manual`: the answer that leads elsewhere is the answer. Default: what only reads follows it, see {@link send}. */
  readonly redirect?: "follow" | "manual";
  /** Default: three tries. */
  readonly patience?: Patience;
  /** Whether to send it again. Default: by its method, see {@link mayRepeat}. */
  readonly mayRepeat?: (outcome: Outcome) => boolean;
  /** Called before each try, which begins when it gives way. */
  readonly admit?: () => Promise<void>;
  /** What no error may repeat, besides what headers and the names of fields tell. */
  readonly secrets?: readonly string[];
}

/** There was no answer, or one that leads where this request must not go. The message names the server alone. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  constructor(
    { origin }: URL,
    /** Without the server: a code such as `ECONNREFUSED`, or a few words. */
    readonly reason: string,
    /** Whether the request may have taken effect. */
    readonly sent: boolean,
  ) {
    super(`no answer from ${origin} (${reason})`);
  }
}

const usualTimeout = 30_000;
/** Redirects in a row. */
const mostHops = 5;

/**
 * Sends a request until it is answered, by whatever status. An answer that leads elsewhere is followed by GET and HEAD
 * alone: on the same server always, to another one only if the request carries nothing but its address.
 *
 * @throws HttpError where no answer comes, or one leads where the request is not sent
 * @throws the signal's reason when it is aborted
 */
export async function send(address: string | URL, call: Call = {}): Promise<Answer> {
  let url = new URL(address);
  for (let hops = 0; ; hops++) {
    const answer = await tries(url, call);
    const next = call.redirect === "manual" ? undefined : leadsTo(answer, call);
    if (next === undefined) return answer;
    if (hops === mostHops) throw new HttpError(url, `it leads on more than ${mostHops} times`, true);
    url = next;
  }
}

async function tries(url: URL, call: Call): Promise<Answer> {
  const { method = "GET", patience = usualPatience, signal } = call;
  const again = call.mayRepeat ?? ((outcome) => mayRepeat(method, outcome));
  for (let attempt = 1; ; attempt++) {
    await call.admit?.();
    const result = await one(url, call);
    const isLast = attempt === patience.attempts;
    if (result instanceof HttpError) {
      if (isLast || !again({ sent: result.sent })) throw result;
      await pause(attempt + 1, patience, signal);
    } else {
      if (result.ok || isLast || !again({ status: result.status })) return result;
      await pause(attempt + 1, patience, signal, waitAsked(result.headers.get("retry-after"), Date.now()));
    }
  }
}

/** @throws HttpError where another try would not help: by what the environment says, or a proxy that refuses */
async function one(url: URL, call: Call): Promise<Answer | HttpError> {
  const { method = "GET", signal, timeout = usualTimeout } = call;
  signal?.throwIfAborted();
  const { request, dispatcher, proxy } = await connected(url).catch((thrown: unknown) => {
    throw thrown instanceof NetworkProblem ? new HttpError(url, thrown.message, false) : thrown;
  });
  try {
    const { statusCode, headers, body } = await request(url, {
      method,
      headers: { accept: "*/*", "user-agent": "bitbucket-keycloak", ...typeOf(call), ...call.headers },
      body: bodyOf(call),
      headersTimeout: timeout,
      bodyTimeout: timeout,
      dispatcher,
      ...(signal && { signal }),
    });
    return new Answer(url, statusCode, headersOf(headers), await body.text(), secretsIn(call));
  } catch (thrown) {
    if (signal?.aborted) throw signal.reason;
    const { reason, sent, isFinal } = failureOf(thrown, url, proxy);
    const error = new HttpError(url, reason, sent);
    if (isFinal) throw error;
    return error;
  }
}

/** Where an answer leads on to, if it does and the request may follow. */
function leadsTo({ url, status, headers }: Answer, { method = "GET", ...call }: Call): URL | undefined {
  const location = headers.get("location");
  if (location === null || ![301, 302, 303, 307, 308].includes(status)) return undefined;
  if (!URL.canParse(location, url.href)) throw new HttpError(url, "it leads on to what is no address", true);
  const next = new URL(location, url);
  const reads = method === "GET" || method === "HEAD";
  if (reads && next.origin === url.origin) return next;
  if (reads && isBare(call) && next.protocol === "https:") return next;
  throw new HttpError(
    url,
    `it leads on to ${next.origin}, where ${reads ? "nothing secret" : `no ${method}`} is sent`,
    true,
  );
}

/** Whether a request carries nothing that another server should not have. */
function isBare({ headers = {}, secrets = [] }: Omit<Call, "method">): boolean {
  return secrets.length === 0 && Object.keys(headers).every((name) => name.toLowerCase() === "accept");
}

function headersOf(all: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const pairs = Object.entries(all).flatMap(([name, value]) =>
    [value ?? []].flat().map((each): [string, string] => [name, each]),
  );
  return new Headers(pairs);
}

function typeOf({ json, form }: Call): Record<string, string> {
  if (form !== undefined) return { "content-type": "application/x-www-form-urlencoded" };
  return json === undefined ? {} : { "content-type": "application/json" };
}

function bodyOf({ json, form, body }: Call): string | null {
  if (form !== undefined) return new URLSearchParams(form).toString();
  return json === undefined ? (body ?? null) : JSON.stringify(json);
}
