/**
 * `exceptions.yaml`: what may break a rule for a while, whose decision that was, why, and until when. It lies beside
 * `access.yaml` and changes like it, by pull request.
 */
import { z } from "zod";
import { exceptionsFile } from "./dataFiles";
import { problemsOf } from "./file/issues";
import type { Model } from "./model";
import { nameProblems, withNames } from "./file/names";
import { nearest } from "./nearest";
import { Positions } from "./file/positions";
import { listed, shown, sortProblems, type Problem } from "./problem";
import { shapes } from "./file/shapes";
import { readYaml } from "./file/source";
import { normalUntil } from "./until";

export interface Exception {
  /** Name of the rule. */
  readonly rule: string;
  /** What the violation is about, by its name in reports: a resource, `person ivo`, `environment prod`. */
  readonly on: string;
  /** User name of the person who answers for it. */
  readonly owner: string;
  readonly reason: string;
  /** The last day it counts, UTC, `YYYY-MM-DD`, or the moment that it ends at, `2027-01-31T17:00Z`. */
  readonly until: string;
}

/** Names of the rules that can be broken; `any`: they are not checked. */
export type RuleNames = readonly string[] | "any";

export interface ExceptionContext {
  readonly rules: RuleNames;
  /** For its people; undefined: who the owners are is not checked. */
  readonly model?: Pick<Model, "people"> | undefined;
  /** The moment of the check. */
  readonly asOf: Date;
}

/** No exception is made for longer. */
const mostDays = 366;

const { map, list, until } = shapes("strict");
const text = (example: string) =>
  z.string(`a text, as in ${example}`).trim().min(1, `a text, as in ${example}`);
const schema = map(
  {
    exceptions: list(
      map(
        {
          rule: text("events-kept"),
          on: text("realm"),
          owner: text("ana"),
          reason: text('"The log moves to the archive in January"'),
          until: until(),
        },
        "{ rule: events-kept, on: realm, owner: ana, reason: Moves, until: 2027-01-31 }",
      ),
      "a list of exceptions",
    ),
  },
  "{ exceptions: [] }",
);

/**
 * Reads the file; all problems together. Never throws.
 *
 * @param source its text; undefined: there is no such file, and so no exception
 */
export function readExceptions(
  source: string | undefined,
  context: ExceptionContext,
): { readonly exceptions: readonly Exception[]; readonly problems: readonly Problem[] } {
  if (source === undefined) return { exceptions: [], problems: [] };
  const read = readYaml(source, exceptionsFile);
  if (read.problems.length > 0) return { exceptions: [], problems: read.problems };
  const positions = new Positions(exceptionsFile, read.source);
  // A file of comments alone.
  const value = read.value ?? { exceptions: [] };
  const parsed = schema.safeParse(value);
  const wrong = parsed.success ? [] : problemsOf(parsed.error.issues, value, positions);
  const misshapen = withNames(wrong, nameProblems(read.noTexts ?? [], positions));
  if (!parsed.success || misshapen.length > 0) return { exceptions: [], problems: sortProblems(misshapen) };
  const exceptions = parsed.data.exceptions.map((one) => ({ ...one, until: normalUntil(one.until) }));
  const problems = exceptions.flatMap((exception, index) =>
    mistakesOf(exception, context).map(({ key, ...problem }) => ({
      ...positions.at(["exceptions", index, key]),
      ...problem,
    })),
  );
  return { exceptions, problems };
}

type Mistake = Pick<Problem, "found" | "allowed" | "fix"> & { readonly key: keyof Exception };

function mistakesOf({ rule, owner, until }: Exception, { rules, model, asOf }: ExceptionContext): Mistake[] {
  const mistakes: Mistake[] = [];
  if (rules !== "any" && !rules.includes(rule)) {
    const meant = nearest(rule, rules);
    const fix = meant === undefined ? "name a rule" : `did you mean "${meant}"?`;
    mistakes.push({ key: "rule", found: shown(rule), allowed: rules.join(", "), fix });
  }
  const people = model?.people.map(({ username }) => username) ?? [owner];
  if (!people.includes(owner)) {
    const fix = "name somebody of access.yaml who answers for it";
    mistakes.push({ key: "owner", found: shown(owner), allowed: listed(people), fix });
  }
  if (Date.parse(until) - asOf.getTime() > mostDays * 86_400_000) {
    const allowed = `${mostDays} days from now at most`;
    mistakes.push({ key: "until", found: until, allowed, fix: "shorten it; it can be made anew" });
  }
  return mistakes;
}
