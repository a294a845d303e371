/** The charts of the page, as numbers. Pure. */
import type { Facts } from "../facts";
import { holdersOf } from "../holders";
import { rightsOf } from "../rights";
import type { Chart, PageData } from "./data";

/** Rights, counted. */
export interface Counted {
  readonly all: number;
  readonly privileged: number;
  /** Granted and implied, by capability. */
  readonly by: ReadonlyMap<string, readonly [granted: number, implied: number]>;
  /** Privileged rights by who holds them, the most first. */
  readonly most: readonly (readonly [who: string, count: number])[];
}

/** Always the same four charts; that of ages has no bars where the ages could not be read. */
export function chartsOf(facts: Facts, counted: Counted, capabilities: PageData["capabilities"]): Chart[] {
  const names = new Map(facts.model.people.map(({ username, name }) => [username, name]));
  const ages = facts.ages.ok ? facts.ages.value.ages : [];
  return [
    {
      title: "Rights by what they allow",
      says: "How many are granted, and how many only follow from a grant.",
      series: [
        { name: "granted", tone: "good" },
        { name: "implied", tone: "warn" },
      ],
      bars: capabilities
        .map(({ name }) => ({ label: name, values: [...(counted.by.get(name) ?? [0, 0])] }))
        .reverse(),
      unit: "rights",
    },
    {
      title: "Who holds the most privileged rights",
      says: "Administrators, and deployers where only administrators deploy; ten at most.",
      series: [{ name: "privileged", tone: "bad" }],
      bars: counted.most.map(([who, count]) => ({ label: names.get(who) ?? who, values: [count] })),
      unit: "rights",
    },
    {
      title: "How old secrets and keys are",
      says: "In days; the mark is the limit. The oldest come first, twelve at most.",
      series: [{ name: "age", tone: "plain" }],
      bars: [...ages]
        .sort((a, b) => b.ageDays - a.ageDays)
        .slice(0, 12)
        .map(({ name, ageDays, limitDays }) => ({
          label: name,
          values: [ageDays],
          ...(limitDays !== null && { limit: limitDays }),
        })),
      unit: "days",
    },
    peopleChart(facts),
  ];
}

/** How much people can do, in groups: a company with many of the last has a question to answer. */
function peopleChart(facts: Facts): Chart {
  const held = new Map<string, Set<string>>();
  for (const { username } of facts.model.people) held.set(username, new Set());
  for (const { who, kind, best } of rightsOf(facts.entitlements, holdersOf(facts.model, facts)))
    if (kind === "person") held.set(who, (held.get(who) ?? new Set()).add(best.target));
  const all = facts.model.repositories.length;
  const groups: [label: string, least: number, most: number][] = [
    ["none", 0, 0],
    ["up to a quarter", 0, 0.25],
    ["up to a half", 0.25, 0.5],
    ["up to three quarters", 0.5, 0.75],
    ["more", 0.75, 1],
  ];
  const shareOf = (own: ReadonlySet<string>) => (all === 0 ? 0 : own.size / all);
  return {
    title: "How much of the workspace people reach",
    says: "People by the share of repositories on which they can do something.",
    series: [{ name: "people", tone: "plain" }],
    bars: groups.map(([label, least, most]) => ({
      label,
      values: [
        [...held.values()]
          .map(shareOf)
          .filter((share) => (most === 0 ? share === 0 : share > least && share <= most)).length,
      ],
    })),
    unit: "people",
  };
}
