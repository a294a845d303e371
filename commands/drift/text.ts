/** What a drift check found, for people: in a terminal, and as markdown. */
import { plain, visible } from "@bitbucket-keycloak/output";
import { inWords, type DriftReport } from "../../evidence/reports/drift";

/**
 * For a terminal: the headline, a line for each finding, and what was not examined. Control characters are made
 * visible.
 */
export function textOf(report: DriftReport): string {
  return [
    headline(report),
    ...(report.findings.length === 0 ? [] : [""]),
    ...report.findings.map((finding) => `  ${visible(`${finding.system} ${inWords(finding)}`)}`),
    "",
    coverageLine(report),
    ...report.notExamined.map((one) => `not examined: ${visible(one)}`),
  ].join("\n");
}

/**
 * For a comment or a file: the same with the findings as a table. What they quote is escaped, so that it stays text.
 */
export function markdownOf(report: DriftReport): string {
  const rows = report.findings.map(
    ({ system, kind, target, observed, declared = "nothing", found = "nothing", who = "", when = "" }) =>
      `| ${[system, kind, target, observed ? "observed" : declared, found, [who, when].filter(Boolean).join(", ")].map(plain).join(" | ")} |`,
  );
  return [
    `## ${plain(headline(report))}`,
    "",
    ...(rows.length === 0
      ? []
      : [
          "| system | kind | target | declared | found | by whom |",
          "| --- | --- | --- | --- | --- | --- |",
          ...rows,
          "",
        ]),
    plain(coverageLine(report)),
    "",
    ...report.notExamined.map((one) => `- not examined: ${plain(one)}`),
    "",
  ].join("\n");
}

function headline({ stack, verdict, findings }: DriftReport): string {
  const [observed, differing] = [true, false].map(
    (is) => findings.filter((one) => (one.observed ?? false) === is).length,
  );
  const more = observed ? `; ${observed} observed, where nothing is owned` : "";
  if (verdict === "as declared") return `${stack}: as declared${more}`;
  return `${stack}: ${differing ?? 0} ${differing === 1 ? "difference" : "differences"} from what is declared${more}`;
}

function coverageLine({ requests, coverage: { parts, looked, never, oldest } }: DriftReport): string {
  const rest =
    never > 0
      ? `; ${never} never looked at yet`
      : oldest === undefined
        ? ""
        : `; none was looked at before ${oldest}`;
  return `${looked} of ${parts} parts of the workspace looked at in ${requests} requests${rest}`;
}
