/** What `previously` is said of: what is called otherwise than before is the same. */
import type { Model } from "../model";

/** Names of now, by those of before. */
export type Names = ReadonlyMap<string, string>;

export interface Called {
  readonly name: string;
  readonly previously?: string | undefined;
}

/** By the list of the model: everything that can be renamed. */
export const called = {
  teams: ({ teams }) => teams,
  people: ({ people }) => people.map(({ username: name, previously }) => ({ name, previously })),
  projects: ({ projects }) => projects.map(({ key: name, previously }) => ({ name, previously })),
  repositories: ({ repositories }) =>
    repositories.map(({ slug: name, previously }) => ({ name, previously })),
  environments: ({ environments }) => environments,
} as const satisfies Readonly<Record<string, (model: Model) => readonly Called[]>>;

export type CalledList = keyof typeof called;

/**
 * What is renamed between two models: what was there by the name of before, is not any more, and has a name that nothing had.
 * Anything else that says `previously` is compared with whatever had its own name.
 */
export function renamed(list: CalledList, before: Model, after: Model): Names {
  const now: readonly Called[] = called[list](after);
  const namesIn = (all: readonly Called[]) => new Set(all.map(({ name }) => name));
  const [oldNames, newNames] = [namesIn(called[list](before)), namesIn(now)];
  return new Map(
    now.flatMap(({ name, previously }) => {
      const isRenamed =
        previously !== undefined &&
        oldNames.has(previously) &&
        !oldNames.has(name) &&
        !newNames.has(previously);
      return isRenamed ? [[previously, name] as const] : [];
    }),
  );
}

/** The names of before, by those of now. */
export function turned(names: Names): Names {
  return new Map([...names].map(([was, is]) => [is, was]));
}

/** What something is called now. */
export function nowIn<T extends string>(names: Names): (name: T) => T {
  return (name) => (names.get(name) ?? name) as T;
}
