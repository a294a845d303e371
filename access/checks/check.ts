/**
 * What a check is: a name, what holds where it finds nothing, and a pure function that looks for one kind of mistake in
 * a model. It knows nothing of files: where in the model something is wrong is enough. Its examples are its tests, and
 * stand on the page of all checks.
 */
import type { Model, Settings } from "../model";
import { nearest } from "../nearest";
import { listed, shown } from "../problem";
import type { Part, Path } from "../file/source";
import type { Tree } from "../tree";
import type { PipelineCredential, Plan } from "../vocabulary";

export interface Context {
  readonly model: Model;
  readonly tree: Tree;
  /** The settings of one stack; absent where the file is checked alone. */
  readonly settings?: Settings | undefined;
  /** The moment by which grants have ended or not. Absent: none has ended. */
  readonly asOf?: Date | undefined;
  /** What patterns stand for is not known, so that nobody can say whether a target exists. */
  readonly unresolved?: boolean | undefined;
}

/** A problem whose place is still one in the model. The other fields are those of a `Problem`. */
export interface Finding {
  readonly at: Path;
  readonly part?: Part;
  readonly found: string;
  readonly allowed?: string;
  readonly fix: string;
  /** The other end of a contradiction: its line is added to `found`. */
  readonly other?: Path;
  /** What it is about, as guardrails and their exceptions name it: `person ana`. Default: the section of the file. */
  readonly about?: string;
  /** `found` without how it comes about, by which a guardrail recognizes what was found before. Default: `found`. */
  readonly brief?: string;
}

/** Sections of `access.yaml` that stand first in the file; those left out are as in `company.ts`. */
export interface Example {
  readonly text: string;
  /** What the stack says, for a check that asks; without it the file is checked alone. */
  readonly settings?: {
    readonly environment: string;
    readonly "keycloak.people"?: "declared" | "external";
    readonly "bitbucket.plan"?: Plan;
    readonly "pipelines.credential"?: PipelineCredential;
  };
}

/** A mistake, and all that is found, a line each as people read it, without the file and the name of the check. */
interface BadExample extends Example {
  readonly found: readonly [string, ...string[]];
}

export interface Check {
  /** Kebab-case; printed with each problem. */
  readonly name: string;
  /** What holds where nothing is found, as a sentence. */
  readonly says: string;
  /** A `problem` is refused; a `warning` is legal, and still worth knowing. */
  readonly level: "problem" | "warning";
  readonly find: (context: Context) => readonly Finding[];
  readonly examples: { readonly good: Example; readonly bad: BadExample };
}

/** A finding if nothing called `name` is declared in `section`. */
export function unlessKnown(at: Path, name: string, known: readonly string[], section: string): Finding[] {
  if (known.includes(name)) return [];
  const meant = nearest(name, known);
  const fix = meant === undefined ? `declare it under "${section}"` : `did you mean "${meant}"?`;
  return [{ at, found: shown(name), allowed: listed(known), fix }];
}

/** Those after the first that have the same key, each with the first of them. */
export function repeats<T>(
  items: readonly T[],
  key: (item: T) => string,
): { item: T; index: number; first: number }[] {
  const firsts = new Map<string, number>();
  return items.flatMap((item, index) => {
    const first = firsts.get(key(item));
    if (first !== undefined) return [{ item, index, first }];
    firsts.set(key(item), index);
    return [];
  });
}
