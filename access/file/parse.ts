/**
 * From the text of `access.yaml`, and of the lock file beside it, to the model.
 */
import { flatten } from "./flatten";
import { problemsOf } from "./issues";
import { lockProblems, parseLock } from "./lock";
import type { Model } from "../model";
import { nameProblems, withNames } from "./names";
import { Positions } from "./positions";
import { sortProblems, type Problem } from "../problem";
import { accessSchema, type AccessFile } from "./schema";
import { readYaml } from "./source";

/** A model and the way back from it to the file. */
interface Parsed {
  readonly model: Model;
  readonly positions: Positions;
}

export type ParseResult =
  | ({ readonly ok: true } & Parsed)
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** What is well formed in a file that is not, for further checks only. Absent if there is nothing to build on. */
      readonly salvaged?: Parsed & {
        /** What some patterns stand for is not known. */
        readonly unresolved: boolean;
      };
    };

/** A text, and how problems call it. Example: `access.lock.yaml`. */
export interface LockText {
  readonly text: string;
  readonly file: string;
}

const strict = accessSchema("strict");
const forgiving = accessSchema("forgiving");

/**
 * Reads `access.yaml`: its form only; `readAccess` evaluates the meaning too. Never throws.
 *
 * @param text the whole file
 * @param file how problems call it. Example: `access.yaml`
 * @param lock the lock file, which a file with patterns needs; absent if there is none
 */
export function parseAccess(text: string, file: string, lock?: LockText): ParseResult {
  const { source, value, problems: unreadable, noTexts = [] } = readYaml(text, file);
  const positions = new Positions(file, source);
  if (value === undefined) return { ok: false, problems: unreadable };

  const locked = lock && parseLock(lock.text, lock.file);
  const known = locked?.ok ? locked : undefined;
  const unresolved = (data: AccessFile): readonly Problem[] =>
    locked?.ok === false ? locked.problems : lockProblems(data, positions, known);

  const parsed = strict.safeParse(value);
  const wrong = parsed.success ? [] : problemsOf(parsed.error.issues, value, positions);
  const misshapen = withNames(wrong, nameProblems(noTexts, positions));
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isMap) return { ok: false, problems: sortProblems([...unreadable, ...misshapen]) };

  const data = parsed.success ? parsed.data : forgiving.parse(value);
  const unlocked = unresolved(data);
  const problems = sortProblems([...unreadable, ...misshapen, ...unlocked]);
  const model = flatten(data, positions, known?.lock);
  return problems.length === 0
    ? { ok: true, model, positions }
    : { ok: false, problems, salvaged: { model, positions, unresolved: unlocked.length > 0 } };
}

/** The file as it is written, for the command that finds out what its patterns stand for. */
export function parseFile(
  text: string,
  file: string,
):
  | { readonly ok: true; readonly data: AccessFile }
  | { readonly ok: false; readonly problems: readonly Problem[] } {
  const { source, value, problems, noTexts = [] } = readYaml(text, file);
  const positions = new Positions(file, source);
  const parsed = strict.safeParse(value);
  const wrong =
    parsed.success || value === undefined ? [] : problemsOf(parsed.error.issues, value, positions);
  const misshapen = withNames(wrong, nameProblems(noTexts, positions));
  if (parsed.success && problems.length + misshapen.length === 0) return { ok: true, data: parsed.data };
  return { ok: false, problems: sortProblems([...problems, ...misshapen]) };
}
