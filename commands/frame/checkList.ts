/** A list of checks for a terminal, as `verify` and `doctor` print it: a line each, and below it what is to be done. */
import { visible } from "@bitbucket-keycloak/output";

export interface Line {
  readonly mark: "ok" | "FAIL" | "?";
  readonly name: string;
  readonly text: string;
  /** What stands below it; one without a label is a line of a list. */
  readonly more?: readonly (readonly [label: string, text: string])[];
}

export function checkList(lines: readonly Line[]): string[] {
  const width = Math.max(...lines.map(({ name }) => name.length));
  const below = " ".repeat(width + 10);
  return lines.flatMap(({ mark, name, text, more = [] }) => [
    `  ${mark.padEnd(4)}  ${name.padEnd(width)}  ${visible(text)}`,
    ...more.map(([label, said]) => `${below}${label === "" ? "- " : label}${visible(said)}`),
  ]);
}
