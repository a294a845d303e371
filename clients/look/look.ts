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
  type Model,
  type Places,
  type Problem,
  type Settings,
} from "../../access";
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import { accountRefusals, planRefusals } from "./accounts";
import { environmentEncounters, type Encounters } from "./environments";
import {
  declaredRepositories,
  knownPlaces,
  projectRefusals,
  repositoryRefusals,
  runnerRefusals,
} from "./places";
import { Reader } from "./reader";
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

interface Resource {
  readonly type: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export interface Look {
  /** What Bitbucket would refuse. */
  readonly problems: readonly Problem[];
  /** Environments that are there already, and would become the stack's. */
  readonly takenOver: readonly string[];
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
    return { problems: [], takenOver: [], unread, requests: 0 };
  }
  const { settings } = subject;
  const desired = compile(subject.model, settings, subject.asOf).bitbucket;
  const news = newEnvironments(desired.deployments, subject.resources);
  const read = new Reader(Bitbucket.session(settings.bitbucket.url, env), settings.bitbucket.workspace);
  const seen = await readWorkspace(read, {
    governing: settings.bitbucket.governing,
    repositories: [...declaredRepositories(desired, settings)],
    environmentsOf: news.map(({ repository }) => repository),
    most,
  });
  const { refusals, takenOver } = evaluate(subject, seen, desired);
  const problems = refusals.map((refusal) => problemAt(refusal, places[refusal.in]));
  return { problems: sortProblems(problems), takenOver, unread: seen.unread, requests: read.requests };
}

/** What was read, against what is declared. What was not read is not refused. @param desired what the subject compiles to */
export function evaluate(
  { model, settings, asOf, resources }: Subject,
  seen: Seen,
  desired = compile(model, settings, asOf).bitbucket,
): Encounters {
  const { bitbucket } = settings;
  const { members, projects } = seen;
  const known = knownPlaces(resources);
  const encounters = environmentEncounters(model, newEnvironments(desired.deployments, resources), seen);
  return {
    takenOver: encounters.takenOver,
    refusals: [
      ...(members ? accountRefusals(model, desired, bitbucket, members, asOf) : []),
      ...(members ? planRefusals(bitbucket, members) : []),
      ...(projects ? projectRefusals(model, settings, projects, known, seen) : []),
      ...repositoryRefusals(model, desired, settings, seen, known),
      ...runnerRefusals(desired, settings, seen),
      ...encounters.refusals,
    ],
  };
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
