/**
 * One request to Bitbucket, by the base that all clients share: counted before each try, as whom it is meant to be, and
 * with Bitbucket's answers explained. Where a creation may have taken effect although no answer says so, the error says
 * that, and whoever asked looks it up.
 */
import {
  type Answer,
  HttpError,
  mayRepeat,
  type Method as HttpMethod,
  type Patience,
  send,
} from "@bitbucket-keycloak/http";
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import type { Identity } from "./credentials";
import { grantedIn } from "./causes";
import { type Attempt, BitbucketError, explain, repositoryAt, triedTo } from "./explain";
import type { Meter } from "./meter";
import { requestPatience } from "./retry";

export interface Outgoing extends Attempt {
  readonly url: string;
  readonly as: Identity;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  /** What must not appear in an error. */
  readonly secrets?: readonly string[];
}

/** What requests go through. */
export interface Sends {
  /** Gives the body of the answer; undefined if it has none. @throws BitbucketError for any answer but success */
  send(outgoing: Outgoing, signal: AbortSignal): Promise<unknown>;
}

export class Transport implements Sends {
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
    const { method, url, as, json, form } = outgoing;
    const secrets = [...as.secrets, ...(outgoing.secrets ?? [])];
    const creates = method === "post" && outgoing.reads !== true;
    const answer = await send(url, {
      method: method.toUpperCase() as HttpMethod,
      headers: { accept: "application/json", authorization: as.authorization },
      ...(form !== undefined ? { form } : { json }),
      // Another name of a workspace or repository is for people to learn of.
      redirect: "manual",
      patience: this.patience,
      ...(outgoing.reads && { mayRepeat: (outcome) => mayRepeat("GET", outcome) }),
      admit: () => this.meter.admit(url, as, signal),
      signal,
    }).catch((thrown: unknown) => {
      if (!(thrown instanceof HttpError)) throw thrown;
      const message = `${triedTo(outgoing)}: ${thrown.message}; check apiUrl and the network, then run it again`;
      throw new BitbucketError(message, undefined, thrown.sent && creates);
    });
    const limit = Number(answer.headers.get("x-ratelimit-limit"));
    if (as.scaled && limit > 0) this.meter.learn(limit);
    if (answer.ok) return bodyOf(answer, outgoing);
    const uncertain = answer.status >= 500 && creates;
    const movedTo = answer.status === 301 ? repositoryAt(answer.headers.get("location") ?? "") : undefined;
    const body = answer.value() ?? answer.text;
    throw new BitbucketError(
      explain(outgoing, answer.status, body, secrets, movedTo),
      answer.status,
      uncertain,
      movedTo,
      grantedIn(body),
    );
  }
}

function bodyOf(answer: Answer, outgoing: Outgoing): unknown {
  if (answer.text === "") return undefined;
  const body = answer.value();
  if (typeof body === "object" && body !== null) return body;
  throw new Problem(
    `${triedTo(outgoing)}: ${answer.url.origin} answered something that is not JSON; check that apiUrl is Bitbucket's API`,
  );
}
