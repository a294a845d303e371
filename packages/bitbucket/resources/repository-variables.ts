/** The variables that every pipeline of a repository finds. A deployment's own of the same name win over them. */
import { z } from "zod";

import { adopt, at, defineResource, inRepository, repositoryNaming, owned, type Place } from "../define";
import { ownedLifecycle } from "../owned-lifecycle";
import { type Seen, variableList, variables as declared } from "./variables";

const variables = "/repositories/{workspace}/{repo_slug}/pipelines_config/variables";
const variable = `${variables}/{variable_uuid}` as const;
const type = "pipeline_variable";

const idOf = ({ workspace, repository }: Place) => `${workspace}/${repository}`;

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/ */
export const repositoryVariables = defineResource({
  name: "RepositoryVariables",
  description:
    "All pipeline variables of a repository. One resource owns the whole list: what somebody adds by hand is seen by the next refresh and removed by the next update.",
  example: `new bitbucket.RepositoryVariables("web", {
  workspace: "acme",
  repository: "web",
  variables: [{ key: "REGION", value: "eu", secured: false }],
});`,
  importId: "workspace/repository",
  inputs: z.strictObject({ ...inRepository, variables: declared, adopt }),
  outputs: owned,
  naming: repositoryNaming,
  lifecycle: ownedLifecycle({
    property: "variables",
    idOf,
    list: (where: Place, session, sent: readonly Seen[], wanted: readonly Seen[]) =>
      variableList(
        `repository ${idOf(where)}`,
        {
          all: () => session.list(variables, at(where)),
          post: (body, find, secrets) =>
            session.create(variables, at(where), { type, ...body }, find, { secrets }),
          put: (uuid, body, secrets) =>
            session.put(variable, { ...at(where), variable_uuid: uuid }, { type, ...body }, { secrets }),
          delete: (uuid) => session.delete(variable, { ...at(where), variable_uuid: uuid }),
        },
        sent,
        wanted,
      ),
  }),
});
