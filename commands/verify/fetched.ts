/** The requests of a library that brings its own, by the base of all others: proxies, authorities and time-outs are the same. */
import { type Method, once, send } from "@bitbucket-keycloak/http";

/** What such a library asks `fetch` for. */
interface Wish {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One request, as `fetch` would send it without following an answer that leads elsewhere.
 *
 * @throws Error where the body is neither a text nor a form; HttpError where no answer comes
 */
export async function fetched(address: string, { method, headers, body, signal }: Wish): Promise<Response> {
  const isForm = body instanceof URLSearchParams;
  if (!isForm && typeof body !== "string" && body != null)
    throw new Error(`a request to ${new URL(address).origin} has a body that is neither a text nor a form`);
  const answer = await send(address, {
    method: method as Method,
    headers: { ...(isForm && { "content-type": "application/x-www-form-urlencoded" }), ...headers },
    ...(body != null && { body: body.toString() }),
    redirect: "manual",
    patience: once,
    ...(signal && { signal }),
  });
  const { status, text } = answer;
  return new Response([204, 304].includes(status) ? null : text, { status, headers: answer.headers });
}
