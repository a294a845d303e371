/**
 * How many requests of Bitbucket's a deploy is going to need. Bitbucket lets an account send 1,000 an hour: who knows
 * beforehand that a change takes 1,400 makes two of it, or waits.
 */
import type { ExportedResource } from "../../engine/exported";
import type { EngineStep } from "../../engine/steps";

/** Requests to Bitbucket, about: retries and the pages of long lists come on top. */
export interface Forecast {
  /** To read all that the stack has, and what a change has to look at again. */
  readonly reads: number;
  readonly writes: number;
}

interface Costs {
  /** Requests for reading it once. */
  readonly read: number;
  /** Input that lists what is written an entry at a time; without one it is written at once. */
  readonly entries?: string;
}

/** As the provider reads and writes them; groups are one list for all of them. */
const costs: Readonly<Record<string, Costs>> = {
  RepositoryPermissions: { read: 2, entries: "holders" },
  ProjectPermissions: { read: 2, entries: "holders" },
  BranchRestrictions: { read: 1, entries: "restrictions" },
  Deployment: { read: 1 },
  DeploymentVariables: { read: 1, entries: "variables" },
  RepositoryVariables: { read: 1, entries: "variables" },
  WorkspaceVariables: { read: 1, entries: "variables" },
  GroupMembers: { read: 1, entries: "members" },
  PipelinesConfig: { read: 1 },
  PipelineSchedule: { read: 1 },
  WorkspaceHook: { read: 1 },
  Group: { read: 0 },
};

/** What the program asks before it begins. */
const atFirst = 4;
/** The list of all groups, where any is declared. */
const groups = 1;

/** @param resources what the stack has */
export function forecastOf(resources: readonly ExportedResource[], steps: readonly EngineStep[]): Forecast {
  const there = resources.flatMap(({ type }) => costsOf(type) ?? []);
  const touched = steps.flatMap((step) => {
    const type = step.newState?.type ?? step.oldState?.type ?? "";
    const cost = costsOf(type);
    return cost === undefined ? [] : [{ step, cost }];
  });
  const all = groups + sum(there.map(({ read }) => read));
  const again = touched.map(({ step, cost }) => (step.oldState === undefined ? 1 : 2) * cost.read);
  return {
    // A deploy reads everything when it previews and when it acts; what changes is looked at for changes by hand, too,
    // and once more before it is written.
    reads: atFirst + 2 * all + sum(again),
    writes: sum(touched.map(({ step, cost }) => writesOf(step, cost))),
  };
}

function costsOf(type: string): Costs | undefined {
  return type.startsWith("bitbucket:") ? costs[type.split(":").at(-1) ?? ""] : undefined;
}

function writesOf({ oldState, newState }: EngineStep, { entries }: Costs): number {
  if (entries === undefined) return 1;
  const listed = (state: typeof oldState): string[] => {
    const list = state?.inputs?.[entries];
    return Array.isArray(list) ? list.map((entry) => JSON.stringify(entry)) : [];
  };
  const [before, after] = [listed(oldState), listed(newState)];
  const added = after.filter((entry) => !before.includes(entry)).length;
  const removed = before.filter((entry) => !after.includes(entry)).length;
  return Math.max(added, removed);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
