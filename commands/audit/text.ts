/** Answers for a terminal: what happened at one time by one act stands together, the newest last. */
import { visible } from "@bitbucket-keycloak/output";
import { nameOf } from "../../trail/people";
import type { Answer, Part } from "../../trail/query";
import type { Trail } from "../../trail/trail";
import { type Fact } from "../../trail/fact";

/** So many repositories are named in a line. */
const mostTargets = 6;

/** @param question how the answers were asked for, in words, for the last line. Example: `about bob` */
export function textOf(answers: readonly Answer[], question: string): string {
  const groups = new Map<string, Answer[]>();
  for (const answer of answers) {
    const key = answer.run ?? `${answer.at} ${answer.how} ${answer.givers.map(nameOf).join()}`;
    groups.set(key, [...(groups.get(key) ?? []), answer]);
  }
  const blocks = [...groups.values()].map((group) => blockOf(group).map(indented).join("\n"));
  const count = `${answers.length} ${answers.length === 1 ? "answer" : "answers"} ${question}`.trimEnd();
  return [...blocks, count].join("\n\n");
}

/** The first line stands at the left. */
function indented(line: string, index: number): string {
  return visible(line).replace(/^/, index === 0 ? "" : "    ");
}

function blockOf(group: readonly Answer[]): string[] {
  const [first] = group;
  if (first === undefined) return [];
  return [headOf(first, group), ...aboutOf(first), ...group.map(lineOf), ...endOf(first)];
}

function headOf(fact: Fact, group: readonly Answer[]): string {
  const { at, how, stack, approvers, approval, givers, operator } = fact;
  const names = [...new Set(group.flatMap((one) => one.givers.map(nameOf)))];
  const by = names.length > 0 ? `, by ${names.join(", ")}` : "";
  const isOperated = operator !== undefined && givers.length > 0 && !names.includes(nameOf(operator));
  const run = isOperated ? `, run by ${nameOf(operator)}` : "";
  const approved =
    approvers.length > 0
      ? `, approved by ${approvers.map(nameOf).join(", ")}`
      : approval === undefined
        ? ""
        : `, ${approval}`;
  return `${at.slice(0, 16).replace("T", " ")} UTC  ${how === "by hand" ? `by hand, ${stack}` : `${how} ${stack}`}${by}${approved}${run}${partsText(group)}`;
}

function partsText(group: readonly Answer[]): string {
  const parts = [...new Set(group.flatMap((one): readonly Part[] => one.parts))];
  return parts.length === 0 ? "" : `  [${parts.join(", ")}]`;
}

function aboutOf({ pullRequests, commit, pipeline, how, why }: Fact): string[] {
  const from = [
    ...pullRequests.map(({ repository, id, title }) => `pull request #${id} of ${repository}: ${title}`),
    ...(pullRequests.length === 0 && how === "deploy" ? why : []),
    ...(commit === undefined ? [] : [`commit ${commit.slice(0, 12)}${commit.endsWith("+") ? "+" : ""}`]),
    ...(pipeline === undefined
      ? []
      : [`build ${pipeline.build ?? pipeline.pipeline ?? ""} of ${pipeline.repository}`]),
  ];
  return from.length === 0 ? [] : [from.join("; ")];
}

const signs: Readonly<Record<Fact["change"], string>> = {
  gained: "+",
  lost: "-",
  altered: "~",
  rotated: "~",
  taken: "-",
  mended: "~",
  reminded: "·",
  changed: "~",
  "signed in": "·",
  note: "!",
};

function lineOf({
  change,
  receivers,
  by,
  what,
  targets,
  path = [],
  why,
  reason,
  until,
  how,
  result,
}: Fact): string {
  const people = receivers.join(", ");
  const who =
    by === undefined ? people : people === "" || by.endsWith(` ${people}`) ? by : `${by} (${people})`;
  const on = targets.length === 0 ? "" : ` ${connective(change, what)}${targetsText(targets)}`;
  const more = [
    ...(path.length > 0 && how !== "by hand" ? [path.join(" → ")] : []),
    ...(until === undefined ? [] : [`until ${until}`]),
    ...(reason === undefined ? [] : [reason]),
    ...(how === "deploy" || how === "expire" ? [] : why),
    ...(change === "taken" && result === "failed" ? ["not done"] : []),
  ];
  const rest = more.length === 0 ? "" : `  [${more.join("; ")}]`;
  const subject = who === "" || (how === "by hand" && change === "changed") ? "" : `${who}: `;
  return `${signs[change]} ${subject}${what}${on}${rest}`;
}

function connective(change: Fact["change"], what: string): string {
  if (change === "signed in") return "as ";
  return change === "rotated" || /mapping|membership/.test(what) ? "" : "on ";
}

function targetsText(targets: readonly string[]): string {
  const more = targets.length - mostTargets;
  const named = (more > 0 ? targets.slice(0, mostTargets) : targets).join(", ");
  return more > 0 ? `${named} and ${more} more` : named;
}

function endOf({ result, problem, events }: Fact): string[] {
  return [
    ...(events === undefined
      ? []
      : [`Keycloak's log tells of ${events} ${events === 1 ? "change" : "changes"} by it`]),
    ...(result === "failed"
      ? [`failed${problem === undefined ? "" : `: ${problem.split("\n")[0] ?? ""}`}`]
      : []),
    ...(result === "not ended" ? ["has not ended: it is at work, or was killed"] : []),
  ];
}

/** What a check found, a line each. */
export function checkText(trails: readonly Trail[], folder: string): string {
  if (trails.length === 0) return `${folder}: no audit trail yet`;
  return trails
    .flatMap(({ folder: one, entries, problems, notes, head }) => {
      const last = head === undefined ? "" : `, the last at ${head.at}`;
      return [
        `${one}: ${problems.length === 0 ? "whole" : "NOT WHOLE"}, ${entries.length} ${entries.length === 1 ? "entry" : "entries"}${last}`,
        ...problems.map((problem) => `  problem: ${problem}`),
        ...notes.map((note) => `  note: ${note}`),
      ];
    })
    .join("\n");
}
