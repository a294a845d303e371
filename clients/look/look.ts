/**
 * What Bitbucket would refuse of what a stack declares, found before anything is written: a few reads of the workspace,
 * and then, purely, what was read against what is declared.
 */
import { variable } from "../../access/environment";
import {
  compile,
  problemAt,
  sortProblems,
  type DesiredDeployment,
  type Grant,
  type Model,
  type Places,
  type Problem,
  type Settings,
} from "../../access";
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import { accountRefusals, planRefusals } from "./accounts";
import { entriesFound, type FoundEntries } from "./entries";
import { environmentEncounters, type Encounters } from "./environments";
import {
  declaredRepositories,
  knownPlaces,
  projectRefusals,
  repositoryRefusals,
  runnerRefusals,
  type Resource,
} from "./places";
import { owningOf } from "./owning";
import { Reader } from "./reader";
import type { Refusal } from "./refusal";
import { readWorkspace, type Seen } from "./workspace";

/** What a look is taken for. */
export interface Subject {
  readonly model: Model;
  readonly settings: Settings;
  /** The moment that grants are evaluated at. */
  readonly asOf: Date;
  /** What the stack has. */
  readonly resources: readonly Resource[];
}

export interface Look {
  /** What Bitbucket would refuse. */
  readonly problems: readonly Problem[];
  /** Environments that are there already, and would become the stack's. */
  readonly takenOver: readonly string[];
  /** What stands in places that become owned, and would go or become another, a line each. */
  readonly owned: readonly string[];
  /** Every right in such places, as grants. */
  readonly found: readonly Grant[];
  /** What was not looked at, and why. */
  readonly unread: readonly string[];
  /** To Bitbucket. */
  readonly requests: number;
}

/**
 * Never throws for what Bitbucket answers, or for want of credentials: what was not read is said.
 *
 * @param most repositories that are each asked for something, at most
 */
export async function takeLook(
  subject: Subject,
  places: Places,
  env: NodeJS.ProcessEnv,
  most: number,
): Promise<Look> {
  const [email, token] = [variable.bitbucketEmail, variable.bitbucketApiToken];
  if (!env[email] && !env[token]) {
    const unread = [`anything in the workspace: neither ${email} nor ${token} is set`];
    return { problems: [], takenOver: [], owned: [], found: [], unread, requests: 0 };
  }
  const { url, workspace } = subject.settings.bitbucket;
  const read = new Reader(Bitbucket.session(url, env), workspace);
  const seen = await readFor(subject, read, most);
  const { refusals, takenOver } = evaluate(subject, seen);
  const problems = refusals.map((refusal) => problemAt(refusal, places[refusal.in]));
  const { lines, grants, unread } = await entriesOf(subject, read, most);
  return {
    problems: sortProblems(problems),
    takenOver,
    owned: lines,
    found: grants,
    unread: [...seen.unread.map(({ why }) => why), ...unread],
    requests: read.requests,
  };
}

/**
 * Reads what there is of what is declared. What may not be read is said in the result.
 *
 * @param most repositories that are each asked for something, at most
 */
export function readFor(
  { model, settings, asOf, resources }: Subject,
  read: Reader,
  most: number,
): Promise<Seen> {
  const desired = compile(model, settings, asOf).bitbucket;
  return readWorkspace(read, {
    governing: settings.bitbucket.governing,
    repositories: [...declaredRepositories(desired, settings)],
    environmentsOf: newEnvironments(desired.deployments, resources).map(({ repository }) => repository),
    most,
  });
}

/** What Bitbucket would refuse, by what it is about. */
export type Refused = Readonly<
  Record<"accounts" | "plan" | "projects" | "repositories" | "runner" | "environments", readonly Refusal[]>
>;

/** What was read, against what is declared. What was not read is not refused. */
export function evaluate(subject: Subject, seen: Seen): Encounters {
  const { refused, takenOver } = evaluateByPart(subject, seen);
  return { refusals: Object.values(refused).flat(), takenOver };
}

/** The same, by what it is about. */
export function evaluateByPart(
  { model, settings, asOf, resources }: Subject,
  seen: Seen,
): Pick<Encounters, "takenOver"> & { readonly refused: Refused } {
  const desired = compile(model, settings, asOf).bitbucket;
  const { bitbucket } = settings;
  const { members, projects } = seen;
  const known = knownPlaces(resources);
  const encounters = environmentEncounters(model, newEnvironments(desired.deployments, resources), seen);
  const refused: Refused = {
    accounts: members ? accountRefusals(model, desired, bitbucket, members, asOf) : [],
    plan: members ? planRefusals(bitbucket, members) : [],
    projects: projects ? projectRefusals(model, settings, projects, known, seen) : [],
    repositories: repositoryRefusals(model, desired, settings, seen, known),
    runner: runnerRefusals(desired, settings, seen),
    environments: encounters.refusals,
  };
  return { takenOver: encounters.takenOver, refused };
}

/** Of places that the stack does not have yet, or that it only observed until now. */
async function entriesOf(
  { model, settings, asOf, resources }: Subject,
  read: Reader,
  most: number,
): Promise<FoundEntries> {
  const { governed } = compile(model, settings, asOf).bitbucket;
  if (governed === undefined) return { lines: [], grants: [], unread: [] };
  const owning = owningOf(model, governed, resources);
  return entriesFound(model, governed, settings.bitbucket.plan, owning, read, most);
}

/** Those that the stack has are Bitbucket's as the stack knows them. */
function newEnvironments(
  deployments: readonly DesiredDeployment[],
  resources: readonly Resource[],
): DesiredDeployment[] {
  const known = new Set(
    resources
      .filter(({ type }) => type === "bitbucket:index:Deployment")
      .map(({ inputs }) => `${String(inputs?.repository)}.${String(inputs?.name)}`),
  );
  return deployments.filter(
    ({ repository, environment, formerNames = [] }) =>
      ![`${repository}.${environment}`, ...formerNames].some((name) => known.has(name)),
  );
}
