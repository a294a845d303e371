/**
 * The UUID of a project, which stays when its key changes. Nothing is made in Bitbucket; it is a resource so that the state
 * keeps it. Projects are found by their key alone, so all of them are one list, whatever number is asked for.
 */
import { z } from "zod";

import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import type { Session } from "../api/client";
import { defineResource, placeNow, projectKey, workspace } from "../define";

export interface ProjectPlace {
  readonly workspace: string;
  readonly project: string;
  readonly projectUuid?: string | undefined;
}

const idOf = ({ workspace, project }: ProjectPlace) => `${workspace}/${project}`;

interface Listed {
  readonly key?: string;
  readonly uuid?: string;
}

async function projectsOf(workspace: string, session: Session): Promise<readonly Listed[]> {
  return session.list("/workspaces/{workspace}/projects", { workspace });
}

async function look(place: ProjectPlace, session: Session): Promise<string | undefined> {
  return (await projectsOf(place.workspace, session)).find(({ key }) => key === place.project)?.uuid;
}

/** The key that a project has now; undefined if it is gone. */
export async function keyNow(
  { workspace }: ProjectPlace,
  uuid: string,
  session: Session,
): Promise<string | undefined> {
  return (await projectsOf(workspace, session)).find((one) => one.uuid === uuid)?.key;
}

const absent = (place: ProjectPlace) =>
  new Problem(
    `project ${idOf(place)} is not there, or this account may not see it; check its key, and that the account has access`,
  );

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-projects/ */
export const projectIdentity = defineResource({
  name: "ProjectIdentity",
  description:
    "The UUID of a project, by which `ProjectPermissions` finds it when its key changes. Nothing is made or deleted in Bitbucket.",
  example: `const { uuid } = new bitbucket.ProjectIdentity("PAY", { workspace: "acme", project: "PAY" });`,
  importId: "workspace/project",
  inputs: z.strictObject({
    workspace,
    project: projectKey.meta({
      description: "Key of the project, for example `PAY`.",
      replaceOnChanges: true,
    }),
  }),
  outputs: z.object({
    uuid: z.string().meta({ description: "UUID of the project, with braces.", stable: true }),
  }),
  naming: {
    by: ["workspace", "project"],

    /** Where nobody can be asked, as in the preview of a pull request, the update asks. */
    async isSame({ outputs: { uuid } }, { workspace, project }, session) {
      if (workspace === undefined || project === undefined) return false;
      try {
        return [uuid, undefined].includes(await look({ workspace, project }, session));
      } catch (thrown) {
        if (thrown instanceof Problem) return true;
        throw thrown;
      }
    },
  },
  lifecycle: {
    async create(inputs, session) {
      const uuid = await look(inputs, session);
      if (uuid === undefined) throw absent(inputs);
      return { id: idOf(inputs), outputs: { uuid } };
    },

    async read(named, session, previous) {
      const place = placeNow(named, previous);
      const known = previous?.outputs.uuid;
      const there = (await projectsOf(place.workspace, session)).find((one) =>
        known === undefined ? one.key === place.project : one.uuid === known,
      );
      const { key: project, uuid } = there ?? {};
      if (project === undefined || uuid === undefined) return undefined;
      const now = { ...place, project };
      if (project !== place.project)
        session.say(`project ${idOf(place)} is ${idOf(now)} now; write that key where it is declared`);
      return { id: idOf(now), inputs: now, outputs: { uuid } };
    },

    async update({ inputs: before, outputs: { uuid } }, inputs, session) {
      const now = await look(inputs, session);
      if (now === undefined) throw absent(inputs);
      if (now === uuid) return { uuid };
      throw new Problem(
        `project ${idOf(inputs)} is ${now}, and not ${uuid}, which this stack knows as ${idOf(before)}: it is another one, and not a new key of that; declare it by itself`,
      );
    },

    delete: () => Promise.resolve(),
  },
});
