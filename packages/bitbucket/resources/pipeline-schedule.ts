/**
 * A pipeline that starts by itself. Bitbucket lets a schedule be switched on and off and nothing else, so any other
 * change makes a new one. A schedule has no name: what it starts, where and when is what it is known by.
 */
import { z } from "zod";

import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import type { Session } from "../api/client";
import type { Body, Item } from "../api/contract";
import { isGone } from "../api/explain";
import { adopt, at, defineResource, inRepository, repositoryNaming, type Place, placeNow } from "../define";

const schedules = "/repositories/{workspace}/{repo_slug}/pipelines_config/schedules";
const schedule = `${schedules}/{schedule_uuid}` as const;

/** Seven fields: second, minute, hour, day of month, month, day of week, year. */
const quartz = /^[0-9A-Za-z*?,/#-]+( [0-9A-Za-z*?,/#-]+){6}$/;

interface Content {
  readonly branch: string;
  readonly pipeline?: string | undefined;
  readonly cron: string;
  readonly enabled: boolean;
}

/** https://support.atlassian.com/bitbucket-cloud/docs/pipeline-triggers/ */
export const pipelineSchedule = defineResource({
  name: "PipelineSchedule",
  description: "A pipeline of a repository that starts by a schedule.",
  example: `new bitbucket.PipelineSchedule("rotation", {
  workspace: "acme",
  repository: "infrastructure",
  branch: "main",
  pipeline: "rotate",
  cron: "0 30 2 * * ? *",
});`,
  importId: "workspace/repository/schedule",
  inputs: z.strictObject({
    ...inRepository,
    branch: z.string().min(1).meta({
      description: "Branch whose latest commit is built, for example `main`.",
      replaceOnChanges: true,
    }),
    pipeline: z.string().min(1).optional().meta({
      description:
        "Name of a pipeline under `custom:` in the repository's pipeline file. Default: what a push to the branch would start.",
      replaceOnChanges: true,
    }),
    cron: z
      .string()
      .regex(
        quartz,
        "seven Quartz fields (second minute hour day month weekday year), for example 0 30 2 * * ? *",
      )
      .meta({
        description:
          "When, in UTC, as seven Quartz fields: second, minute, hour, day of the month, month, day of the week, year. For example `0 30 2 * * ? *`, at 02:30 every day.",
        replaceOnChanges: true,
      }),
    enabled: z.boolean().default(true).meta({ description: "Whether it starts anything. Default: it does." }),
    adopt,
  }),
  outputs: z.object({
    uuid: z.string().meta({ description: "UUID of the schedule, with braces.", stable: true }),
    adopted: z.boolean().meta({
      description: "Whether it was there without this resource. Deleting the resource then leaves it.",
      stable: true,
    }),
  }),
  naming: repositoryNaming,
  lifecycle: {
    async create(inputs, session) {
      const there = await find(inputs, session);
      const { branch, pipeline = "", cron } = inputs;
      const place = `schedule ${idOf(inputs, cron)} ${branch} ${pipeline}`;
      const { wasThere: adopted, end } = session.firstLooks.beginOne(place, there !== undefined);
      const lookUp = () => find(inputs, session);
      const { uuid = "" } =
        there ?? (await session.createNamed(schedules, at(inputs), toBody(inputs), "uuid", lookUp));
      if (there !== undefined && there.enabled !== inputs.enabled) {
        if (adopted && !inputs.adopt) refuseOther(inputs, there);
        await setEnabled(inputs, session, uuid, inputs.enabled);
      }
      end();
      return { id: idOf(inputs, uuid), outputs: { uuid, adopted } };
    },

    async read({ schedule: key, ...named }, session, previous) {
      const place = placeNow(named, previous);
      const there = (await all(place, session)).find(({ uuid }) => uuid === key);
      if (there === undefined) return undefined;
      const outputs = { uuid: key, adopted: previous?.outputs.adopted ?? false };
      return { id: idOf(place, key), inputs: { ...place, ...contentOf(there) }, outputs };
    },

    async update({ inputs: before, outputs }, inputs, session) {
      if (before.enabled !== inputs.enabled) await setEnabled(inputs, session, outputs.uuid, inputs.enabled);
      return outputs;
    },

    async delete({ inputs, outputs: { uuid, adopted } }, session) {
      if (!adopted) await session.delete(schedule, { ...at(inputs), schedule_uuid: uuid });
    },
  },
});

type Schedule = Item<typeof schedules>;

const idOf = ({ workspace, repository }: Place, uuid: string) => `${workspace}/${repository}/${uuid}`;

async function all(place: Place, session: Session): Promise<readonly Schedule[]> {
  try {
    return await session.list(schedules, at(place));
  } catch (thrown) {
    if (isGone(thrown)) return [];
    throw thrown;
  }
}

async function find(wanted: Place & Content, session: Session): Promise<Schedule | undefined> {
  return (await session.list(schedules, at(wanted))).find((item) => {
    const { branch, pipeline, cron } = contentOf(item);
    return branch === wanted.branch && pipeline === wanted.pipeline && cron === wanted.cron;
  });
}

async function setEnabled(place: Place, session: Session, uuid: string, enabled: boolean): Promise<void> {
  const body = { type: "pipeline_schedule_put_request_body", enabled } as const;
  await session.put(schedule, { ...at(place), schedule_uuid: uuid }, body);
}

function contentOf({ cron_pattern: cron = "", enabled = false, target }: Schedule): Content {
  const { type, pattern } = (target?.selector ?? {}) as { type?: string; pattern?: string };
  const branch = target?.ref_name ?? "";
  return { branch, ...(type === "custom" && { pipeline: pattern }), cron, enabled };
}

/**
 * Discriminators as the documentation's examples have them
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/); the generated types demand the names
 * of their schemas instead.
 */
function toBody({ branch, pipeline, cron, enabled }: Content): Body<typeof schedules, "post"> {
  const selector =
    pipeline === undefined ? { type: "branches", pattern: branch } : { type: "custom", pattern: pipeline };
  const target = { type: "pipeline_ref_target", ref_type: "branch", ref_name: branch, selector };
  return { cron_pattern: cron, enabled, target } as unknown as Body<typeof schedules, "post">;
}

function refuseOther(declared: Place & Content, there: Schedule): never {
  const text = (enabled = false) => (enabled ? "enabled" : "not enabled");
  throw new Problem(
    `a schedule of ${declared.pipeline ?? "the default pipeline"} on branch ${declared.branch} at ${declared.cron} is there already in repository ${declared.workspace}/${declared.repository} with other content: present ${text(there.enabled)}; declared ${text(declared.enabled)}; declare it as it is, or set adopt: true to change it`,
  );
}
