/** The report of a proposal, as Markdown. Pure. */
import { plain } from "@bitbucket-keycloak/output";
import { grouped } from "../../../access/tree";
import type { Report } from "../../../access/adopt/propose/report";

export function pageOf({
  measure,
  until,
  decisions,
  owners,
  strangers,
  findings,
  suggestions,
}: Report): string {
  const { permissions, restrictions } = measure;
  const unsure = owners.filter(({ isSure }) => !isSure);
  const sections = [
    "# What was found, and what becomes of it",
    [
      `${measure.entries} entries found, ${measure.lines} lines written.`,
      "",
      ...table(
        ["permissions", "number"],
        [
          ["of teams on projects", permissions.projects],
          ["of teams on repositories", permissions.repositories],
          ["of people and programs", permissions.people],
          ["observed", permissions.observed],
          ["found", permissions.found],
        ],
      ),
      "",
      `${restrictions.declared} of ${restrictions.found} branch restrictions stand in the file.`,
    ],
    section(`Decide by ${until}: given directly`, ["who", "can", "on"], decisions.map(({ who, can, on }) => [who, can, on.join(", ")])), // prettier-ignore
    section("Confirm these owners", ["of", "owner", "because"], unsure.map(({ of, name, because }) => [of, name, because])), // prettier-ignore
    section("Accounts that nobody in the realm has", ["account", "name", "why", "looks like"], strangers.map(({ account, name, why, looksLike = "" }) => [account, name, why, looksLike])), // prettier-ignore
    ...[...grouped(findings, ({ kind }) => kind)].map(
      ([kind, alike]) =>
      section(`${kind.charAt(0).toUpperCase()}${kind.slice(1)}: ${alike.length}`, ["place", "found", "becomes"], alike.map(({ place, found, becomes }) => [place, found, becomes])), // prettier-ignore
    ),
    section("Suggestions, each with its price", ["instead", "saves", "price"], suggestions.map(({ what, saves, price }) => [what, saves, price])), // prettier-ignore
  ];
  return `${sections.flat().join("\n")}\n`.replace(/\n{3,}/g, "\n\n");
}

function section(
  title: string,
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string[] {
  return rows.length === 0 ? [] : ["", `## ${title}`, "", ...table(head, rows)];
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => plain(String(cell))).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
