/**
 * How pipelines and their steps look from outside. The contract has a schema for every state and every result,
 * told apart by `type` and `name`.
 */
import { type Schema } from "./contract";
import { type Outcome, type Pipeline, type Step } from "./code";
import { type Repository, type State } from "./entities";
import { repository as showRepository, userBy, variable } from "./present";

/** Whether pipelines are enabled; nothing else of the configuration is played. */
export function showConfig(repository: Repository): Schema<"pipelines_config"> {
  return { type: "pipelines_config", enabled: repository.pipelinesEnabled };
}

/** A pipeline with its state and, once it has ended, its result. Values of secured variables are left out. */
export function showPipeline(state: State, repository: Repository, pipeline: Pipeline): Schema<"pipeline"> {
  const target: Schema<"pipeline_ref_target"> = {
    type: "pipeline_ref_target",
    ref_type: "branch",
    ref_name: pipeline.branch,
    commit: { type: "commit", hash: pipeline.commit },
  };
  return {
    type: "pipeline",
    uuid: pipeline.uuid,
    build_number: pipeline.number,
    creator: userBy(state, pipeline.creator),
    repository: showRepository(state, repository),
    // The document's own type for a selector contradicts itself and admits none.
    target: { ...target, selector: pipeline.selector },
    state: pipelineState(pipeline.status),
    variables: pipeline.variables.map(variable),
    created_on: pipeline.createdOn,
    ...(pipeline.completedOn === undefined ? {} : { completed_on: pipeline.completedOn }),
  };
}

type PipelineState =
  | Schema<"pipeline_state_pending">
  | Schema<"pipeline_state_in_progress">
  | Schema<"pipeline_state_completed">;

function pipelineState(status: Pipeline["status"]): PipelineState {
  switch (status) {
    case "PENDING":
      return { type: "pipeline_state_pending", name: status };
    case "IN_PROGRESS":
    case "PAUSED": {
      const [name, type] = status === "PAUSED" ? ["PAUSED", "paused"] : ["RUNNING", "running"];
      const stage = { type: `pipeline_state_in_progress_${type}`, name };
      return { type: "pipeline_state_in_progress", name: "IN_PROGRESS", stage };
    }
    case "SUCCESSFUL":
    case "FAILED":
    case "ERROR":
    case "STOPPED":
      return { type: "pipeline_state_completed", name: "COMPLETED", result: result("pipeline", status) };
  }
}

/** A step: its script is shown as written, and its log is not part of it. */
export function showStep(step: Step): Schema<"pipeline_step"> {
  return {
    type: "pipeline_step",
    uuid: step.uuid,
    name: step.name,
    script_commands: step.script.map((command) => ({ name: command, command })),
    state: stepState(step.status),
    ...(step.startedOn === undefined ? {} : { started_on: step.startedOn }),
    ...(step.completedOn === undefined ? {} : { completed_on: step.completedOn }),
  };
}

type StepState =
  | Schema<"pipeline_step_state_pending">
  | Schema<"pipeline_step_state_in_progress">
  | Schema<"pipeline_step_state_completed">;

function stepState(status: Step["status"]): StepState {
  switch (status) {
    case "PENDING":
    case "PAUSED": {
      const stage = { type: "pipeline_step_state_pending_paused", name: "PAUSED" };
      return {
        type: "pipeline_step_state_pending",
        name: "PENDING",
        ...(status === "PAUSED" ? { stage } : {}),
      };
    }
    case "IN_PROGRESS":
      return { type: "pipeline_step_state_in_progress", name: status };
    case "NOT_RUN":
    case "SUCCESSFUL":
    case "FAILED":
    case "ERROR":
    case "STOPPED":
      return {
        type: "pipeline_step_state_completed",
        name: "COMPLETED",
        result: result("pipeline_step", status),
      };
  }
}

function result(of: "pipeline" | "pipeline_step", name: Outcome | "NOT_RUN"): { type: string; name: string } {
  return { type: `${of}_state_completed_${name.toLowerCase()}`, name };
}
