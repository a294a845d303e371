/**
 * Every request passes here: it is counted, and where it would be one too many for the hour it waits, says so, and
 * can be interrupted. Failing instead would leave a large workspace half done, and failing again an hour later.
 */
import { tell } from "@bitbucket-keycloak/output";
import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import {
  type Burst,
  forecast,
  gentleBurst,
  publishedLimits,
  type RequestFamily,
  requestFamilyOf,
  spentText,
  waitFor,
  waitingText,
} from "./budget";
import type { Environment, Identity } from "./credentials";
import { Journal } from "./journal";

/** How long even a client waits that does not want to wait, in milliseconds: the hour gives back one request after the other. */
const shortWait = 60_000;

/** The hour is spent, and whoever asks does not want to wait. */
export class HourSpent extends Problem {
  override readonly name = "HourSpent";
  /** @param until when the next request may be sent */
  constructor(
    text: string,
    readonly until: Date,
  ) {
    super(text);
  }
}

export interface MeterOptions {
  /** Milliseconds since 1970. Default: this machine's. */
  readonly clock?: () => number;
  /** Whether a request that is one too many for the hour waits, or fails with {@link HourSpent}. Default: it waits. */
  readonly ifSpent?: "wait" | "fail";
}

export class Meter {
  private readonly limits: { [F in RequestFamily]?: number | undefined };
  private waiting = 0;
  private saidUntil = 0;
  private recent: readonly number[] = [];

  constructor(
    private readonly journal: Journal,
    limits: { readonly [F in RequestFamily]?: number | undefined },
    private readonly say: (text: string) => void,
    private readonly clock: () => number = Date.now,
    private readonly burst?: Burst,
    private readonly ifSpent: "wait" | "fail" = "wait",
  ) {
    this.limits = { ...limits };
  }

  /** What an answer says of an access token's hour. Where nothing is limited, it is not either. */
  learn(limit: number): void {
    if (this.limits["access token"] !== undefined) this.limits["access token"] = limit;
  }

  /**
   * Gives way when the request may be sent, and counts it.
   *
   * @param as whose requests are counted together; the account is written down as a hash
   * @throws the signal's reason, when it is aborted
   * @throws HourSpent where it does not wait
   */
  async admit(
    url: string,
    { account, scaled }: Pick<Identity, "account" | "scaled">,
    signal: AbortSignal,
  ): Promise<void> {
    const { origin, pathname } = new URL(url);
    const family = scaled ? "access token" : requestFamilyOf(pathname);
    const who = createHash("sha256").update(`${account} ${origin}`).digest("hex").slice(0, 12);
    this.waiting++;
    try {
      for (;;) {
        signal.throwIfAborted();
        const wait = Math.max(this.waitNow(family, who), this.spread());
        if (wait === 0) break;
        await sleep(wait, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      this.waiting--;
    }
    const now = this.clock();
    if (this.burst) this.recent = [...this.recent, now].slice(-this.burst.requests);
    this.journal.record(who, family, now);
  }

  /** How long the next has to wait so that not too many come at once; too short a time to say so. */
  private spread(): number {
    if (this.burst === undefined) return 0;
    return forecast(this.recent, 1, this.burst.requests, this.clock(), this.burst.milliseconds);
  }

  private waitNow(family: RequestFamily, who: string): number {
    const limit = this.limits[family];
    if (limit === undefined) return 0;
    const now = this.clock();
    const sent = this.journal.sent(who, family, now);
    const wait = waitFor(sent, limit, now);
    if (this.ifSpent === "fail") {
      if (wait <= shortWait) return wait;
      throw new HourSpent(spentText(family, sent.length), new Date(now + wait));
    }
    if (wait > 0 && now >= this.saidUntil) {
      this.saidUntil = now + wait;
      const last = forecast(sent, this.waiting, limit, now);
      this.say(waitingText(family, sent.length, this.waiting, wait, last));
    }
    return wait;
  }
}

/** Where requests are written down unless the environment says otherwise; on a server of this machine, nowhere. */
export function journalFolder(environment: Environment): string {
  const { BITBUCKET_REQUEST_JOURNAL: folder = "", XDG_CACHE_HOME: cache = join(homedir(), ".cache") } =
    environment;
  return folder === "" ? join(cache, "pulumi-bitbucket", "requests") : folder;
}

/**
 * Requests an hour to repositories, as the environment says.
 *
 * @returns undefined if it does not
 * @throws Problem if it is not a whole number above zero
 */
export function givenLimit({ BITBUCKET_REQUEST_LIMIT: given = "" }: Environment): number | undefined {
  if (given === "") return undefined;
  if (/^[1-9]\d*$/.test(given)) return Number(given);
  throw new Problem(
    `BITBUCKET_REQUEST_LIMIT: found ${JSON.stringify(given)}; allowed: a whole number above 0, the requests that the account may send in an hour`,
  );
}

/**
 * The meter of a process. On this machine (an emulator) nothing is limited and nothing written down unless the
 * environment says so.
 *
 * @param environment `BITBUCKET_REQUEST_JOURNAL`: folder of the journal, by default in the user's cache, so that a
 *   pipeline can keep it; `BITBUCKET_REQUEST_LIMIT`: requests an hour, for accounts that have another limit
 * @throws Problem if the limit is not a whole number above zero
 */
export function meterFor(
  apiUrl: string,
  environment: Environment,
  { clock = Date.now, ifSpent = "wait" }: MeterOptions = {},
): Meter {
  const given = givenLimit(environment);
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(new URL(apiUrl).hostname);
  const isKept = !local || (environment.BITBUCKET_REQUEST_JOURNAL ?? "") !== "";
  const limits = {
    ...(local ? {} : publishedLimits),
    ...(given === undefined ? {} : { repositories: given }),
  };
  const journal = new Journal(isKept ? journalFolder(environment) : undefined, tell);
  return new Meter(journal, limits, tell, clock, local ? undefined : gentleBurst, ifSpent);
}
