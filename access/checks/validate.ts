/**
 * Whether a well-formed `access.yaml` means something: every check runs, and all that they find comes together.
 */
import { checks } from ".";
import type { Check, Finding } from "./check";
import type { Model, Settings } from "../model";
import { parseAccess, type LockText } from "../file/parse";
import type { Positions } from "../file/positions";
import { sortProblems, type Problem } from "../problem";
import { Tree } from "../tree";

interface Verdict {
  /** What has to be mended before anything may be compiled. */
  readonly problems: readonly Problem[];
  /** What is legal, and still worth knowing. */
  readonly warnings: readonly Problem[];
}

/**
 * Runs every check on a model.
 *
 * @param positions where its parts stand in the file
 * @param settings of the stack that it is meant for; without them, what depends on them is not checked
 * @param unresolved what some patterns stand for is not known
 * @param asOf the moment by which grants have ended or not; absent: those that have ended count, too
 */
function validate(
  model: Model,
  positions: Positions,
  settings?: Settings,
  unresolved = false,
  asOf?: Date,
): Verdict {
  const context = { model, tree: new Tree(model), settings, unresolved, asOf };
  const run = (level: Check["level"]) => sortProblems(findAll(level, context, positions));
  return { problems: run("problem"), warnings: run("warning") };
}

/** All that the checks of a level find, check by check. */
export function findAll(
  level: Check["level"],
  context: Parameters<Check["find"]>[0],
  positions: Positions,
): Problem[] {
  return checks
    .filter((check) => check.level === level)
    .flatMap(({ name, find }) => find(context).map((finding) => problemAt(finding, positions, name)));
}

export type Access =
  | {
      readonly ok: true;
      readonly model: Model;
      readonly positions: Positions;
      readonly warnings: readonly Problem[];
    }
  | {
      readonly ok: false;
      /** Of a file that is well formed and means nothing. */
      readonly model?: Model;
      readonly problems: readonly Problem[];
      readonly warnings: readonly Problem[];
    };

/**
 * Reads and validates `access.yaml` in one go, so that mistakes of form and of meaning come together. What the
 * form got wrong is not checked a second time. Never throws.
 *
 * @param text the whole file
 * @param file how problems call it. Example: `access.yaml`
 * @param settings of the stack that it is meant for
 * @param lock the lock file, which a file with patterns needs; absent if there is none
 * @param asOf the moment by which grants have ended or not; absent: those that have ended count, too
 */
export function readAccess(
  text: string,
  file: string,
  settings?: Settings,
  lock?: LockText,
  asOf?: Date,
): Access {
  const parsed = parseAccess(text, file, lock);
  const readable = parsed.ok ? parsed : parsed.salvaged;
  const unresolved = !parsed.ok && parsed.salvaged?.unresolved === true;
  const verdict = readable && validate(readable.model, readable.positions, settings, unresolved, asOf);
  const warnings = verdict?.warnings ?? [];
  if (parsed.ok) {
    const { model, positions } = parsed;
    const { problems = [] } = verdict ?? {};
    return problems.length === 0
      ? { ok: true, model, positions, warnings }
      : { ok: false, model, problems, warnings };
  }
  const misshapen = parsed.problems.map(({ path }) => path).filter((path) => path !== "");
  const further = (verdict?.problems ?? []).filter(
    ({ path }) =>
      !misshapen.some((bad) => path === bad || path.startsWith(`${bad}.`) || path.startsWith(`${bad}[`)),
  );
  return { ok: false, problems: sortProblems([...parsed.problems, ...further]), warnings };
}

/**
 * A finding with its place in the file.
 *
 * @param check name of the check that found it; absent: something else did
 */
export function problemAt(
  { at, part, found, allowed, fix, other }: Finding,
  positions: Positions,
  check?: string,
): Problem {
  const first = other && positions.at(other, "key").line;
  return {
    ...positions.at(at, part),
    found: first === undefined ? found : `${found} (see line ${first})`,
    ...(allowed !== undefined && { allowed }),
    fix,
    ...(check !== undefined && { check }),
  };
}
