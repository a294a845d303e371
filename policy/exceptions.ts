/**
 * `exceptions.yaml`: what may break a rule for a while, whose decision that was, why, and until when. It lies beside
 * `access.yaml` and changes like it, by pull request.
 */
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { type Model, type Problem } from "../access";
import type { Rule } from "./rule";

export const exceptionsFile = "exceptions.yaml";

export interface Exception {
  /** Name of the rule. */
  readonly rule: string;
  /** What the violation is about, as it is told: the name of a resource, `person ivo`, `environment prod`. */
  readonly on: string;
  /** User name of the person who answers for it. */
  readonly owner: string;
  readonly reason: string;
  /** The last day it counts, UTC, `YYYY-MM-DD`. */
  readonly until: string;
}

/** No exception is made for longer. */
const mostDays = 366;

const text = (example: string) =>
  z.string(`a text, as in ${example}`).trim().min(1, `a text, as in ${example}`);
const schema = z.strictObject({
  exceptions: z.array(
    z.strictObject({
      rule: text("events-kept"),
      on: text("realm"),
      owner: text("ana"),
      reason: text('"The log moves to the archive in January"'),
      until: z.iso.date('a day, as in "2027-01-31"'),
    }),
    "a list of exceptions",
  ),
});

/**
 * Reads the file; all problems together.
 *
 * @param model for its people; undefined: who the owners are is not judged
 */
export function readExceptions(
  source: string,
  { rules, model, asOf }: { readonly rules: readonly Rule[]; readonly model?: Model; readonly asOf: Date },
): { readonly exceptions: readonly Exception[]; readonly problems: readonly Problem[] } {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const place = (path: readonly PropertyKey[]): Pick<Problem, "file" | "line" | "column" | "path"> => {
    for (let length = path.length; length >= 0; length--) {
      const node = document.getIn(path.slice(0, length), true) as { range?: [number] | null } | undefined;
      if (!node?.range) continue;
      const { line, col } = lines.linePos(node.range[0]);
      return { file: exceptionsFile, line, column: col, path: path.join(".") };
    }
    return { file: exceptionsFile, path: path.join(".") };
  };
  const unreadable = document.errors.map(({ message, linePos }): Problem => {
    const at = linePos?.[0];
    const where = at && { line: at.line, column: at.col };
    return {
      file: exceptionsFile,
      ...where,
      path: "",
      found: message.split("\n", 1)[0] ?? message,
      fix: "mend the YAML",
    };
  });
  if (unreadable.length > 0) return { exceptions: [], problems: unreadable };
  const value: unknown = document.toJS() ?? { exceptions: [] };
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({
      ...place(path),
      found: "something else than what belongs there",
      allowed: message,
      fix: "an exception has rule, on, owner, reason and until, and nothing else",
    }));
    return { exceptions: [], problems };
  }
  const { exceptions } = parsed.data;
  const problems = exceptions.flatMap((exception, index) => {
    const at = (key: keyof Exception) => place(["exceptions", index, key]);
    return [
      ...(rules.some(({ name }) => name === exception.rule)
        ? []
        : [
            {
              ...at("rule"),
              found: JSON.stringify(exception.rule),
              allowed: rules.map(({ name }) => name).join(", "),
              fix: "name a rule",
            },
          ]),
      ...(model === undefined || model.people.some(({ username }) => username === exception.owner)
        ? []
        : [
            {
              ...at("owner"),
              found: JSON.stringify(exception.owner),
              fix: "name somebody of access.yaml who answers for it",
            },
          ]),
      ...(Date.parse(exception.until) - asOf.getTime() > mostDays * 86_400_000
        ? [
            {
              ...at("until"),
              found: exception.until,
              allowed: `${mostDays} days from now at most`,
              fix: "shorten it; it can be made anew",
            },
          ]
        : []),
    ];
  });
  return { exceptions, problems };
}
