/** What the page says besides the matrix: the numbers, the charts, the timeline, the tables. Pure. */
import { disabledIn, holdersOf } from "../holders";
import type { Facts } from "../facts";
import type { Head } from "../folder";
import type { Part } from "../part";
import { privilegeIn } from "../parts/people";
import { rightsOf } from "../rights";
import { chartsOf, type Counted } from "./figures";
import { accountStates, type PageData, type Table, type Tile, type Tone } from "./data";
import { Dictionary, encodeRights } from "./encode";
import { changesOf, eventsOf } from "./events";

/** More rows of a part are only in its files. */
const mostRows = 5_000;

/**
 * Rights go into the matrix, every other part into a table.
 *
 * @throws Error if there are more capabilities than a page can show
 */
export function pageData(facts: Facts, head: Head, parts: readonly Part[]): PageData {
  const { model, entitlements, realm } = facts;
  const holders = holdersOf(model, facts);
  const names = new Map(model.people.map(({ username, name }) => [username, name]));
  const accounts = new Map(realm.ok ? realm.value.accounts.map((one) => [one.username, one.enabled]) : []);
  const accountOf = (who: string): number => {
    if (!realm.ok) return accountStates.indexOf("unknown");
    const enabled = accounts.get(who);
    return accountStates.indexOf(enabled === undefined ? "absent" : enabled ? "enabled" : "disabled");
  };
  const texts = new Dictionary();
  const rights = encodeRights(
    model,
    entitlements,
    holders,
    ({ who, kind }) => ({
      name: names.get(who),
      account: kind === "person" ? accountOf(who) : accountStates.indexOf("unknown"),
    }),
    texts,
  );
  const counted = countRights(facts);
  const tables = parts.filter(({ name }) => name !== "rights").map(tableOf);
  return {
    head: {
      company: head.company,
      stack: head.stack,
      environment: head.environment,
      asOf: head.asOf,
      since: head.since,
      madeAt: head.madeAt,
      source: facts.modelSource,
    },
    ...rights,
    strings: texts.strings,
    rights: counted.all,
    missing: parts.flatMap(({ title, missing }) => (missing === undefined ? [] : [{ title, why: missing }])),
    tiles: tilesOf(facts, counted, tables, holders.length),
    charts: chartsOf(facts, counted, rights.capabilities),
    events: eventsOf(facts),
    changes: changesOf(facts),
    tables,
  };
}

function countRights(facts: Facts): Counted {
  const isPrivileged = privilegeIn(facts.model);
  const by = new Map<string, [number, number]>();
  const held = new Map<string, number>();
  let [all, privileged] = [0, 0];
  for (const { who, best } of rightsOf(facts.entitlements, holdersOf(facts.model, facts))) {
    all += 1;
    const counts = by.get(best.capability) ?? [0, 0];
    by.set(best.capability, counts);
    counts[best.kind === "granted" ? 0 : 1] += 1;
    if (!isPrivileged(best)) continue;
    privileged += 1;
    held.set(who, (held.get(who) ?? 0) + 1);
  }
  return { all, privileged, by, most: [...held].sort(([, a], [, b]) => b - a).slice(0, 10) };
}

function tilesOf(facts: Facts, counted: Counted, tables: readonly Table[], holders: number): Tile[] {
  const { model, realm } = facts;
  const table = (name: string) => tables.find((one) => one.name === name);
  const having = (name: string, column: string, value: string): number => {
    const found = table(name);
    const at = found?.columns.indexOf(column) ?? -1;
    return found?.rows.filter((row) => row[at] === value).length ?? 0;
  };
  const tile = (value: number | string, label: string, section: string, tone: Tone = "plain"): Tile => ({
    value: typeof value === "number" ? value.toLocaleString("en") : value,
    label,
    section,
    tone,
  });
  const evaluated = (name: string, column: string, bad: string, label: string): Tile =>
    table(name)?.missing !== undefined && table(name)?.rows.length === 0
      ? tile("?", `${label}: not known`, name, "warn")
      : tile(having(name, column, bad), label, name, having(name, column, bad) > 0 ? "bad" : "good");
  const off = disabledIn(realm).size;
  const drift = facts.drift;
  return [
    tile(holders - model.agents.length, "people", "people"),
    tile(model.repositories.length, "repositories", "matrix"),
    tile(counted.all, "rights", "matrix"),
    tile(counted.privileged, "of them privileged", "privileged", counted.privileged > 0 ? "warn" : "good"),
    evaluated("separation", "result", "broken", "breaches of separation"),
    tile(
      having("exceptions", "state", "active"),
      "exceptions that count",
      "exceptions",
      having("exceptions", "state", "active") > 0 ? "warn" : "plain",
    ),
    evaluated("policy", "result", "broken", "guardrails broken"),
    evaluated("secrets", "result", "too old", "secrets too old"),
    evaluated("verification", "result", "does not hold", "promises of sign-in broken"),
    drift.ok
      ? tile(
          drift.value.findings.length,
          "differences by hand",
          "drift",
          drift.value.findings.length > 0 ? "bad" : "good",
        )
      : tile("?", "differences by hand: not known", "drift", "warn"),
    tile(table("movers")?.rows.length ?? 0, "joined, moved or left", "movers"),
    tile(off, "disabled accounts", "people"),
  ];
}

function tableOf({ name, title, says, source, notes = [], missing, columns, rows }: Part): Table {
  const kept: (readonly (string | number | boolean | null)[])[] = [];
  let total = 0;
  for (const row of rows) {
    total += 1;
    if (kept.length < mostRows) kept.push(row.map((cell) => cell ?? null));
  }
  return {
    name,
    title,
    says,
    source,
    notes,
    columns,
    total,
    rows: kept,
    ...(missing !== undefined && { missing }),
  };
}
