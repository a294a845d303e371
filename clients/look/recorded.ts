/**
 * Both systems as a look may ask them: by the closed list of reads, one at a time, each of them once. What was answered before
 * is answered from the records; what is asked now is written down before anybody sees the answer, and only what is kept of it is
 * seen, so that a look that was interrupted finds the same as one that was not.
 */
import type { Method } from "@bitbucket-keycloak/http";
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { BitbucketError } from "@pulumi/bitbucket/api/explain";
import { HourSpent } from "@pulumi/bitbucket/api/meter";
import type { Outgoing, Sends } from "@pulumi/bitbucket/api/transport";
import type { Answered, Connected } from "@pulumi/keycloak-identity/client/keycloak";
import { KeycloakError } from "../keycloak";
import { SeenAccounts } from "./foundAccounts";
import { keptOf, keptOfPage, readOfBitbucket, readOfKeycloak, type Kept } from "./reads";
import type { Recorded, Records } from "./records";

/** It is in no record, and nobody is to be asked. */
class Unasked extends Problem {
  override readonly name = "Unasked";
  constructor() {
    super("the look has not come to its end: go on with npm run adopt -- look");
  }
}

type Options = Parameters<Connected["request"]>[2];

/** Requests of one system, one after the other. */
class Queue {
  private last: Promise<unknown> = Promise.resolve();
  run<T>(work: () => Promise<T>): Promise<T> {
    const next = this.last.then(work, work);
    this.last = next.catch(() => undefined);
    return next;
  }
}

/** How long to leave Bitbucket alone that refuses requests and does not say until when, in milliseconds. */
const leaveAlone = 5 * 60_000;

/** Those that say something of what was asked, and not of the moment or of who asked. */
const isAnswer = (status: number | undefined): status is number =>
  status !== undefined && status >= 300 && status < 500 && ![401, 408, 429].includes(status);

export class RecordedTransport implements Sends {
  private readonly queue = new Queue();
  /** Whoever was named in an answer. */
  readonly accounts = new SeenAccounts();
  /** Requests that were sent. */
  asked = 0;

  /** @param through undefined: nothing is sent */
  constructor(
    private readonly records: Records,
    private readonly through: Sends | undefined,
    private readonly now: () => number = Date.now,
  ) {}

  async send(outgoing: Outgoing, signal: AbortSignal): Promise<unknown> {
    const kept = readOfBitbucket(outgoing.method, outgoing.path);
    return this.queue.run(() => this.once(outgoing, kept, signal));
  }

  private async once(outgoing: Outgoing, kept: Kept, signal: AbortSignal): Promise<unknown> {
    const { method, url, as, json } = outgoing;
    const { pathname, search } = new URL(url);
    const asked = [method.toUpperCase(), pathname + search, json === undefined ? "" : JSON.stringify(json)]
      .join(" ")
      .trim();
    // What an access token may not read, the account may.
    const byToken = `token ${asked}`;
    const known = this.records.get(asked) ?? (as.scaled ? this.records.get(byToken) : undefined);
    if (known?.refused) throw new BitbucketError(known.refused.why, known.refused.status, false);
    if (known) {
      this.accounts.see(known.answer);
      return known.answer;
    }
    if (this.through === undefined) throw new Unasked();
    try {
      this.asked++;
      const answer = keptOfPage(await this.through.send(outgoing, signal), kept);
      this.records.add(asked, { answer });
      this.accounts.see(answer);
      return answer;
    } catch (thrown) {
      if (!(thrown instanceof BitbucketError)) throw thrown;
      const { status, message: why } = thrown;
      if (status === 429) throw new HourSpent(why, new Date(this.now() + leaveAlone));
      if (isAnswer(status)) this.records.add(as.scaled ? byToken : asked, { refused: { status, why } });
      throw thrown;
    }
  }
}

export class RecordedConnection implements Connected {
  private readonly queue = new Queue();
  /** Requests that were sent, but for tokens. */
  asked = 0;

  /** @param through undefined: nothing is sent */
  constructor(
    private readonly records: Records,
    private readonly through: Connected | undefined,
  ) {}

  claims(): never {
    throw new Unasked();
  }

  async request(method: Method, path: string, options: Options): Promise<Answered | undefined> {
    const { pathname, search } = new URL(path, "http://keycloak");
    const kept = readOfKeycloak(method, pathname, this.records.begun.keycloak.realm);
    return this.queue.run(() => this.once(method, path, pathname + search, kept, options));
  }

  private async once(
    method: Method,
    path: string,
    below: string,
    kept: Kept,
    options: Options,
  ): Promise<Answered | undefined> {
    const asked = `${method} ${below}`;
    const known = this.records.get(asked);
    if (known) return answered(known);
    if (this.through === undefined) throw new Unasked();
    try {
      this.asked++;
      const answer = await this.through.request(method, path, options);
      this.records.add(asked, answer === undefined ? {} : { answer: keptOf(answer.json(), kept) });
    } catch (thrown) {
      if (!(thrown instanceof KeycloakError)) throw thrown;
      const { status, message: why } = thrown;
      if (isAnswer(status)) this.records.add(asked, { refused: { status, why } });
      throw thrown;
    }
    return answered(this.records.get(asked));
  }
}

/** What there is not was answered, too. */
function answered(known: Recorded | undefined): Answered | undefined {
  if (known?.refused) throw new KeycloakError(known.refused.why, known.refused.status);
  if (known?.answer === undefined) return undefined;
  return { json: () => known.answer, headers: new Headers() };
}
