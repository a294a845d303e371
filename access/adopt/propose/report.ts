/** What a proposal leaves to people, and how much it says: as data, and as a page. Pure. */
import { sorted } from "../../problem";
import { targetOf } from "../../tree";
import type { ObservedOfPlace } from "../../vocabulary";
import type { Found } from "../found";
import type { Draft } from "./draft";
import type { Finding } from "./findings";
import { leftAlone } from "./leftAlone";
import { suggestionsOf, type Suggestion } from "./suggestions";

/** How much of what was found stands in the file, and as what. */
interface Measure {
  /** Permissions of groups and people, restrictions, members of groups. */
  readonly entries: number;
  /** Of the file, without comments. */
  readonly lines: number;
  /** Permissions, by what says them. */
  readonly permissions: {
    readonly found: number;
    /** Of teams on whole projects. */
    readonly projects: number;
    /** Of teams on single repositories. */
    readonly repositories: number;
    /** Of people and programs. */
    readonly people: number;
    /** Of observed projects and repositories, or of what is left out of the file. */
    readonly observed: number;
  };
  readonly restrictions: { readonly found: number; readonly declared: number };
}

export interface Report {
  readonly measure: Measure;
  /** Until when those decide who were given something directly, `YYYY-MM-DD`. */
  readonly until: string;
  /** Those who were given something directly. */
  readonly decisions: readonly {
    readonly who: string;
    readonly can: string;
    readonly on: readonly string[];
  }[];
  /** Owners of the workspace, teams and projects that nobody has confirmed. */
  readonly owners: readonly { readonly of: string; readonly name: string; readonly because: string; readonly isSure: boolean }[]; // prettier-ignore
  /** Accounts that nobody in the realm has. */
  readonly strangers: readonly { readonly account: string; readonly name: string; readonly why: string; readonly looksLike?: string }[]; // prettier-ignore
  /** By kind, in order. */
  readonly findings: readonly Finding[];
  readonly suggestions: readonly Suggestion[];
}

export function reportOf(
  found: Found,
  draft: Draft,
  { lines, until }: { lines: number; until: string },
): Report {
  const keyOf = ({ kind, place, found: what }: Finding) => JSON.stringify([kind, place, what]);
  const all = new Map([...draft.findings, ...leftAlone(found)].map((one) => [keyOf(one), one]));
  return {
    measure: measureOf(found, draft, lines),
    until,
    decisions: draft.grants
      .filter(({ ends }) => ends)
      .map(({ kind, name, can, on }) => ({ who: `${kind} ${name}`, can: can.join(", "), on })),
    owners: [
      ...draft.owners.map((owner) => ({ of: "the workspace", ...owner })),
      ...draft.teams.map(({ name, owner }) => ({ of: `team ${name}`, ...owner })),
      ...draft.projects.map(({ key, owner }) => ({ of: `project ${key}`, ...owner })),
    ],
    strangers: [...draft.matched.strangers.values()].map(({ account, why, looksLike }) => ({
      account: account.uuid,
      name: account.name,
      why,
      ...(looksLike !== undefined && { looksLike }),
    })),
    findings: sorted(all.keys()).flatMap((key) => all.get(key) ?? []),
    suggestions: suggestionsOf(draft),
  };
}

function measureOf({ workspace }: Found, draft: Draft, lines: number): Measure {
  const { projects, repositories, groups } = workspace;
  const owning = (part: ObservedOfPlace) =>
    new Set(
      draft.projects.flatMap(({ key, observed, repositories: own }) => [
        ...(observed.includes(part) ? [] : [key]),
        ...own.flatMap((one) => (one.observed.includes(part) ? [] : [`${key}/${one.slug}`])),
      ]),
    );
  const [permissionsOwned, branchesOwned] = [owning("permissions"), owning("branches")];
  const number = (lists: readonly { readonly length: number }[]) =>
    lists.reduce((sum, { length }) => sum + length, 0);
  const [onProjects, onRepositories] = [
    projects.filter(({ key }) => permissionsOwned.has(key)).flatMap(({ holders }) => holders),
    repositories.filter((one) => permissionsOwned.has(targetOf(one))).flatMap(({ holders }) => holders),
  ];
  const ofGroups = (holders: readonly { readonly group?: string }[]) =>
    holders.filter(({ group }) => group !== undefined).length;
  const permissions = number([...projects, ...repositories].map(({ holders }) => holders));
  const people = onProjects.length + onRepositories.length - ofGroups(onProjects) - ofGroups(onRepositories);
  const restrictions = number(repositories.map((one) => one.restrictions));
  return {
    entries: permissions + restrictions + number(groups.map(({ members }) => members)),
    lines,
    permissions: {
      found: permissions,
      projects: ofGroups(onProjects),
      repositories: ofGroups(onRepositories),
      people,
      observed: permissions - onProjects.length - onRepositories.length,
    },
    restrictions: {
      found: restrictions,
      declared: number(
        repositories.filter((one) => branchesOwned.has(targetOf(one))).map((one) => one.restrictions),
      ),
    },
  };
}
