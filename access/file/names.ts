/** Names that YAML takes for something else: a repository `007` would be another one, `7`, and nobody would be told. */
import { shorten, type Problem } from "../problem";
import type { Positions } from "./positions";
import type { NoText } from "./readings";

/** Maps whose keys are names. */
const named = new Set(["environments", "people", "teams", "agents", "projects", "repositories", "protected"]);
/** Keys whose values are names, or lists of them. */
const names = new Set([
  ...[
    "owner",
    "owners",
    "members",
    "deployers",
    "deploys",
    "team",
    "person",
    "agent",
    "can",
    "on",
    "rule",
    "control",
    "previously",
    "group",
  ],
]);
/** Keys whose values are texts: what only YAML 1.1 takes for something else is clear there. */
const texts = new Set(["company", "name", "email", "description", "reason", "account"]);

/** A problem for each name without quotes that is a number, a boolean, nothing or a date in YAML 1.1 or 1.2. */
export function nameProblems(noTexts: readonly NoText[], positions: Positions): Problem[] {
  return noTexts.filter(isName).map(({ path, part, written, kind }) => ({
    ...positions.at(path, part),
    found: `${shorten(written, 30)} without quotes, which YAML takes for ${kind}`,
    fix: "write it in quotes",
  }));
}

function isName({ path, part, isOther }: NoText): boolean {
  if (part === "key") return named.has(String(path.at(-2))) && path.length > 1;
  if (path[0] === "limits") return false; // numbers, under words that are names elsewhere
  const key = String(path.findLast((segment) => typeof segment === "string"));
  return names.has(key) || (isOther && texts.has(key));
}

/** All problems, without what the schema says of a name that is to be written in quotes. */
export function withNames(misshapen: readonly Problem[], unquoted: readonly Problem[]): Problem[] {
  const isSaid = ({ path, line, column }: Problem) =>
    unquoted.some((one) => one.path === path && one.line === line && one.column === column);
  return [...unquoted, ...misshapen.filter((problem) => !isSaid(problem))];
}
