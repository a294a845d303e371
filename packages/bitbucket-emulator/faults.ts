/**
 * Faults on demand: what goes wrong between a client and Bitbucket, made to happen at a chosen request.
 *
 * The interesting question about a failed request is whether it took effect. A status or a reset can therefore
 * come before the effect, or after it: then everything was done and only the answer is lost. Where a fault
 * strikes is said by counting requests, or drawn from a seed, so that the same run fails at the same place again.
 */
import { z } from "zod";

const faultSchema = z
  .strictObject({
    /** Only requests by this method. Default: any. */
    method: z.enum(["GET", "POST", "PUT", "DELETE"]).optional(),
    /** Only paths that match; `*` stands for any characters, slashes included. Default: any path. */
    path: z.string().min(1).optional(),
    /** The request that it begins at, counted from 1 among those that match. Default 1. */
    at: z.number().int().positive().optional(),
    /** How many matching requests in a row it strikes; `always`: all from then on. Default 1, with `random` always. */
    times: z.union([z.number().int().positive(), z.literal("always")]).optional(),
    /** Strikes by chance: the share of requests, and the seed that decides which. */
    random: z.strictObject({ seed: z.number().int(), rate: z.number().min(0).max(1) }).optional(),
    /** Answers with this status, in Bitbucket's form of an error. */
    status: z.number().int().min(400).max(599).optional(),
    /** With 410: where it was announced that this goes, as Bitbucket says during a brown-out. */
    announcement: z.url().optional(),
    /** Resets the connection instead of answering. */
    reset: z.literal(true).optional(),
    /** Milliseconds to wait first; alone, the request is then answered as ever. */
    delay: z.number().int().positive().max(600_000).optional(),
    /** Whether status or reset come before the request takes effect or after it did. Default `before`. */
    when: z.enum(["before", "after"]).optional(),
  })
  .refine(({ status, reset }) => status === undefined || reset === undefined, {
    message: "status and reset exclude each other",
  })
  .refine(({ status, reset, delay }) => status !== undefined || reset === true || delay !== undefined, {
    message: "expected one of status, reset and delay",
  })
  .refine(({ status, announcement }) => announcement === undefined || status === 410, {
    message: "announcement belongs to the status 410",
  })
  .refine(({ status, reset, when }) => when === undefined || status !== undefined || reset === true, {
    message: "when belongs to status and reset",
  });

/** One fault, and the requests that it strikes. */
export type Fault = z.infer<typeof faultSchema>;

/** A fault with what has become of it. */
export interface FaultReport extends Fault {
  /** Requests that matched so far. */
  readonly seen: number;
  /** Requests that it struck. */
  readonly struck: number;
}

interface Entry {
  readonly fault: Fault;
  readonly draw: () => number;
  seen: number;
  struck: number;
}

export class Faults {
  private entries: Entry[] = [];

  /**
   * Adds a fault; it counts requests from now on. Where several are due at one request, the first added strikes.
   *
   * @throws with the field, if it is none
   */
  add(fault: unknown): void {
    const parsed = faultSchema.safeParse(fault);
    if (!parsed.success) {
      const issues = parsed.error.issues.map(({ path, message }) => ["fault", ...path, message].join(": "));
      throw new Error(issues.join("\n"));
    }
    const draw = numbers(parsed.data.random?.seed ?? 0);
    this.entries.push({ fault: parsed.data, draw, seen: 0, struck: 0 });
  }

  clear(): void {
    this.entries = [];
  }

  list(): readonly FaultReport[] {
    return this.entries.map(({ fault, seen, struck }) => ({ ...fault, seen, struck }));
  }

  /** Counts a request; the fault that strikes it, if any. */
  next(method: string, path: string): Fault | undefined {
    const due = this.entries.filter((entry) => matches(entry.fault, method, path)).filter(count);
    const [first] = due;
    if (first) first.struck += 1;
    return first?.fault;
  }
}

function matches({ method, path }: Fault, asked: string, at: string): boolean {
  return (method === undefined || method === asked) && (path === undefined || pathMatches(path, at));
}

/** Paths are compared decoded: a UUID's braces may come either way. */
function pathMatches(pattern: string, path: string): boolean {
  const parts = decode(pattern)
    .split("*")
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(decode(path));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Counts a matching request. @returns whether the fault is due at it */
function count(entry: Entry): boolean {
  const { at = 1, random, times = random ? "always" : 1 } = entry.fault;
  entry.seen += 1;
  const drawn = random === undefined || entry.draw() < random.rate;
  const over = times !== "always" && (random ? entry.struck >= times : entry.seen >= at + times);
  return drawn && entry.seen >= at && !over;
}

/** Numbers from 0 to 1 that look random and are the same for the same seed (the generator "mulberry32"). */
function numbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** In words, for the log. */
export function describe({ status, reset, delay, when = "before" }: Fault): string {
  const what = reset ? "reset" : status;
  return [
    ...(delay === undefined ? [] : [`delay of ${delay} ms`]),
    ...(what === undefined ? [] : [`${what} ${when} the effect`]),
  ].join(", ");
}
