/** The variables that every pipeline of every repository finds. Those of a repository or deployment win over them. */
import { z } from "zod";

import { adopt, defineResource, owned, workspace } from "../define";
import { ownedLifecycle } from "../owned-lifecycle";
import { type Seen, variableList, variables as declared } from "./variables";

const variables = "/workspaces/{workspace}/pipelines-config/variables";
const variable = `${variables}/{variable_uuid}` as const;
const type = "pipeline_variable";

interface Place {
  readonly workspace: string;
}

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/ */
export const workspaceVariables = defineResource({
  name: "WorkspaceVariables",
  description:
    "All pipeline variables of a workspace. One resource owns the whole list: what somebody adds by hand is seen by the next refresh and removed by the next update. Whoever may write in any repository can read them in a build.",
  example: `new bitbucket.WorkspaceVariables("acme", {
  workspace: "acme",
  variables: [{ key: "REGISTRY", value: "registry.acme.example", secured: false }],
});`,
  importId: "workspace",
  inputs: z.strictObject({ workspace, variables: declared, adopt }),
  outputs: owned,
  lifecycle: ownedLifecycle({
    property: "variables",
    idOf: (where: Place) => where.workspace,
    list: ({ workspace }, session, sent: readonly Seen[], wanted: readonly Seen[]) =>
      variableList(
        `workspace ${workspace}`,
        {
          all: () => session.list(variables, { workspace }),
          post: (body, find, secrets) =>
            session.create(variables, { workspace }, { type, ...body }, find, { secrets }),
          put: (uuid, body, secrets) =>
            session.put(variable, { workspace, variable_uuid: uuid }, { type, ...body }, { secrets }),
          delete: (uuid) => session.delete(variable, { workspace, variable_uuid: uuid }),
        },
        sent,
        wanted,
      ),
  }),
});
