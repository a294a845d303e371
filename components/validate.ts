/**
 * Arguments of components are validated before `super()`: what is wrong with them ends the program before anything of the
 * component is registered, and all of it is said at once.
 */
import * as pulumi from "@pulumi/pulumi";
import { sentenceOf, type Problem } from "../access";

/** `path` begins with the component. Example: `realm acme: owners`. */
export type ArgumentProblem = Omit<Problem, "file">;

/**
 * @param problems `false` for a check that found nothing
 * @throws pulumi.RunError with every problem, a line each
 */
export function refuse(...problems: readonly (ArgumentProblem | false | undefined)[]): void {
  const found = problems.filter((problem) => problem !== undefined && problem !== false);
  if (found.length > 0) throw new pulumi.RunError(found.map(sentenceOf).join("\n"));
}

/** The names that stand in a list more than once: resources are named by them. */
export function twice(path: string, names: readonly string[]): ArgumentProblem | undefined {
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  if (repeated.length === 0) return undefined;
  return {
    path,
    found: `${[...new Set(repeated)].join(", ")} more than once`,
    allowed: "each name once",
    fix: "take the others out",
  };
}
