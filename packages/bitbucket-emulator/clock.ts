/**
 * The time of the emulator: the machine's, plus what a test has let pass. So an hour's limit can be tried out
 * without waiting for an hour.
 */
export class Clock {
  private ahead = 0;
  private last = 0;

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.ahead;
  }

  /** ISO 8601. */
  text(): string {
    return new Date(this.now()).toISOString();
  }

  /** ISO 8601, and later than every moment that this gave before: what follows something also does so in its log. */
  next(): string {
    this.last = Math.max(this.now(), this.last + 1);
    return new Date(this.last).toISOString();
  }

  /** Lets time pass. @throws if it is no positive number of milliseconds */
  advance(milliseconds: number): void {
    if (!Number.isFinite(milliseconds) || milliseconds <= 0) {
      throw new Error(`advance: found ${milliseconds}, expected milliseconds above 0`);
    }
    this.ahead += milliseconds;
  }
}
