/** What `doctor` found, for a person. */
import { checkList, type Line } from "../frame/checkList";
import type { Diagnosed, Diagnosis } from "./doctor";

/** A line for each check; below what is missing stands the fix. */
export function renderDiagnosis({ stack, checks, seconds }: Diagnosis): string {
  const count = (state: Diagnosed["state"]) => checks.filter((one) => one.state === state).length;
  const outcome = [
    `${count("ok")} as they should be`,
    ...(count("missing") > 0 ? [`${count("missing")} missing`] : ["nothing missing"]),
    ...(count("unknown") > 0 ? [`${count("unknown")} unknown`] : []),
  ];
  return [stack, ...checkList(checks.map(lineOf)), `${outcome.join(", ")} (${seconds.toFixed(1)} s)`].join(
    "\n",
  );
}

function lineOf(found: Diagnosed): Line {
  const { name } = found;
  if (found.state === "ok") return { mark: "ok", name, text: found.found };
  if (found.state === "unknown") return { mark: "?", name, text: `unknown: ${found.found}` };
  const details = (found.details ?? []).map((line) => ["", line] as const);
  return { mark: "FAIL", name, text: linesOf(found.found)[0] ?? "", more: [
    ...linesOf(found.found).slice(1).map((line) => ["", line] as const),
    ...details,
    ["fix: ", found.fix],
  ] }; // prettier-ignore
}

const linesOf = (text: string) => text.split("\n").map((line) => line.trim()).filter((line) => line !== ""); // prettier-ignore
