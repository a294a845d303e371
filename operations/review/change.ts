/**
 * Takes out of `access.yaml` what a review removes. The text is edited as the tree that it is, so that comments and
 * everything else stay. Pure.
 */
import { isMap, isScalar, isSeq, parseDocument, type Document, type YAMLMap, type YAMLSeq } from "yaml";
import type { Decision } from "./sheet";

export interface Changed {
  readonly text: string;
  /** Decisions that the file has nothing for any more, or that Keycloak's directory has to carry out, a line each. */
  readonly left: readonly string[];
}

export function withoutRemoved(text: string, decisions: readonly Decision[]): Changed {
  const document = parseDocument(text);
  const left: string[] = [];
  const removals = decisions.filter(({ remove }) => remove);
  const grants = removals.filter(({ what }) => what === "grant");
  left.push(...removeGrants(document, grants));
  for (const decision of removals.filter(({ what }) => what === "membership")) {
    const problem = removeMember(document, decision);
    if (problem !== undefined) left.push(problem);
  }
  return { text: removals.length === left.length ? text : document.toString({ lineWidth: 0 }), left };
}

function removeGrants(document: Document, decisions: readonly Decision[]): string[] {
  const list = document.get("grants");
  const unused = new Set(decisions);
  if (isSeq(list)) {
    list.items = list.items.flatMap((entry): unknown[] => {
      if (!isMap(entry)) return [entry];
      const own = decisions.filter((decision) => isAbout(entry, decision));
      for (const decision of own) unused.delete(decision);
      return own.length === 0 ? [entry] : withoutPairs(entry, own);
    });
    if (list.items.length === 0) list.flow = true;
  }
  return [...unused].map(
    ({ row, who, right, on }) =>
      `row ${row}: access.yaml has no grant of ${right} on ${on} to ${who} any more`,
  );
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
function withoutPairs(entry: YAMLMap, removed: readonly Decision[]): YAMLMap[] {
  const left = new Map<string, { can: Set<string>; on: Set<string> }>();
  for (const target of textsOf(entry, "on")) {
    const gone = removed.filter(({ on }) => on === target).map(({ right }) => right);
    const can = textsOf(entry, "can").filter((capability) => !gone.includes(capability));
    if (can.length === 0) continue;
    const group = left.get(can.join()) ?? { can: new Set(can), on: new Set<string>() };
    group.on.add(target);
    left.set(can.join(), group);
  }
  return [...left.values()].map(({ can, on }, index) => {
    const copy = entry.clone() as YAMLMap;
    keep(copy, "can", can);
    keep(copy, "on", on);
    // What is said before it is said once.
    if (index > 0) delete copy.commentBefore;
    return copy;
  });
}

function keep(entry: YAMLMap, key: string, kept: ReadonlySet<string>): void {
  const list = entry.get(key);
  if (isSeq(list)) list.items = list.items.filter((item) => isScalar(item) && kept.has(String(item.value)));
}

/** @returns why it could not be done */
function removeMember(document: Document, { row, who, right }: Decision): string | undefined {
  const person = who.replace(/^person /, "");
  const team = right.replace(/^is in team /, "");
  const members = membersOf(document.get("teams"), team);
  if (members === undefined)
    return `row ${row}: who is in team ${team} is kept in Keycloak's directory: take ${person} out there`;
  const before = members.items.length;
  members.items = members.items.filter((item) => !(isScalar(item) && item.value === person));
  return members.items.length < before ? undefined : `row ${row}: ${person} is not in team ${team} any more`;
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
  return isSeq(value) ? value.items.flatMap((item) => (isScalar(item) ? [String(item.value)] : [])) : [];
}
