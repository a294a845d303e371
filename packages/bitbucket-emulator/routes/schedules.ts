/**
 * Schedules of pipelines (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/). All that
 * can be changed of one is whether it is enabled. Nothing starts by itself here: a laptop runs what it is told.
 */
import { z } from "zod";
import { json } from "../body";
import { type Schema } from "../contract";
import { cronProblem } from "../cron";
import { endpoint, noContent, ok, page, pick, repositoryOf, type Call, type Family } from "../endpoint";
import { type Repository } from "../entities";
import { tipOf } from "../git/bare";
import { ApiError } from "../errors";
import { newUuid } from "../identifiers";
import { type Schedule } from "../records";

const path = "/2.0/repositories/:workspace/:repository/pipelines_config/schedules";
const family: Family = "pipelines";
const read = { family, scopes: ["read:pipeline:bitbucket"] as const };
const write = { family, scopes: ["read:pipeline:bitbucket", "write:pipeline:bitbucket"] as const };
const remove = { family, scopes: ["write:pipeline:bitbucket"] as const };

/** As many as a repository takes. */
const mostSchedules = 10;

const creation = z.strictObject({
  type: z.string().optional(),
  cron_pattern: z.string(),
  enabled: z.boolean().default(true),
  target: z.strictObject({
    type: z.literal("pipeline_ref_target").optional(),
    ref_type: z.literal("branch"),
    ref_name: z.string().min(1),
    selector: z.strictObject({
      type: z.enum(["bookmarks", "branches", "custom", "default", "tags"]),
      pattern: z.string().optional(),
    }),
  }),
});
const change = z.strictObject({ type: z.string().optional(), enabled: z.boolean() });

export const scheduleEndpoints = [
  endpoint({ ...read, method: "GET", path, paged: true }, (call) =>
    page(call, repositoryOf(call, "read").schedules ?? [], show),
  ),

  endpoint({ ...write, method: "POST", path, body: json(creation) }, (call) => {
    const repository = repositoryOf(call, "write");
    const { cron_pattern: cron, enabled, target } = call.body;
    const problem = cronProblem(cron);
    if (problem !== undefined) throw new ApiError(400, "The cron pattern is not valid.", problem);
    if (tipOf(repository, target.ref_name) === undefined)
      throw new ApiError(400, `The branch ${target.ref_name} does not exist.`);
    // Of all statuses, it is this one.
    if ((repository.schedules ?? []).length >= mostSchedules) {
      throw new ApiError(401, "The maximum limit of schedules for this repository was reached.");
    }
    const now = call.world.clock.text();
    const { type, pattern } = target.selector;
    const schedule: Schedule = {
      uuid: newUuid(),
      cron,
      branch: target.ref_name,
      selector: { type, ...(pattern === undefined ? {} : { pattern }) },
      enabled,
      createdOn: now,
      updatedOn: now,
    };
    (repository.schedules ??= []).push(schedule);
    const location = `${call.url.origin}${call.url.pathname}/${encodeURIComponent(schedule.uuid)}`;
    return { status: 201, body: show(schedule), headers: { location } };
  }),

  endpoint({ ...read, method: "GET", path: `${path}/:schedule` }, (call) =>
    ok(show(find(call, repositoryOf(call, "read")))),
  ),

  endpoint({ ...write, method: "PUT", path: `${path}/:schedule`, body: json(change) }, (call) => {
    const schedule = find(call, repositoryOf(call, "write"));
    schedule.enabled = call.body.enabled;
    schedule.updatedOn = call.world.clock.text();
    return ok(show(schedule));
  }),

  endpoint({ ...remove, method: "DELETE", path: `${path}/:schedule` }, (call) => {
    const repository = repositoryOf(call, "write");
    const gone = find(call, repository);
    repository.schedules = repository.schedules?.filter((each) => each !== gone) ?? [];
    return noContent();
  }),
];

function find(call: Call<unknown>, { schedules = [] }: Repository): Schedule {
  const uuid = call.param("schedule");
  return pick(schedules, (each) => each.uuid === uuid, `Schedule ${uuid}`);
}

function show(shown: Schedule): object {
  const target: Schema<"pipeline_ref_target"> = {
    type: "pipeline_ref_target",
    ref_type: "branch",
    ref_name: shown.branch,
  };
  const body: Schema<"pipeline_schedule"> = {
    type: "pipeline_schedule",
    uuid: shown.uuid,
    enabled: shown.enabled,
    cron_pattern: shown.cron,
    target,
    created_on: shown.createdOn,
    updated_on: shown.updatedOn,
  };
  // The document's own type for a selector contradicts itself and admits none.
  return { ...body, target: { ...target, selector: shown.selector } };
}
