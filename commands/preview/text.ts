/**
 * A preview in words, for a terminal. What stands in it comes from a file that anybody may
 * have written: nothing of it may move a cursor, hide what follows, or pass for markup.
 */
import { visible, type Block } from "@bitbucket-keycloak/output";
import {
  isMoment,
  placesOf,
  remaining,
  renderProblem,
  type GuardChange,
  type NameChange,
  type RightChange,
} from "../../access";
import { inWords } from "../../evidence/reports/drift";
import type { Report, SettingChange } from "./report";

/** Everything that a preview found, what matters most first; without what is empty. Each line is visible, as it will be. */
export function blocksOf(report: Report): Block[] {
  const { guards, gained, lost, settings = [] } = report;
  const blocks: readonly (readonly [title: string, lines: readonly string[], grave?: "grave"])[] = [
    ["second person needed", report.needs.map(({ reason }) => reason), "grave"],
    ["gates that get weaker", guards.filter(({ weaker }) => weaker).map(guardLine), "grave"],
    [
      "settings that no preview has",
      settings.filter(({ previewed }) => !previewed).map(settingLine),
      "grave",
    ],
    ["renamed, moved, split or dissolved", report.names.map(nameLine)],
    ["gained", linesOf(gained, report)],
    ["lost", linesOf(lost, report)],
    ["same right, other terms", alteredLines(report)],
    ["gates and names", guards.filter(({ weaker }) => !weaker).map(guardLine)],
    ["groups of Bitbucket that go once their people are in the new ones", groupLines(report)],
    ["settings", settings.filter(({ previewed }) => previewed).map(settingLine)],
    ["changed by hand where this change is made", driftLines(report)],
    ["changed by hand, as the last drift checks found it", lastLines(report)],
    ["there already, where this stack becomes the owner", report.look?.owned ?? [], "grave"],
    ["taken over as they are in Bitbucket", report.look?.takenOver ?? []],
    ["not looked at for what Bitbucket would refuse", report.look?.unread ?? []],
    ["secrets and keys that rotate", report.due.map(({ name, reason }) => `${name}: ${reason}`)],
    ["what the engine will do", stepLines(report)],
    ["warnings", report.warnings.map(renderProblem)],
  ];
  return blocks.flatMap(([title, lines, grave]) =>
    lines.length === 0 ? [] : [{ title, lines: lines.map(visible), ...(grave && { grave: true }) }],
  );
}

/** For a terminal. */
export function textOf(report: Report): string {
  const sections = blocksOf(report).flatMap(({ title, lines }) => [
    "",
    `${title}:`,
    ...lines.map((line) => `  ${line}`),
  ]);
  return [headline(report), ...sections, ...after(closing(report))].join("\n");
}

/** One line. Example: `prod: changes; rights gained: 2, lost: 0 (since 2026-11-29, commit 0123456789ab)`. */
export function headline({ stack, verdict, gained, lost, since, unknown }: Report): string {
  const words = {
    nothing: "nothing changes",
    changes: "changes",
    "second person": "changes that a second person has to approve",
  }[verdict];
  const from = since
    ? `since ${since.asOf}${since.commit === undefined ? "" : `, commit ${since.commit.slice(0, 12)}`}`
    : `everything counts as gained: ${unknown ?? ""}`;
  return `${stack}: ${words}; rights gained: ${gained.length}, lost: ${lost.length} (${from})`;
}

/** After an empty line, if there is anything. */
function after(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", ...lines];
}

