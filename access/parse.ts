/**
 * From the text of `access.yaml` to the model.
 */
import { flatten } from "./flatten";
import { problemsOf } from "./issues";
import type { Model } from "./model";
import { Positions } from "./positions";
import { sortProblems, type Problem } from "./problem";
import { accessSchema } from "./schema";
import { readYaml } from "./source";

/** A model and the way back from it to the file. */
export interface Parsed {
  readonly model: Model;
  readonly positions: Positions;
}

export type ParseResult =
  | ({ readonly ok: true } & Parsed)
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** What is well formed in a file that is not, for further checks only. Absent if there is nothing to build on. */
      readonly salvaged?: Parsed;
    };

const strict = accessSchema("strict");
const forgiving = accessSchema("forgiving");

/**
 * Reads `access.yaml`: its form only; `readAccess` judges the meaning too. Never throws.
 *
 * @param text the whole file
 * @param file how problems call it. Example: `access.yaml`
 */
export function parseAccess(text: string, file: string): ParseResult {
  const { source, value, problems: unreadable } = readYaml(text, file);
  const positions = new Positions(file, source);
  if (value === undefined) return { ok: false, problems: unreadable };

  const parsed = strict.safeParse(value);
  if (parsed.success && unreadable.length === 0) {
    return { ok: true, model: flatten(parsed.data, positions), positions };
  }
  const misshapen = parsed.success ? [] : problemsOf(parsed.error.issues, value, positions);
  const problems = sortProblems([...unreadable, ...misshapen]);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { ok: false, problems };
  return { ok: false, problems, salvaged: { model: flatten(forgiving.parse(value), positions), positions } };
}
