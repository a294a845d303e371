/** A proposal as the text of `access.yaml`: a comment says why a line is there, where that is no matter of course. Pure. */
import { flow } from "../../file/splice";
import type { ProtectedBranch } from "../../model";
import { grouped } from "../../tree";
import type { Draft, ProposedGrant } from "./draft";
import type { ProposedProject, ProposedRepository } from "./places";
import { foundAtAdoption } from "./words";

/** A list as long as this stands on one line; a longer one has a line each, so that one entry more is one line more. */
const shortList = 4;

export interface Written {
  readonly text: string;
  /** Without comments and empty ones. */
  readonly lines: number;
}

/** @param until the last day of what ends, `YYYY-MM-DD` */
export function textOf(draft: Draft, until: string): Written {
  const { company, owners, environment, people, agents } = draft;
  const isUnsure = owners.some(({ isSure }) => !isSure);
  const sections = [
    [
      "# yaml-language-server: $schema=access/access.schema.json",
      "#",
      "# Proposed from what was found in both systems. It gives nobody more, and nobody less.",
    ],
    [
      `company: ${flow(company)}`,
      ...entry(
        "owners",
        owners.map(({ name }) => name),
        "",
        isUnsure ? " # to be confirmed" : "",
      ),
    ],
    ["environments:", `  ${flow(environment.name)}: { type: ${environment.type} }`],
    map("people", people.map(({ username, name, email, account }) => [`  ${flow(username)}: ${flow({ name, email, ...(account !== undefined && { account }) })}`])), // prettier-ignore
    map("teams", draft.teams.map(teamLines)),
    ...(agents.length === 0
      ? []
      : [map("agents", agents.map(({ name, ...rest }) => [`  ${flow(name)}: ${flow({ owner: rest.owner, description: rest.description, account: rest.account })}`]))]), // prettier-ignore
    map("projects", draft.projects.map(projectLines)),
    draft.grants.length === 0
      ? ["grants: []"]
      : ["grants:", ...draft.grants.flatMap((one) => grantLines(one, until))],
  ];
  const all = sections.flatMap((lines) => [...lines, ""]);
  const lines = all.filter((line) => line !== "" && !line.trimStart().startsWith("#")).length;
  return { text: all.slice(0, -1).join("\n") + "\n", lines };
}

function teamLines({ name, group, owner, members, observed }: Draft["teams"][number]): string[] {
  return [
    `  ${flow(name)}:`,
    ...(group === undefined ? [] : [`    group: ${flow(group)}`]),
    `    owner: ${flow(owner.name)} # ${owner.because}`,
    ...(observed ? ["    observed: [members] # the two systems differ: see the report"] : []),
    ...(members === undefined ? [] : entry("members", members, "    ")),
  ];
}

function projectLines(project: Draft["projects"][number]): string[] {
  const owned = project.repositories.filter(({ observed }) => !observed.includes("branches"));
  const usual = usualProtection(owned.map(({ branches }) => branches));
  const repositories = project.repositories.map((one) => {
    const parts = repositoryParts(one, project, usual);
    return `      ${flow(one.slug)}: ${parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`}`;
  });
  return [
    `  ${flow(project.key)}:`,
    ...(project.name === project.key ? [] : [`    name: ${flow(project.name)}`]),
    `    owner: ${flow(project.owner.name)} # ${project.owner.because}`,
    ...(project.observed.length === 0
      ? []
      : [`    observed: [${project.observed.join(", ")}] # see the report`]),
    ...(usual === undefined ? [] : [`    protected: ${protectedOf(usual)}`]),
    ...(repositories.length === 0 ? ["    repositories: {}"] : ["    repositories:", ...repositories]),
  ];
}

/** What a repository says of itself: what differs from its project. */
function repositoryParts(
  { branches, observed }: ProposedRepository,
  project: ProposedProject,
  usual: readonly ProtectedBranch[] = [],
): string[] {
  const own = observed.filter((part) => !project.observed.includes(part));
  const owned = project.observed.filter((part) => !observed.includes(part));
  const isUsual = observed.includes("branches") || protectedOf(branches) === protectedOf(usual);
  return [
    ...(own.length === 0 ? [] : [`observed: [${own.join(", ")}]`]),
    ...(owned.length === 0 ? [] : [`owned: [${owned.join(", ")}]`]),
    ...(isUsual ? [] : [`protected: ${protectedOf(branches)}`]),
  ];
}

/** What more than half of the repositories have, so that it is said once. */
function usualProtection(
  all: readonly (readonly ProtectedBranch[])[],
): readonly ProtectedBranch[] | undefined {
  const most = [...grouped(all, protectedOf).values()].find((alike) => alike.length * 2 > all.length);
  return most?.[0]?.length === 0 || (most?.length ?? 0) < 2 ? undefined : most?.[0];
}

function protectedOf(branches: readonly ProtectedBranch[]): string {
  const entries = branches.map(({ pattern, rules, enforced }) => [pattern, { ...rules, ...(!enforced && { enforced }) }]); // prettier-ignore
  return flow(Object.fromEntries(entries));
}

function grantLines({ kind, name, can, on, ends }: ProposedGrant, until: string): string[] {
  const reason = foundAtAdoption;
  const ending = ends ? { until, reason } : kind === "agent" ? { reason } : {};
  const [only] = on;
  if (on.length <= shortList)
    return [`  - ${flow({ [kind]: name, can: [...can], on: on.length === 1 ? only : [...on], ...ending })}`];
  return [
    `  - ${kind}: ${flow(name)}`,
    `    can: ${flow([...can])}`,
    "    on:",
    ...on.map((target) => `      - ${flow(target)}`),
    ...Object.entries(ending).map(([word, value]) => `    ${word}: ${flow(value)}`),
  ];
}

/** A list by its key. */
function entry(name: string, list: readonly string[], indent: string, comment = ""): string[] {
  if (list.length <= shortList) return [`${indent}${name}: ${flow([...list])}${comment}`];
  return [`${indent}${name}:${comment}`, ...list.map((one) => `${indent}  - ${flow(one)}`)];
}

function map(name: string, entries: readonly (readonly string[])[]): string[] {
  return entries.length === 0 ? [`${name}: {}`] : [`${name}:`, ...entries.flat()];
}
