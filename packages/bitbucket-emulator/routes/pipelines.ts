/**
 * Pipelines: switched on and off, started, looked at, stopped
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/). Starting one needs `write`.
 */
import { z } from "zod";
import { json } from "../body";
import {
  created,
  endpoint,
  noContent,
  ok,
  page,
  pick,
  repositoryOf,
  type Call,
  type Family,
} from "../endpoint";
import { type Pipeline, type Step } from "../code";
import { type Repository } from "../entities";
import { ApiError } from "../errors";
import { newUuid } from "../identifiers";
import { PipelineFileError, stepsFor } from "../pipelineFile";
import { showConfig, showPipeline, showStep } from "../presentPipeline";
import { triggerRefusal } from "../rules";
import { commitOf, contentOf } from "../commits";
import { branchesOf } from "../git/bare";

const path = "/2.0/repositories/:workspace/:repository";
const family: Family = "pipelines";
const read = { family, scopes: ["read:pipeline:bitbucket"] as const };
/** That pipelines run at all is a setting of the repository. */
const config = { family, scopes: ["admin:repository:bitbucket"] as const };
const fileName = "bitbucket-pipelines.yml";

const start = z.strictObject({
  target: z.strictObject({
    type: z.literal("pipeline_ref_target"),
    ref_type: z.literal("branch"),
    ref_name: z.string(),
    selector: z.strictObject({ type: z.literal("custom"), pattern: z.string() }).optional(),
  }),
  variables: z
    .array(z.strictObject({ key: z.string(), value: z.string(), secured: z.boolean().default(false) }))
    .default([]),
});

export const pipelineEndpoints = [
  endpoint(
    {
      ...config,
      method: "GET",
      path: `${path}/pipelines_config`,
    },
    (call) => ok(showConfig(repositoryOf(call, "read"))),
  ),

  endpoint(
    {
      ...config,
      method: "PUT",
      path: `${path}/pipelines_config`,
      body: json(z.strictObject({ type: z.string().optional(), enabled: z.boolean() })),
    },
    (call) => {
      const repository = repositoryOf(call, "admin");
      repository.pipelinesEnabled = call.body.enabled;
      return ok(showConfig(repository));
    },
  ),

  endpoint(
    {
      ...read,
      method: "GET",
      path: `${path}/pipelines`,
      paged: true,
    },
    (call) => {
      const repository = repositoryOf(call, "read");
      return page(call, repository.pipelines, (each) => showPipeline(call.state, repository, each));
    },
  ),

  endpoint(
    {
      family,
      scopes: ["read:pipeline:bitbucket", "write:pipeline:bitbucket"],
      method: "POST",
      path: `${path}/pipelines`,
      body: json(start),
    },
    (call) => {
      const repository = repositoryOf(call, "read");
      const refusal = triggerRefusal(call.state, repository, call.account.uuid);
      if (refusal !== undefined) throw new ApiError(403, "You may not run pipelines here.", refusal);
      const pipeline = pipelineOf(call, repository);
      repository.pipelines.push(pipeline);
      call.world.runner.start(repository, pipeline);
      return created(showPipeline(call.state, repository, pipeline));
    },
  ),

  endpoint(
    {
      ...read,
      method: "GET",
      path: `${path}/pipelines/:pipeline`,
    },
    (call) => {
      const repository = repositoryOf(call, "read");
      return ok(showPipeline(call.state, repository, find(call, repository)));
    },
  ),

  endpoint(
    {
      family,
      scopes: ["write:pipeline:bitbucket"],
      method: "POST",
      path: `${path}/pipelines/:pipeline/stopPipeline`,
    },
    (call) => {
      const repository = repositoryOf(call, "read");
      const refusal = triggerRefusal(call.state, repository, call.account.uuid);
      if (refusal !== undefined) throw new ApiError(403, "You may not stop pipelines here.", refusal);
      call.world.runner.stop(find(call, repository));
      return noContent();
    },
  ),

  endpoint(
    {
      ...read,
      method: "GET",
      path: `${path}/pipelines/:pipeline/steps`,
      paged: true,
    },
    (call) => page(call, find(call, repositoryOf(call, "read")).steps, showStep),
  ),

  endpoint(
    {
      ...read,
      method: "GET",
      path: `${path}/pipelines/:pipeline/steps/:step`,
    },
    (call) => ok(showStep(findStep(call))),
  ),

  endpoint(
    {
      ...read,
      method: "GET",
      path: `${path}/pipelines/:pipeline/steps/:step/log`,
    },
    (call) => ok(findStep(call).log),
  ),
];

function pipelineOf(call: Call<z.infer<typeof start>>, repository: Repository): Pipeline {
  if (!repository.pipelinesEnabled) throw new ApiError(400, "Pipelines is not enabled for this repository.");
  const { target, variables } = call.body;
  const branch = pick(branchesOf(repository), (each) => each.name === target.ref_name, "Branch").name;
  const commit = commitOf(repository, branch);
  const text = contentOf(repository, commit, fileName)?.toString();
  if (text === undefined) throw new ApiError(400, `There is no ${fileName} on ${branch}.`);
  const number = repository.pipelines.length + 1;
  try {
    const asked = stepsFor(text, branch, target.selector?.pattern, variables);
    return {
      uuid: newUuid(),
      number,
      creator: call.account.uuid,
      branch,
      commit: commit.hash,
      selector: asked.selector,
      variables: asked.variables.map((each) => ({ ...each, uuid: newUuid() })),
      createdOn: new Date().toISOString(),
      status: "PENDING",
      steps: asked.steps,
    };
  } catch (error) {
    if (error instanceof PipelineFileError) throw new ApiError(400, `${fileName}: ${error.message}`);
    throw error;
  }
}

/** By UUID, or by number as the web pages do. */
function find(call: Call<unknown>, repository: Repository): Pipeline {
  const asked = call.param("pipeline");
  const is = ({ uuid, number }: Pipeline): boolean => uuid === asked || String(number) === asked;
  return pick(repository.pipelines, is, `Pipeline ${asked}`);
}

function findStep(call: Call<unknown>): Step {
  const { steps } = find(call, repositoryOf(call, "read"));
  return pick(steps, ({ uuid }) => uuid === call.param("step"), "Step");
}
