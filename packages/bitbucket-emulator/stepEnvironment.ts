/**
 * What a step finds in its environment: exactly what Bitbucket would give it, and nothing of the machine that
 * it runs on (https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/).
 */
import { type Pipeline, type Step } from "./code";
import { type Environment, type Repository, type State } from "./entities";
import { type Variable } from "./records";

/** Where a Debian container has its programs. */
const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export interface StepContext {
  readonly state: State;
  readonly repository: Repository;
  readonly pipeline: Pipeline;
  readonly step: Step;
  /** Undefined unless the step deploys. */
  readonly environment?: Environment;
  /** Folder that the step runs in. */
  readonly folder: string;
  /** Undefined unless the step asks for one. */
  readonly oidcToken?: string;
}

/** The whole environment of a step's process. */
export function stepEnvironment(context: StepContext): Record<string, string> {
  const variables = variablesOf(context).map(({ key, value }) => [key, value] as const);
  return { PATH: searchPath, ...defaults(context), ...Object.fromEntries(variables) };
}

/**
 * The variables of a step, weakest first: a later one of the same key overrides an earlier. Those of an
 * environment count only in a step that deploys to it.
 */
function variablesOf({ state, repository, pipeline, environment }: StepContext): readonly Variable[] {
  return [
    ...state.variables,
    ...repository.variables,
    ...(environment?.variables ?? []),
    ...pipeline.variables,
  ];
}

function defaults(context: StepContext): Record<string, string> {
  const { state, repository, pipeline, step, environment, folder, oidcToken } = context;
  const { workspace } = state;
  const project = state.projects.find((each) => each.key === repository.project);
  const name = `${workspace.slug}/${repository.slug}`;
  return {
    CI: "true",
    BITBUCKET_WORKSPACE: workspace.slug,
    BITBUCKET_REPO_OWNER: workspace.slug,
    BITBUCKET_REPO_OWNER_UUID: workspace.uuid,
    BITBUCKET_REPO_SLUG: repository.slug,
    BITBUCKET_REPO_UUID: repository.uuid,
    BITBUCKET_REPO_FULL_NAME: name,
    BITBUCKET_REPO_IS_PRIVATE: "true",
    BITBUCKET_PROJECT_KEY: repository.project,
    BITBUCKET_PROJECT_UUID: project?.uuid ?? "",
    BITBUCKET_GIT_HTTP_ORIGIN: `http://bitbucket.org/${name}`,
    BITBUCKET_GIT_SSH_ORIGIN: `git@bitbucket.org:${name}.git`,
    BITBUCKET_BRANCH: pipeline.branch,
    BITBUCKET_COMMIT: pipeline.commit,
    BITBUCKET_CLONE_DIR: folder,
    BITBUCKET_BUILD_NUMBER: String(pipeline.number),
    BITBUCKET_PIPELINE_UUID: pipeline.uuid,
    BITBUCKET_STEP_UUID: step.uuid,
    BITBUCKET_STEP_TRIGGERER_UUID: pipeline.creator,
    BITBUCKET_STEP_RUN_NUMBER: "1",
    ...(environment
      ? {
          BITBUCKET_DEPLOYMENT_ENVIRONMENT: environment.name,
          BITBUCKET_DEPLOYMENT_ENVIRONMENT_UUID: environment.uuid,
        }
      : {}),
    ...(oidcToken === undefined ? {} : { BITBUCKET_STEP_OIDC_TOKEN: oidcToken }),
  };
}

/** What a log must not show, by the name that it shows instead; the longest first, so that none is cut. */
export function secretsOf(context: StepContext): readonly (readonly [name: string, value: string])[] {
  const { oidcToken } = context;
  return [
    ...variablesOf(context)
      .filter((variable) => variable.secured)
      .map(({ key, value }) => [key, value] as const),
    ...(oidcToken === undefined ? [] : [["BITBUCKET_STEP_OIDC_TOKEN", oidcToken] as const]),
  ]
    .filter(([, value]) => value !== "")
    .sort(([, one], [, other]) => other.length - one.length);
}

/** A log with every secret replaced by `$NAME`. */
export function mask(text: string, secrets: readonly (readonly [name: string, value: string])[]): string {
  return secrets.reduce((masked, [name, value]) => masked.replaceAll(value, () => `$${name}`), text);
}
