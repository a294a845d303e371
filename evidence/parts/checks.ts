/** What was checked, what was found, and what nobody looked at. */
import type { Facts } from "../facts";
import { rules } from "../../policy/rules";
import { rowsOf, type Part, type Row } from "../part";

/** The last row is the program's own API token of Bitbucket, whose end only a setting knows. */
export function secretsPart({ ages }: Facts): Part {
  const about = {
    name: "secrets",
    title: "Ages of secrets and keys",
    says: "One row is something that rotates, how old it is, and how old it may be.",
    columns: ["name", "kind", "rotated at", "age in days", "limit in days", "result"],
  };
  return rowsOf(
    about,
    ages,
    ({ ages: all, apiToken }) => [
      ...all.map(({ name, kind, rotatedAt, ageDays, limitDays }): Row => [
        name,
        kind,
        rotatedAt,
        ageDays,
        limitDays ?? undefined,
        limitDays === null ? "rotated by hand" : ageDays > limitDays ? "too old" : "in time",
      ]),
      [
        "the program's API token of Bitbucket",
        "API token",
        undefined,
        undefined,
        undefined,
        apiToken.expires === "unknown" ? "nobody has said when it ends" : `ends on ${apiToken.expires}`,
      ],
    ],
    ({ notes }) => notes,
  );
}

/** Checks that were skipped are rows, too. */
export function verificationPart({ verified }: Facts): Part {
  const about = {
    name: "verification",
    title: "Verification of sign-in and tokens",
    says: "One row is a promise that was tried by real requests.",
    columns: ["check", "promise", "result", "found", "setting"],
  };
  return rowsOf(
    about,
    verified,
    ({ checks, skipped }) => [
      ...checks.map(({ name, promise, ok, found, setting }): Row => [
        name,
        promise,
        ok ? "holds" : "does not hold",
        found,
        setting,
      ]),
      ...skipped.map((name): Row => [
        name,
        undefined,
        "not tried, since it would write",
        undefined,
        undefined,
      ]),
    ],
    ({ at, realm }) => [`tried at ${at} against ${realm}`],
  );
}

/** A row for each rule that is kept, and one for each finding of the others. */
export function policyPart({ guardrails }: Facts): Part {
  const about = {
    name: "policy",
    title: "Guardrails",
    says: "One row is a rule that is kept, or one thing that breaks it.",
    columns: ["rule", "what holds", "controls", "level", "result", "on", "found", "because"],
  };
  return rowsOf(about, guardrails, (findings) =>
    rules.flatMap(({ name, says, controls, level }): Row[] => {
      const head = [name, says, controls.join("; "), level] as const;
      const broken = findings.filter(({ rule }) => rule === name);
      if (broken.length === 0) return [[...head, "kept", undefined, undefined, undefined]];
      return broken.map(({ on, found, because }) => [
        ...head,
        because === undefined ? "broken" : "let through",
        on,
        found,
        because,
      ]);
    }),
  );
}

/** Findings of the last drift report. Notes say when that looked, and at how much of the workspace. */
export function driftPart({ drift }: Facts): Part {
  const about = {
    name: "drift",
    title: "Drift",
    says: "One row is something that differs from what is declared, or that nobody declared.",
    columns: ["system", "kind", "target", "declared", "found", "who", "when"],
  };
  return rowsOf(
    about,
    drift,
    ({ findings }) =>
      findings.map(({ system, kind, target, declared, found, who, when }) => [
        system,
        kind,
        target,
        declared,
        found,
        who,
        when,
      ]),
    ({ at, coverage, requests, notExamined }) => [
      `looked at ${at}: ${coverage.looked} of ${coverage.parts} parts of the workspace, in ${requests} requests${coverage.never > 0 ? `; ${coverage.never} were never looked at` : ""}`,
      ...notExamined.map((one) => `not examined: ${one}`),
    ],
  );
}

/** A row for each limit that docs/limits.md lists before its first heading of the second level. */
export function limitsPart({ limits }: Facts): Part {
  const about = {
    name: "not-examined",
    title: "What was not examined",
    says: "One row is something that no public API shows, or that this program does not look at.",
    columns: ["what"],
  };
  return rowsOf(about, limits, (lines) => lines.map((line) => [line]));
}
