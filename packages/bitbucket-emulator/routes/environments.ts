/**
 * Deployment environments (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-deployments/). They
 * are changed by posting a change, and the gate `admin_only` belongs to the Premium plan.
 */
import { z } from "zod";
import { json } from "../body";
import { environmentTypes } from "../contract";
import { accepted, created, endpoint, noContent, ok, page, pick, repositoryOf, type Call } from "../endpoint";
import { type Environment, type Repository, type State } from "../entities";
import { ApiError } from "../errors";
import { newUuid } from "../identifiers";
import * as show from "../present";

const path = "/2.0/repositories/:workspace/:repository/environments";
const family = "environments";

const restrictions = z.strictObject({ type: z.string().optional(), admin_only: z.boolean() });

const creation = z.strictObject({
  type: z.string().optional(),
  name: z.string().min(1),
  environment_type: z.strictObject({
    type: z.string().optional(),
    name: z.enum(environmentTypes),
    rank: z.number().optional(),
  }),
  restrictions: restrictions.optional(),
});

const change = z.strictObject({
  change: z.strictObject({ name: z.string().min(1).optional(), restrictions: restrictions.optional() }),
});

export const environmentEndpoints = [
  endpoint(
    {
      method: "GET",
      path,
      family,
      scopes: ["read:pipeline:bitbucket"],
      paged: true,
    },
    (call) => {
      const { environments } = repositoryOf(call, "read");
      return page(call, environments, (each) => show.environment(each, environments.indexOf(each)));
    },
  ),

  endpoint(
    {
      method: "POST",
      path,
      family,
      scopes: ["admin:pipeline:bitbucket"],
      body: json(creation),
    },
    (call) => {
      const repository = repositoryOf(call, "admin");
      const { name, environment_type, restrictions: gate } = call.body;
      checkName(repository, name);
      checkPlan(call.state, gate?.admin_only);
      const environment: Environment = {
        uuid: newUuid(),
        name,
        type: environment_type.name,
        adminOnly: gate?.admin_only ?? false,
        createdOn: call.world.clock.text(),
        variables: [],
      };
      repository.environments.push(environment);
      return created(show.environment(environment, repository.environments.length - 1));
    },
  ),

  endpoint(
    {
      method: "GET",
      path: `${path}/:environment`,
      family,
      scopes: ["read:pipeline:bitbucket"],
    },
    (call) => {
      const repository = repositoryOf(call, "read");
      const found = environmentOf(call, repository);
      return ok(show.environment(found, repository.environments.indexOf(found)));
    },
  ),

  endpoint(
    {
      method: "POST",
      path: `${path}/:environment/changes`,
      family,
      scopes: ["admin:pipeline:bitbucket"],
      body: json(change),
    },
    (call) => {
      const repository = repositoryOf(call, "admin");
      const environment = environmentOf(call, repository);
      const { name, restrictions: gate } = call.body.change;
      if (name !== undefined && name !== environment.name) checkName(repository, name);
      checkPlan(call.state, gate?.admin_only);
      const { clock, changeDelay } = call.world;
      const due = clock.now() + changeDelay;
      const { admin_only: adminOnly } = gate ?? {};
      const accept = {
        due,
        ...(name === undefined ? {} : { name }),
        ...(adminOnly === undefined ? {} : { adminOnly }),
      };
      environment.changes = [...(environment.changes ?? []), accept];
      settleChanges(call.state, clock.now());
      return accepted();
    },
  ),

  endpoint(
    {
      method: "DELETE",
      path: `${path}/:environment`,
      family,
      scopes: ["admin:pipeline:bitbucket"],
    },
    (call) => {
      const repository = repositoryOf(call, "admin");
      const gone = environmentOf(call, repository);
      repository.environments = repository.environments.filter((each) => each !== gone);
      return noContent();
    },
  ),
];

/** The environment of the call, by UUID. */
export function environmentOf(call: Call<unknown>, repository: Repository): Environment {
  const uuid = call.param("environment");
  return pick(repository.environments, (each) => each.uuid === uuid, `Environment ${uuid}`);
}

/** Carries out the accepted changes of environments whose time has come, in the order they were accepted. */
export function settleChanges(state: State, now: number): void {
  for (const environment of state.repositories.flatMap(({ environments }) => environments)) {
    const { changes = [] } = environment;
    if (changes.length === 0) continue;
    for (const { name, adminOnly } of changes.filter(({ due }) => due <= now)) {
      environment.name = name ?? environment.name;
      environment.adminOnly = adminOnly ?? environment.adminOnly;
    }
    environment.changes = changes.filter(({ due }) => due > now);
  }
}

function checkName(repository: Repository, name: string): void {
  const taken = repository.environments.some((each) => each.name.toLowerCase() === name.toLowerCase());
  if (taken) throw new ApiError(409, `An environment named ${name} exists already.`);
}

function checkPlan(state: State, adminOnly: boolean | undefined): void {
  if (adminOnly !== true || state.workspace.plan === "premium") return;
  throw new ApiError(402, "Deployment permissions need the Premium plan.", `plan: ${state.workspace.plan}`);
}
