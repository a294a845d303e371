/** Chance that falls the same way for the same number: a grown world can be made again. */
import { createHash } from "node:crypto";

export class Dice {
  private state: number;

  /** @param salt sets ids apart, and nothing else: a Keycloak has each of them once, in whatever realm. Default: none */
  constructor(
    seed: number,
    private readonly salt = "",
  ) {
    this.state = (seed * 2_654_435_761 + 1) >>> 0;
  }

  /** From 0 up to 1, without it (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** Whether it happens, with this probability. */
  falls(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  one<T>(of: readonly T[]): T {
    const found = of[this.between(0, of.length - 1)];
    if (found === undefined) throw new Error("nothing to choose from");
    return found;
  }

  /** So many different ones, or all where there are fewer. */
  some<T>(of: readonly T[], count: number): T[] {
    const left = [...of];
    const chosen: T[] = [];
    while (chosen.length < count && left.length > 0)
      chosen.push(...left.splice(this.between(0, left.length - 1), 1));
    return chosen;
  }

  /** A UUID. */
  id(): string {
    const drawn = Array.from({ length: 32 }, () => this.between(0, 15).toString(16)).join("");
    const hex = createHash("sha256").update(`${this.salt} ${drawn}`).digest("hex").slice(0, 32);
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `a${hex.slice(17, 20)}`,
      hex.slice(20),
    ].join("-");
  }
}
