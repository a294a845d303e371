/**
 * The variables that a step deployed to an environment finds. An environment that was just made answers 404 for its
 * variables for a moment.
 */
import { z } from "zod";

import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import type { Session } from "../api/client";
import { isGone } from "../api/explain";
import { settled } from "../api/retry";
import {
  adopt,
  adoptBy,
  at,
  defineResource,
  inRepository,
  repositoryNaming,
  owned,
  type Place,
  uuid,
} from "../define";
import { ownedLifecycle } from "../owned-lifecycle";
import { find as findEnvironment } from "./deployment";
import { type Seen, variableList, variables as declared } from "./variables";

const variables =
  "/repositories/{workspace}/{repo_slug}/deployments_config/environments/{environment_uuid}/variables";
const variable = `${variables}/{variable_uuid}` as const;
const type = "deployment_variable";

interface Where extends Place {
  readonly environment: string;
}

const atVariables = (where: Where) => ({ ...at(where), environment_uuid: where.environment });
const idOf = ({ workspace, repository, environment }: Where) => `${workspace}/${repository}/${environment}`;

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/ */
export const deploymentVariables = defineResource({
  name: "DeploymentVariables",
  description:
    'Variables of a deployment environment: those that are declared, or, with `others: "remove"`, the whole list. Then what somebody adds by hand is seen by the next refresh and removed by the next update.',
  example: `new bitbucket.DeploymentVariables("web-prod", {
  workspace: "acme",
  repository: "web",
  environment: prod.uuid,
  variables: [{ key: "TOKEN", value: token }],
});`,
  importId: "workspace/repository/environment",
  inputs: z.strictObject({
    ...inRepository,
    environment: uuid.meta({ description: "UUID of the environment, with braces.", replaceOnChanges: true }),
    variables: declared.meta({ description: "The variables that this resource owns." }),
    others: z.enum(["keep", "remove"]).default("keep").meta({
      description:
        "What becomes of variables that are declared nowhere: they are somebody else's and stay, unseen, or the whole list is this resource's and they are removed. Default: they stay.",
    }),
    adopt,
    adoptBy,
  }),
  outputs: owned,
  naming: repositoryNaming,
  lifecycle: ownedLifecycle({
    property: "variables",
    idOf,
    firstReading: onceReady,
    locate: locateEnvironment,
    list(where: Where, session, sent: readonly Seen[], wanted: readonly Seen[]) {
      const place = atVariables(where);
      return variableList(
        `environment ${idOf(where)}`,
        {
          all: () => session.list(variables, place),
          post: (body, find, secrets) =>
            session.create(variables, place, { type, ...body }, find, { secrets }),
          put: (uuid, body, secrets) =>
            session.put(variable, { ...place, variable_uuid: uuid }, { type, ...body }, { secrets }),
          delete: (uuid) => session.delete(variable, { ...place, variable_uuid: uuid }),
        },
        sent,
        wanted,
      );
    },
  }),
});

/** Reads again and again, for some seconds at most, until a new environment takes variables. */
async function onceReady<T>(where: Where, session: Session, read: () => Promise<T>): Promise<T> {
  const ready = await settled(async () => {
    try {
      return await read();
    } catch (thrown) {
      if (isGone(thrown)) return undefined;
      throw thrown;
    }
  }, session.signal);
  if (ready !== undefined) return ready;
  throw new Problem(
    `environment ${where.environment} of repository ${where.workspace}/${where.repository} takes no variables: bitbucket answers 404; check that it exists and that this account may see it`,
  );
}

/** An import may name the environment by its name. */
async function locateEnvironment(at: Where, session: Session): Promise<Where | undefined> {
  if (at.environment.startsWith("{")) return at;
  try {
    const there = await findEnvironment(at, session, at.environment);
    return there?.uuid === undefined ? undefined : { ...at, environment: there.uuid };
  } catch (thrown) {
    if (isGone(thrown)) return undefined;
    throw thrown;
  }
}
