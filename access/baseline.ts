/**
 * What a stack was last brought up with, in one string. A stack output holds it, so that the next preview can say
 * what changes for people without asking either system. A thousand objects as an output would print ten thousand
 * lines and slow the engine down: hence one line, compressed.
 */
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import type { Model } from "./model";
import { compare } from "./problem";

export interface Baseline {
  readonly model: Model;
  /** The day that grants were judged at, UTC, `YYYY-MM-DD`: they end with days, so a moment says nothing more. */
  readonly asOf: string;
  /** The commit that was brought up; undefined outside of a Git checkout. */
  readonly commit?: string;
}

/** Before the data, so that a later form can be told from this one. */
const form = "1.";

/** The same baseline gives the same text, whatever the order of keys in memory. */
export function encodeBaseline(baseline: Baseline): string {
  return form + brotliCompressSync(JSON.stringify(sorted(baseline))).toString("base64url");
}

/**
 * @returns undefined for a text that is no baseline, or one of another form
 */
export function decodeBaseline(text: string): Baseline | undefined {
  if (!text.startsWith(form)) return undefined;
  try {
    const json = brotliDecompressSync(Buffer.from(text.slice(form.length), "base64url")).toString();
    return JSON.parse(json) as Baseline;
  } catch {
    return undefined;
  }
}

/** Example: `2026-11-23`. */
export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => compare(a, b));
  return Object.fromEntries(entries.map(([key, child]) => [key, sorted(child)]));
}