/** A line for each subject, capability and way, with its places together. The order of the report is kept. */
function linesOf(changes: readonly RightChange[], { model, asOf }: Pick<Report, "model" | "asOf">): string[] {
  const groups = new Map<string, { first: RightChange; targets: string[] }>();
  for (const change of changes) {
    const { subject, capability, people, path, reason } = change;
    const key = JSON.stringify([
      subject,
      capability,
      people,
      reason,
      path.slice(1).filter((part) => !part.includes("/")),
    ]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: change, targets: [change.target] });
    else group.targets.push(change.target);
  }
  return [...groups.values()].map(({ first, targets }) => {
    const { subject, capability, people, more, kind, path, reason, until } = first;
    const names = [...people, ...(more ? ["and others whom Keycloak keeps"] : [])].join(", ");
    const who =
      subject.kind === "person" ? subject.name : `${subject.kind} ${subject.name}${names && ` (${names})`}`;
    const extras = [
      kind === "implied" ? "implied" : "",
      until === undefined ? "" : `until ${until}${leftOf(until, asOf)}`,
      reason ?? "",
    ].filter(Boolean);
    const rest = extras.length === 0 ? "" : ` [${extras.join("; ")}]`;
    return `${who}: ${capability} on ${placesOf(targets, model).join(", ")}: ${path.join(" → ")}${rest}`;
  });
}

/** Of a moment, how far it is; a day says it by itself. */
function leftOf(until: string, asOf: Date | undefined): string {
  return asOf === undefined || !isMoment(until) ? "" : `, ${remaining(until, asOf)} left`;
}

function alteredLines({ altered, asOf }: Report): string[] {
  return altered.map(({ before, after }) => {
    const terms = ({ kind, until }: typeof before) =>
      `${kind}${until === undefined ? "" : ` until ${until}${leftOf(until, asOf)}`}`;
    return `${after.subject.kind} ${after.subject.name}: ${after.capability} on ${after.target}: ${terms(before)} → ${terms(after)}`;
  });
}

/** So much of what a change means stands beside its name; all of it is among the rights. */
const mostMeant = 6;

function nameLine({ what, means }: NameChange): string {
  const more = means.length - mostMeant;
  const shown = [...means.slice(0, mostMeant), ...(more > 0 ? [`and ${more} more`] : [])];
  return shown.length === 0 ? what : `${what}: ${shown.join("; ")}`;
}

function guardLine({ what, before = "nothing", after = "nothing", weaker }: GuardChange): string {
  return `${what}: ${before} → ${after}${weaker ? " (weaker)" : ""}`;
}

function settingLine({ file, setting, before, after, previewed }: SettingChange): string {
  const values =
    before === undefined && after === undefined
      ? "changed"
      : `${before ?? "nothing"} → ${after ?? "nothing"}`;
  return `${previewed ? "" : "NOT PREVIEWED: "}${file}${setting && `, ${setting}`}: ${values}`;
}

function groupLines({ formerGroups }: Report): string[] {
  return Object.entries(formerGroups).map(([group, before]) => `${before.join(", ")} → ${group}`);
}

function stepLines({ steps }: Report): string[] {
  return steps.map(({ op, type, name }) => `${op} ${type.split(":").at(-1) ?? type} ${name}`);
}

function driftLines({ drift: { found, unexamined } }: Report): string[] {
  return [
    ...found.map(
      ({ type, name, gone, what }) =>
        `${type.split(":").at(-1) ?? type} ${name}: ${gone ? "gone" : what.join("; ")}`,
    ),
    ...(unexamined === undefined ? [] : [`not examined: ${unexamined}`]),
  ];
}

/** Of everything that is declared, and as old as it is. */
function lastLines({ drift: { last } }: Report): string[] {
  return (last?.findings ?? []).map((finding) => `${finding.system} ${inWords(finding)}`);
}

/** What a deploy takes, and the number that stands for it. */
export function closing({
  verdict,
  requests: { reads, writes },
  number,
  drift,
  look,
  stack,
}: Report): string[] {
  if (verdict === "nothing") return [];
  const counts = `a deploy needs about ${reads + writes} requests to Bitbucket (${writes} of them write), of 1,000 an hour`;
  const rest =
    drift.last === undefined
      ? `no other, since no drift check is remembered here (npm run drift -- ${stack})`
      : `the rest by drift checks since ${drift.last.oldest}, ${drift.last.ageDays} days before`;
  const looked = `looked at for changes by hand: ${drift.examined} ${drift.examined === 1 ? "place" : "places"} of this change; ${rest}`;
  const refused =
    look === undefined || look.requests === 0
      ? []
      : [`looked for what Bitbucket would refuse: nothing found, by ${look.requests} requests`];
  return [counts, ...refused, looked, `number of this change to stack ${stack}: ${number}`];
}
