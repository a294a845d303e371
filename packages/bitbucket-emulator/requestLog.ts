/**
 * What was asked: one entry a request, for people who look, for tests that count, and for those who want to
 * know what a client costs. It holds addresses and outcomes, never bodies, headers or credentials.
 */
import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { dirname } from "node:path";

export interface LogEntry {
  /** Counts from 1. */
  readonly id: number;
  /** ISO 8601, when the request came. */
  readonly time: string;
  readonly method: string;
  readonly path: string;
  /** As sent, without the question mark; empty for none. */
  readonly query: string;
  /** 0 if there was no answer. */
  readonly status: number;
  /** E-mail of the account that the credential belongs to. */
  readonly account?: string;
  readonly milliseconds: number;
  /** Which of Bitbucket's families of endpoints it belongs to; undefined for none that it knows. */
  readonly family?: string;
  /** What the request asked that Bitbucket's contract does not know. */
  readonly strict?: string;
  /** The fault on demand that struck it, in words. */
  readonly fault?: string;
}

export class RequestLog {
  private entries: LogEntry[] = [];
  private last = 0;
  private readonly stream: WriteStream | undefined;

  /**
   * @param file JSON lines are appended to it; undefined: memory only
   * @param bound entries kept in memory; the file keeps them all
   */
  constructor(
    file?: string,
    private readonly bound = 20_000,
  ) {
    if (file === undefined) return;
    mkdirSync(dirname(file), { recursive: true });
    this.stream = createWriteStream(file, { flags: "a", mode: 0o600 });
  }

  add(entry: Omit<LogEntry, "id">): void {
    const numbered = { id: ++this.last, ...entry };
    this.entries.push(numbered);
    if (this.entries.length > this.bound) this.entries = this.entries.slice(-this.bound / 2);
    this.stream?.write(`${JSON.stringify(numbered)}\n`);
  }

  /** @param id only entries after this one; 0, all that are kept */
  since(id = 0): readonly LogEntry[] {
    return this.entries.filter((entry) => entry.id > id);
  }

  /** Requests that asked something Bitbucket's contract does not know. */
  strict(): readonly LogEntry[] {
    return this.entries.filter((entry) => entry.strict !== undefined);
  }

  /** How many requests each family got, the busiest first. */
  counts(): readonly (readonly [family: string, requests: number])[] {
    const counts = new Map<string, number>();
    for (const { family = "unknown" } of this.entries) counts.set(family, (counts.get(family) ?? 0) + 1);
    return [...counts].sort(([, one], [, other]) => other - one);
  }

  clear(): void {
    this.entries = [];
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.stream) this.stream.end(resolve);
      else resolve();
    });
  }
}
