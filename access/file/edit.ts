/**
 * The one editor of the files that commands write. A command says what is to become of the data; the text changes there
 * alone, and comments, order and form stay as people wrote them. Both texts are read again and compared: what differs
 * is exactly what was asked for, or nothing is written.
 */
import { accessFile } from "../dataFiles";
import { InvalidAccess } from "../problem";
import { applied, firstDifference, type Change } from "./change";
import { Positions, type Place } from "./positions";
import { accessSchema } from "./schema";
import { readYaml } from "./source";
import { written } from "./write";

export type { Change } from "./change";

/** A change that is left to a person. */
interface Refused extends Place {
  readonly change: Change;
  /** Example: `grants[2].reason would change with it`. */
  readonly reason: string;
}

export interface Edited {
  /** With every change that is not refused. */
  readonly text: string;
  readonly refused: readonly Refused[];
}

/**
 * @param changes none within another
 * @param meaning what of the data has to be the same. Default: all of it, with its order
 * @throws InvalidAccess if the text cannot be read
 */
export function edit(
  text: string,
  file: string,
  changes: readonly Change[],
  meaning: (data: unknown) => unknown = (data) => data,
): Edited {
  const { source, value, problems } = readYaml(text, file);
  if (value === undefined || problems.length > 0) throw new InvalidAccess(problems);
  const positions = new Positions(file, source);

  const attempt = (some: readonly Change[]): { readonly text: string } | { readonly reason: string } => {
    if (some.length === 0) return { text };
    const after = written(text, value, some);
    const read = readYaml(after, file);
    const problem = read.problems[0];
    if (problem) return { reason: `the file could not be read without it: ${problem.found}` };
    const other = firstDifference(meaning(read.value), meaning(applied(value, some)));
    return other === undefined
      ? { text: after }
      : { reason: `${positions.at(other).path || "the file"} would change with it` };
  };
  const refused: Refused[] = [];
  const soundOf = (some: readonly Change[]): readonly Change[] => {
    const tried = attempt(some);
    if ("text" in tried) return some;
    const [only] = some;
    if (only !== undefined && some.length === 1) {
      refused.push({ change: only, ...positions.at(only.at), reason: tried.reason });
      return [];
    }
    const half = Math.ceil(some.length / 2);
    return [...soundOf(some.slice(0, half)), ...soundOf(some.slice(half))];
  };
  const sound = soundOf(changes);
  const tried = attempt(sound);
  if ("text" in tried) return { text: tried.text, refused };
  const { reason } = tried;
  return { text, refused: changes.map((change) => ({ change, ...positions.at(change.at), reason })) };
}

const strict = accessSchema("strict");

/**
 * The same for `access.yaml`, where the order of a grant's keys means nothing, and that of environments and people does.
 *
 * @throws InvalidAccess if the text cannot be read
 */
export function editAccess(text: string, changes: readonly Change[]): Edited {
  return edit(text, accessFile, changes, (data) => strict.safeParse(data).data ?? data);
}
