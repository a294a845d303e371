/**
 * The results as a person reads them: a line for each check, then what is left over, then what was not looked at.
 */
import { openReadings } from "../readings";
import { neverExamined, type Conformance, type Outcome, type Result } from "./run";

const marks: Readonly<Record<Outcome, string>> = {
  conforms: "✓ conforms",
  differs: "✗ differs",
  "not examined": "– not examined",
  failed: "! failed",
};
const width = Math.max(...Object.values(marks).map(({ length }) => length));

/** One result; a question mark for what nobody of this house had seen before. */
export function line({ name, uncertain, outcome, note, left }: Result): string {
  const text = `${marks[outcome].padEnd(width)}  ${uncertain ? "(?) " : ""}${name}`;
  const more = [...(note === undefined ? [] : [note]), ...left.map((path) => `left behind: ${path}`)];
  return [text, ...more.map((each) => `${" ".repeat(width + 2)}${each}`)].join("\n");
}

/** What follows the lines. */
export function summary({ results, readings }: Conformance): string {
  const known = new Map(Object.entries(readings));
  const count = (outcome: Outcome): number => results.filter((each) => each.outcome === outcome).length;
  const outcomes: readonly Outcome[] = ["conforms", "differs", "not examined", "failed"];
  return [
    "Not looked at by any check:",
    ...neverExamined.map((each) => `  ${each}`),
    "",
    "Readings of Atlassian's documents:",
    ...Object.keys(openReadings).map((name) => `  ${name}: ${known.get(name) ?? "open"}`),
    "",
    outcomes.map((outcome) => `${count(outcome)} ${outcome}`).join(", "),
  ].join("\n");
}

/** What may leave the house: outcomes and readings, no note, since a note may quote a name. */
export function fileOf({ results, readings }: Conformance): string {
  const checks = Object.fromEntries(results.map(({ name, outcome }) => [name, outcome]));
  return `${JSON.stringify({ form: 1, readings, checks }, undefined, 2)}\n`;
}
