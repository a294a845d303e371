/**
 * The worksheet of a periodic review. What somebody can do follows from two things that a reviewer can decide: a grant to a
 * team, a person or an agent, and who is in a team. So a row is one of these, as small as it can be taken away, with
 * whom it gives what; its reviewer is whoever owns the target, and never somebody who gains by it.
 *
 * Each row has a seal, and all rows share a digest of the seals: `npm run review` finds a row that was changed or lost.
 */
import { createHash } from "node:crypto";
import { isActive, privilegeOf, projectOf, restrictedIn, Tree, type Grant, type Model } from "../access";
import { csvHead, csvLine } from "./csv";
import type { Facts } from "./facts";
import { membershipsOf } from "./holders";
import { writtenTargets } from "./parts/exceptions";

export const worksheetFile = "worksheet.csv";

/** What a reviewer may not change. */
export const fixedColumns = [
  "worksheet",
  "row",
  "reviewer",
  "what",
  "who",
  "right",
  "on",
  "people it reaches",
  "reason",
  "ends",
  "note needed to keep it",
] as const;
/** What a reviewer fills in. */
export const openColumns = ["decided by", "keep or remove", "note"] as const;
export const worksheetColumns: readonly string[] = [...fixedColumns, "seal", ...openColumns];

interface WorksheetRow {
  readonly reviewer: string;
  readonly what: "grant" | "membership";
  /** Example: `team payments`. */
  readonly who: string;
  /** A capability, or `is in team payments`. */
  readonly right: string;
  /** The target as the file has it; empty for a membership. */
  readonly on: string;
  /** User names. */
  readonly people: readonly string[];
  readonly reason: string;
  /** Example: `until 2026-12-31`, in words, so that no spreadsheet writes the day in its own way. */
  readonly ends: string;
  /** Whether keeping it wants a reason. */
  readonly noted: boolean;
}

/** CSV, a row for each decision, with the columns that a reviewer fills in left empty. */
export function worksheetText(facts: Facts): string {
  const rows = worksheetRows(facts);
  const name = worksheetName(facts, rows);
  const lines = rows.map((row, index) => {
    const fixed = fixedCells(name, `${index + 1} of ${rows.length}`, row);
    return csvLine([...fixed, sealOf(fixed), "", "", ""]);
  });
  return csvHead(worksheetColumns) + lines.join("");
}

/** What has ended needs nobody's decision. By reviewer, then as in the file. */
function worksheetRows(facts: Facts): WorksheetRow[] {
  const { model, asOf } = facts;
  const tree = new Tree(model);
  const memberships = membershipsOf(model, facts);
  const inTeam = new Map<string, string[]>();
  for (const { person, team } of memberships) inTeam.set(team, [...(inTeam.get(team) ?? []), person]);
  const reached = ({ subject }: Grant): string[] => {
    if (subject.kind === "person") return [subject.name];
    if (subject.kind === "agent") return [tree.agents.get(subject.name)?.owner ?? ""].filter(Boolean);
    const teams = tree.withDescendants(subject.name);
    return [...new Set(teams.flatMap((team) => inTeam.get(team) ?? []))].sort();
  };
  const restricted = restrictedIn([model]);
  const grants = model.grants
    .filter((grant) => isActive(grant, asOf))
    .flatMap((grant) => {
      const people = reached(grant);
      return grant.can.flatMap((capability) =>
        writtenTargets(grant).map((on): WorksheetRow => ({
          reviewer: reviewerOf(model, ownersOf(on, tree, inTeam), people),
          what: "grant",
          who: `${grant.subject.kind} ${grant.subject.name}`,
          right: capability,
          on,
          people,
          reason: oneLine(grant.reason ?? ""),
          ends: grant.until === undefined ? "" : `until ${grant.until}`,
          noted: grant.subject.kind !== "team" || privilegeOf(capability, restricted) === 0,
        })),
      );
    });
  const members = memberships.map(({ person, team }): WorksheetRow => ({
    reviewer: reviewerOf(model, [tree.teams.get(team)?.owner ?? ""], [person]),
    what: "membership",
    who: `person ${person}`,
    right: `is in team ${team}`,
    on: "",
    people: [person],
    reason: "",
    ends: "",
    noted: false,
  }));
  return [...grants, ...members].sort((a, b) =>
    a.reviewer < b.reviewer ? -1 : a.reviewer > b.reviewer ? 1 : 0,
  );
}

/** A reason as a cell has it: however it is written, and whatever a spreadsheet makes of line breaks and blanks. */
export function oneLine(reason: string): string {
  return reason.replace(/\s+/g, " ").trim();
}

/** The team that answers for a target, its owner last. Nobody for a pattern of projects. */
function ownersOf(on: string, tree: Tree, inTeam: ReadonlyMap<string, readonly string[]>): string[] {
  const team = tree.projects.get(projectOf(on))?.owner;
  if (team === undefined) return [];
  return [...(inTeam.get(team) ?? []), tree.teams.get(team)?.owner ?? ""];
}

/** The first who gains nothing by it: of those who answer for it, the company's owners, everybody. Empty: there is none. */
function reviewerOf(model: Model, answering: readonly string[], people: readonly string[]): string {
  const known = new Set(model.people.map(({ username }) => username));
  const all = [...answering.filter((one) => one !== ""), ...model.owners, ...known];
  return all.find((one) => !people.includes(one)) ?? "";
}

/** Example: `prod 2026-11-25T18:00Z d3b07384d113`: the digest is of all rows. */
function worksheetName({ stack, asOf }: Facts, rows: readonly WorksheetRow[]): string {
  const seals = rows.map((row, index) => sealOf(fixedCells("", `${index + 1} of ${rows.length}`, row)));
  return `${stack} ${asOf.toISOString().slice(0, 16)}Z ${digestOf(seals)}`;
}

function fixedCells(name: string, number: string, row: WorksheetRow): string[] {
  const { reviewer, what, who, right, on, people, reason, ends, noted } = row;
  return [name, number, reviewer, what, who, right, on, people.join(" "), reason, ends, noted ? "yes" : "no"];
}

/** Begins with a letter, since a spreadsheet takes `12e456` for a number. */
export function sealOf(fixed: readonly string[]): string {
  return `s${digestOf(fixed)}`;
}

/** The digest that stands in the name, of the fixed cells of all rows. */
export function digestOfRows(rows: readonly (readonly string[])[]): string {
  return digestOf(rows.map(([, ...fixed]) => sealOf(["", ...fixed])));
}

function digestOf(texts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, 16);
}
