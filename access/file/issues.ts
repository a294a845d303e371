/**
 * Makes problems, in the house's words, of what the schema library found.
 */
import type { z } from "zod";
import { valueAt } from "./change";
import { legalized, nameRules } from "./nameRules";
import { nearest } from "../nearest";
import type { Positions } from "./positions";
import { shown, type Problem } from "../problem";
import type { Path } from "./source";

type Issue = z.core.$ZodIssue;

/**
 * @param value what was validated: the issues themselves do not say what was found
 * @param positions where its parts are
 */
export function problemsOf(issues: readonly Issue[], value: unknown, positions: Positions): Problem[] {
  const misspelt = new Set(issues.flatMap(meantBy));
  return issues.flatMap((issue) => {
    const path = pathOf(issue);
    if (issue.code === "unrecognized_keys") return unknownKeys(issue.keys, issue.message, path, positions);
    if (issue.code === "invalid_key") return illegalKey(issue, path, positions);
    if (issue.code === "invalid_union") return problemsOf(bestBranch(issue, value), value, positions);
    // What is missing is there under a misspelt key, which is told.
    if (valueAt(value, path) === undefined && misspelt.has(JSON.stringify(path))) return [];
    return wrongValue(issue, path, value, positions);
  });
}

function pathOf({ path }: Issue): Path {
  return path.map((segment) => (typeof segment === "number" ? segment : String(segment)));
}

/** Where the keys would stand that unknown ones are meant for. */
function meantBy(issue: Issue): string[] {
  if (issue.code !== "unrecognized_keys") return [];
  return issue.keys.flatMap((key) => {
    const meant = meantKey(key, issue.message);
    return meant === undefined ? [] : [JSON.stringify([...pathOf(issue), meant])];
  });
}

function meantKey(key: string, allowed: string): string | undefined {
  return nearest(key, allowed.split(", "));
}

function unknownKeys(keys: readonly string[], allowed: string, path: Path, positions: Positions): Problem[] {
  return keys.map((key) => {
    const meant = meantKey(key, allowed);
    return {
      ...positions.at([...path, key], "key"),
      found: `the unknown key ${shown(key)}`,
      allowed,
      fix: meant === undefined ? "remove it" : `did you mean "${meant}"?`,
    };
  });
}

function illegalKey(issue: z.core.$ZodIssueInvalidKey, path: Path, positions: Positions): Problem[] {
  const key = String(path.at(-1));
  const allowed = issue.issues[0]?.message ?? issue.message;
  const fix = shortening(issue.issues[0], key) ?? renaming(key, allowed);
  return [{ ...positions.at(path, "key"), found: shown(key), allowed, fix }];
}

function wrongValue(issue: Issue, path: Path, value: unknown, positions: Positions): Problem[] {
  const found = valueAt(value, path);
  const place = positions.at(path);
  const allowed = issue.message;
  if (issue.code === "custom" && issue.params !== undefined) {
    const params = issue.params as { found?: string; fix?: string };
    return [{ ...place, found: params.found ?? shown(found), allowed, fix: params.fix ?? "change it" }];
  }
  const fix = shortening(issue, found) ?? fixFor(found, path, allowed);
  return [{ ...place, found: shown(found), allowed, fix }];
}

function shortening(issue: Issue | undefined, found: unknown): string | undefined {
  if (issue?.code !== "too_big" || typeof found !== "string") return undefined;
  return `shorten it by ${found.length - Number(issue.maximum)}`;
}

function fixFor(found: unknown, path: Path, allowed: string): string {
  const name = path.at(-1);
  if (found === undefined) return typeof name === "string" ? `add "${name}"` : "add it";
  if (found === null) return "write a value, or leave the key out";
  if (typeof found === "number") return "correct it; a name of digits needs quotes";
  if (typeof found !== "string") return "correct it";
  const words = allowed.split(", ").filter((word) => !word.includes(" "));
  const meant = nearest(found, words);
  return meant === undefined ? renaming(found, allowed) : `did you mean "${meant}"?`;
}

function renaming(name: string, allowed: string): string {
  const rule = Object.values(nameRules).find(({ words }) => words === allowed);
  const legal = rule && legalized(name, rule);
  return legal === undefined ? "correct it" : `write for example "${legal}"`;
}

/** Of a value or a list (or map) of values: the issues within where it is one, else one issue for the whole. */
function bestBranch(issue: z.core.$ZodIssueInvalidUnion, value: unknown): Issue[] {
  const found = valueAt(value, pathOf(issue));
  const inner =
    typeof found === "object"
      ? issue.errors.find((branch) => branch.some(({ path }) => path.length > 0))
      : undefined;
  if (inner === undefined) return [{ ...issue, code: "custom", params: undefined }];
  return inner.map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
}
