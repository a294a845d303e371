/**
 * A mistake in a file that people edit by pull request. Who reads about it has the file open and wants to know
 * where to go, what stands there, what may stand there, and what to do: all mistakes of a file at once, since
 * each round trip costs a build.
 */

import { jsonText, visible } from "@bitbucket-keycloak/output";

/** Something wrong, or worth a warning, at one place of one file. */
export interface Problem {
  readonly file: string;
  /** From 1. Absent where the values are known but not the text they came from. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
  /** Example: `teams.engineering.teams.payments.owner`. Empty for the whole file. */
  readonly path: string;
  /** What stands there, ready to read. Example: `"chn"`. */
  readonly found: string;
  /** What may stand there. Example: `ana, ben, chen`. */
  readonly allowed?: string;
  /** Example: `did you mean "chen"?` */
  readonly fix: string;
  /** Name of the check of `access.yaml` that found it. Absent for mistakes of form, and for those of other files. */
  readonly check?: string;
}

/** One line: `access.yaml:12:7  teams.payments.owner: found "chn"; allowed: ana, ben; did you mean "ben"? [known-people]` */
export function renderProblem(problem: Problem): string {
  const { file, line, column } = problem;
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return `${visible(place)}  ${sentenceOf(problem)}`;
}

/** The same without the place in the file. The engine prints it, too, so that it is made visible here. */
export function sentenceOf({ path, found, allowed, fix, check }: Omit<Problem, "file">): string {
  const sentence = [`found ${found}`, allowed && `allowed: ${allowed}`, fix].filter(Boolean).join("; ");
  return visible(`${path === "" ? "" : `${path}: `}${sentence}${check === undefined ? "" : ` [${check}]`}`);
}

/** All of them, a line each, in the order of the files. */
export function renderProblems(problems: readonly Problem[]): string {
  return sortProblems(problems).map(renderProblem).join("\n");
}

/** By file, then by place in it; each of them once. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const unique = new Map(problems.map((problem) => [renderProblem(problem), problem]));
  return [...unique.values()].sort(
    (a, b) =>
      compare(a.file, b.file) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0) ||
      compare(a.path, b.path),
  );
}

/** Thrown by those who cannot go on: its message is all problems, rendered. */
export class InvalidAccess extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(renderProblems(problems));
    this.name = "InvalidAccess";
    this.problems = sortProblems(problems);
  }
}

/**
 * A value as a message shows it: short, on one line, maps and lists only by kind, and an address without the
 * credentials that somebody may have written into it.
 */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "an empty value";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "string") return jsonText(shorten(value.replace(/\/\/[^/\s]*@/, "//…@"), 60));
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return "a map";
}

/** The names that are allowed, the first dozen of them. */
export function listed(names: readonly string[]): string {
  const most = 12;
  if (names.length === 0) return "none is declared";
  if (names.length <= most) return names.join(", ");
  return `${names.slice(0, most).join(", ")}, … (${names.length} in all)`;
}

/** Order by code units: the same on every machine, whatever its language. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The beginning of a longer text, with a mark that it goes on. */
export function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}
