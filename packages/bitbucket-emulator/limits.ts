/**
 * How many requests Bitbucket takes (https://support.atlassian.com/bitbucket-cloud/docs/api-request-limits/).
 *
 * A user has a fixed number an hour for `/2.0/repositories/*`, and one of its own for webhooks, over all tokens
 * together, in a window that rolls along with the clock; an answer tells nothing of what is left. Only an access token gets the scaled limit, and
 * headers that tell of it. Too many requests within a moment are refused as well, long before the hour's limit.
 * A refusal says nothing of how long to wait. What was refused does not count.
 */
import { ApiError } from "./errors";

export interface Limits {
  /** Requests an hour of a user to `/2.0/repositories/*`. Default 1,000. */
  readonly hour?: number;
  /** The same of an access token. Default 10,000, the most that Bitbucket gives. */
  readonly scaled?: number;
  /** Requests an hour of a user to webhooks, which no other limit counts. Default 1,000. */
  readonly webhooks?: number;
  /** Requests of one caller to anything within some milliseconds. Default 100 in 1,000: Bitbucket names no number. */
  readonly burst?: { readonly requests: number; readonly milliseconds: number };
}

const hour = 3_600_000;
const resource = "/2.0/repositories/";
const hooks = /^\/2\.0\/(workspaces\/[^/]+|repositories\/[^/]+\/[^/]+)\/hooks(\/|$)/;
/** Share of the limit that has to be left for the header to say that it is not near. */
const nearShare = 0.2;

/** Who is counted: an account with all its tokens, or one access token. */
export interface Counted {
  readonly uuid: string;
  readonly scaled: boolean;
}

export class Meter {
  private readonly hourly = new Map<string, number[]>();
  private readonly recent = new Map<string, number[]>();

  /** @param limits undefined: none are kept */
  constructor(
    private readonly limits: Limits | undefined,
    private readonly now: () => number,
  ) {}

  /**
   * Counts a request.
   *
   * @returns headers of the answer
   * @throws ApiError 429 if it is one too many
   */
  take({ uuid, scaled }: Counted, path: string): Readonly<Record<string, string>> {
    if (this.limits === undefined) return {};
    const { hour: fixed = 1000, scaled: most = 10_000, webhooks = 1000 } = this.limits;
    const { burst = { requests: 100, milliseconds: 1000 } } = this.limits;
    const ofHooks = hooks.test(path);
    const counts = ofHooks || path.startsWith(resource);
    const limit = ofHooks ? webhooks : scaled ? most : fixed;
    const moment = this.within(this.recent, uuid, burst.milliseconds);
    const past = this.within(this.hourly, ofHooks ? `webhooks ${uuid}` : uuid, hour);
    if (moment.length >= burst.requests || (counts && past.length >= limit)) {
      throw new ApiError(429, "Rate limit for this resource has been exceeded");
    }
    moment.push(this.now());
    if (!counts) return {};
    past.push(this.now());
    return scaled && !ofHooks ? headersOf(limit, past.length) : {};
  }

  /** Times of a caller's requests that lie in the window; older ones are forgotten. */
  private within(kept: Map<string, number[]>, uuid: string, milliseconds: number): number[] {
    const since = this.now() - milliseconds;
    const times = (kept.get(uuid) ?? []).filter((time) => time > since);
    kept.set(uuid, times);
    return times;
  }
}

function headersOf(limit: number, used: number): Readonly<Record<string, string>> {
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-resource": `${resource}*`,
    "x-ratelimit-nearlimit": String(limit - used < limit * nearShare),
  };
}
