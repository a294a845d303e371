/** Takes out of the text of `access.yaml` what a review removes; comments and everything else stay as they are. Pure. */
import { isMap, isScalar, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import type { Decision } from "./sheet";
import { entriesEdited, spliced, type Edit } from "./splice";

export interface Changed {
  readonly text: string;
  /** Decisions that the file has nothing for any more, or that Keycloak's directory has to carry out, a line each. */
  readonly left: readonly string[];
}

/** The text without the grants and memberships whose decision is to remove them; the others are not looked at. */
export function withoutRemoved(text: string, decisions: readonly Decision[]): Changed {
  const document = parseDocument(text);
  const removals = decisions.filter(({ remove }) => remove);
  const grants = grantEdits(
    text,
    document.get("grants"),
    removals.filter(({ what }) => what === "grant"),
  );
  const members = memberEdits(
    text,
    document.get("teams"),
    removals.filter(({ what }) => what === "membership"),
  );
  return {
    text: spliced(text, [...grants.edits, ...members.edits]),
    left: [...grants.left, ...members.left],
  };
}

interface Edited {
  readonly edits: readonly Edit[];
  readonly left: readonly string[];
}

function grantEdits(text: string, list: unknown, decisions: readonly Decision[]): Edited {
  const unused = new Set(decisions);
  const edits = !isSeq(list)
    ? []
    : entriesEdited(text, list, (index, own, start) => {
        const entry = list.items[index];
        const gone = isMap(entry) ? decisions.filter((decision) => isAbout(entry, decision)) : [];
        for (const decision of gone) unused.delete(decision);
        return gone.length === 0 || !isMap(entry) ? [own] : withoutPairs(own, start, entry, gone);
      });
  const left = [...unused].map(
    ({ row, who, right, on }) =>
      `row ${row}: access.yaml has no grant of ${right} on ${on} to ${who} any more`,
  );
  // A list that was empty before is not emptied again.
  return { edits: decisions.length === unused.size ? [] : edits, left };
}

function isAbout(entry: YAMLMap, { who, right, on, reason, until }: Decision): boolean {
  const [kind = "", name = ""] = who.split(" ");
  const textAt = (key: string): string => {
    const value: unknown = entry.get(key);
    return typeof value === "string" ? value : "";
  };
  return (
    textAt(kind) === name &&
    textsOf(entry, "can").includes(right) &&
    textsOf(entry, "on").includes(on) &&
    textAt("reason").trim() === reason &&
    textAt("until") === (until ?? "")
  );
}

/** What is left of a grant: as many entries as there are different lists of capabilities by target. */
function withoutPairs(own: string, start: number, entry: YAMLMap, removed: readonly Decision[]): string[] {
  const left = new Map<string, { can: Set<string>; on: Set<string> }>();
  for (const target of textsOf(entry, "on")) {
    const gone = removed.filter(({ on }) => on === target).map(({ right }) => right);
    const can = textsOf(entry, "can").filter((capability) => !gone.includes(capability));
    if (can.length === 0) continue;
    const group = left.get(can.join()) ?? { can: new Set(can), on: new Set<string>() };
    group.on.add(target);
    left.set(can.join(), group);
  }
  return [...left.values()].map(({ can, on }) => {
    const padded = " ".repeat(start) + own;
    const edits = [...keepEdits(padded, entry, "can", can), ...keepEdits(padded, entry, "on", on)];
    return spliced(padded, edits).slice(start);
  });
}

function keepEdits(text: string, entry: YAMLMap, key: string, kept: ReadonlySet<string>): Edit[] {
  const list = entry.get(key);
  if (!isSeq(list)) return [];
  return entriesEdited(text, list, (index, own) => (kept.has(textOf(list.items[index])) ? [own] : []));
}

function memberEdits(text: string, teams: unknown, decisions: readonly Decision[]): Edited {
  const gone = new Map<YAMLSeq, Set<string>>();
  const left: string[] = [];
  for (const { row, who, right } of decisions) {
    const person = who.replace(/^person /, "");
    const team = right.replace(/^is in team /, "");
    const members = membersOf(teams, team);
    if (members === undefined)
      left.push(
        `row ${row}: who is in team ${team} is kept in Keycloak's directory: take ${person} out there`,
      );
    else if (members.items.some((item) => textOf(item) === person))
      gone.set(members, (gone.get(members) ?? new Set()).add(person));
    else left.push(`row ${row}: ${person} is not in team ${team} any more`);
  }
  const edits = [...gone].flatMap(([members, people]) =>
    entriesEdited(text, members, (index, own) => (people.has(textOf(members.items[index])) ? [] : [own])),
  );
  return { edits, left };
}

function membersOf(teams: unknown, wanted: string): YAMLSeq | undefined {
  if (!isMap(teams)) return undefined;
  for (const { key, value } of teams.items) {
    if (!isMap(value)) continue;
    const members: unknown = value.get("members");
    if (isScalar(key) && key.value === wanted) return isSeq(members) ? members : undefined;
    const below = membersOf(value.get("teams"), wanted);
    if (below !== undefined) return below;
  }
  return undefined;
}

function textsOf(entry: YAMLMap, key: string): string[] {
  const value: unknown = entry.get(key);
  if (typeof value === "string") return [value];
  return isSeq(value) ? value.items.map(textOf) : [];
}

function textOf(item: unknown): string {
  return isScalar(item) ? String(item.value) : "";
}
