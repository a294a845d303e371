/** Takes out of the text of `access.yaml` what a review removes; comments and everything else stay as they are. Pure. */
import { accessFile } from "../../access";
import { grouped } from "../../access/tree";
import { normalUntil } from "../../access/until";
import { editAccess, type Change } from "../../access/file/edit";
import type { GrantEntry, TeamEntry } from "../../access/file/schema";
import type { Path } from "../../access/file/source";
import { writtenAccess } from "../../access/file/written";
import { oneLine } from "../../evidence/worksheet";
import type { Decision } from "./sheet";

export interface Changed {
  readonly text: string;
  /** Decisions that the file has nothing for any more, or that somebody else has to carry out, a line each. */
  readonly left: readonly string[];
}

/** What the file loses, and the rows that decided it. */
interface Removal extends Change {
  readonly rows: readonly string[];
}

interface Removals {
  readonly removals: readonly Removal[];
  readonly left: readonly string[];
}

/**
 * The text without the grants and memberships whose decision is to remove them.
 *
 * @throws InvalidAccess if the text cannot be read
 */
export function withoutRemoved(text: string, decisions: readonly Decision[]): Changed {
  const { grants, teams } = writtenAccess(text).data;
  const of = (kind: Decision["what"]) => decisions.filter(({ what }) => what === kind);
  const parts = [grantRemovals(grants, of("grant")), memberRemovals(teams, of("membership"))];
  const { text: after, refused } = editAccess(
    text,
    parts.flatMap(({ removals }) => removals),
  );
  const byHand = refused.flatMap(({ change, line, column, reason }) =>
    (change as Removal).rows.map(
      (row) => `row ${row}: ${accessFile}:${line}:${column}: take it out by hand, since ${reason}`,
    ),
  );
  return { text: after, left: [...parts.flatMap(({ left }) => left), ...byHand] };
}

/** One capability on one target of one grant, by their indexes. */
interface Cell {
  readonly grant: number;
  readonly can: number;
  readonly on: number;
}

function grantRemovals(grants: readonly GrantEntry[], decisions: readonly Decision[]): Removals {
  const cells = grouped(grants.flatMap(cellsOf), ({ key }) => key);
  const gone = new Map<number, { cells: Cell[]; rows: string[] }>();
  const left: string[] = [];
  for (const [key, alike] of grouped(decisions, keyOf)) {
    const found = cells.get(key) ?? [];
    const isAll = alike.every(({ remove }) => remove);
    for (const [number, { row, who, right, on, remove }] of alike.entries()) {
      if (!remove) continue;
      const grant = `grant of ${right} on ${on} to ${who}`;
      if (found.length === 0) left.push(`row ${row}: ${accessFile} has no ${grant} any more`);
      else if (!isAll && found.length !== alike.length)
        left.push(`row ${row}: ${accessFile} has ${found.length} times the ${grant}: take one out by hand`);
      else
        for (const { cell } of isAll ? found : found.slice(number, number + 1)) {
          const of = gone.get(cell.grant) ?? { cells: [], rows: [] };
          gone.set(cell.grant, of);
          of.cells.push(cell);
          if (!of.rows.includes(row)) of.rows.push(row);
        }
    }
  }
  const removals = [...gone].flatMap(([index, { cells: removed, rows }]): Removal[] => {
    const grant = grants[index];
    return grant ? [{ at: ["grants", index], become: without(grant, removed), rows }] : [];
  });
  return { removals, left };
}

function cellsOf({ team, person, agent, can, on, reason, until }: GrantEntry, grant: number) {
  const who =
    team !== undefined ? `team ${team}` : person !== undefined ? `person ${person}` : `agent ${agent}`;
  const common = { who, reason: reason ?? "", ...(until !== undefined && { until: normalUntil(until) }) };
  return can.flatMap((right, capability) =>
    [on].flat().map((target, at) => ({
      key: keyOf({ ...common, right, on: target }),
      cell: { grant, can: capability, on: at },
    })),
  );
}

/** Rows of one key are about grants that look alike: the first row is about the first of them. */
function keyOf({
  who,
  right,
  on,
  reason,
  until,
}: Pick<Decision, "who" | "right" | "on" | "reason" | "until">): string {
  return JSON.stringify([who, right, on, oneLine(reason), until ?? ""]);
}

/** What is left of a grant: as many entries as there are different lists of capabilities by target. */
function without(grant: GrantEntry, removed: readonly Cell[]): GrantEntry[] {
  const left = new Map<string, { can: string[]; on: string[] }>();
  for (const [on, target] of [grant.on].flat().entries()) {
    const can = grant.can.filter((_, index) => !removed.some((cell) => cell.on === on && cell.can === index));
    if (can.length === 0) continue;
    const group = left.get(can.join()) ?? { can, on: [] };
    group.on.push(target);
    left.set(can.join(), group);
  }
  return [...left.values()].map(({ can, on }) => ({
    ...grant,
    can,
    on: Array.isArray(grant.on) ? on : grant.on,
  }));
}

function memberRemovals(
  teams: Readonly<Record<string, TeamEntry>>,
  decisions: readonly Decision[],
): Removals {
  const places = new Map(membersIn(teams, ["teams"]));
  const removals: Removal[] = [];
  const left: string[] = [];
  for (const { row, who, right, remove } of decisions) {
    if (!remove) continue;
    const person = who.replace(/^person /, "");
    const team = right.replace(/^is in team /, "");
    const { at, members } = places.get(team) ?? { at: [] };
    const gone = members?.flatMap((name, index) => (name === person ? [index] : []));
    if (gone === undefined)
      left.push(
        `row ${row}: who is in team ${team} is kept in Keycloak's directory: take ${person} out there`,
      );
    else if (gone.length === 0) left.push(`row ${row}: ${person} is not in team ${team} any more`);
    removals.push(...(gone ?? []).map((index) => ({ at: [...at, index], become: [], rows: [row] })));
  }
  return { removals, left };
}

interface Members {
  readonly at: Path;
  /** Absent where Keycloak owns the membership. */
  readonly members?: readonly string[] | undefined;
}

function membersIn(teams: Readonly<Record<string, TeamEntry>>, at: Path): [string, Members][] {
  return Object.entries(teams).flatMap(([team, { members, teams: inner = {} }]): [string, Members][] => [
    [team, { at: [...at, team, "members"], members }],
    ...membersIn(inner, [...at, team, "teams"]),
  ]);
}
