/**
 * Variables of environments, repositories and the workspace
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/).
 *
 * The three places differ in their path (underscore for a repository, hyphen for a workspace), in who may
 * write, and in that an environment's variables have no single GET. A key is unique in its place, and a
 * secured value never comes back.
 */
import { z } from "zod";
import { json } from "../body";
import {
  checkAdministrator,
  created,
  endpoint,
  noContent,
  ok,
  page,
  pick,
  repositoryOf,
  type Call,
  type Endpoint,
  type World,
} from "../endpoint";
import { type Environment } from "../entities";
import { ApiError } from "../errors";
import { newUuid } from "../identifiers";
import * as show from "../present";
import { environmentOf } from "./environments";
import { type Variable } from "../records";

const fields = {
  type: z.string().optional(),
  uuid: z.string().optional(),
  key: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "letters, digits and underscores, no digit first"),
  value: z.string(),
  secured: z.boolean().optional(),
};
const creation = z.strictObject(fields);
const change = z.strictObject(fields).partial();

/** Something that holds variables: the list is replaced, not changed. */
interface Holder {
  variables: Variable[];
}

interface Place {
  readonly path: string;
  readonly single: boolean;
  /** What holds the variables of the call, once the caller is seen to have the right. */
  readonly holder: (call: Call<unknown>, right: "see" | "change") => Holder;
  readonly show: (variable: Variable) => object;
}

export const variableEndpoints = [
  ...endpointsOf({
    path: "/2.0/repositories/:workspace/:repository/deployments_config/environments/:environment/variables",
    single: false,
    holder(call, right) {
      const environment = environmentOf(call, repositoryOf(call, right === "see" ? "write" : "admin"));
      checkReady(environment, call.world);
      return environment;
    },
    show: show.deploymentVariable,
  }),
  ...endpointsOf({
    path: "/2.0/repositories/:workspace/:repository/pipelines_config/variables",
    single: true,
    holder: (call, right) => repositoryOf(call, right === "see" ? "write" : "admin"),
    show: show.variable,
  }),
  ...endpointsOf({
    path: "/2.0/workspaces/:workspace/pipelines-config/variables",
    single: true,
    holder(call) {
      checkAdministrator(call);
      return call.state;
    },
    show: show.variable,
  }),
];

function endpointsOf(place: Place): Endpoint[] {
  const { path } = place;
  const one = `${path}/:variable`;
  const family = "variables";
  const find = (call: Call<unknown>, holder: Holder): Variable => {
    const uuid = call.param("variable");
    return pick(holder.variables, (each) => each.uuid === uuid, `Variable ${uuid}`);
  };
  const single = endpoint(
    {
      method: "GET",
      path: one,
      family,
      scopes: ["read:pipeline:bitbucket"],
    },
    (call) => ok(place.show(find(call, place.holder(call, "see")))),
  );
  return [
    endpoint(
      {
        method: "GET",
        path,
        family,
        scopes: ["read:pipeline:bitbucket"],
        paged: true,
      },
      (call) => page(call, place.holder(call, "see").variables, place.show),
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
        const holder = place.holder(call, "change");
        const { key, value, secured = false } = call.body;
        checkKey(holder, key);
        const variable = { uuid: newUuid(), key, value, secured };
        holder.variables = [...holder.variables, variable];
        return created(place.show(variable));
      },
    ),
    ...(place.single ? [single] : []),
    endpoint(
      {
        method: "PUT",
        path: one,
        family,
        scopes: ["admin:pipeline:bitbucket"],
        body: json(change),
      },
      (call) => {
        const holder = place.holder(call, "change");
        const variable = find(call, holder);
        const { key = variable.key, value = variable.value, secured = variable.secured } = call.body;
        if (key !== variable.key) checkKey(holder, key);
        if (variable.secured && !secured && call.body.value === undefined) {
          throw new ApiError(400, `${key} is secured: to make it plain, send its value as well`);
        }
        Object.assign(variable, { key, value, secured });
        return ok(place.show(variable));
      },
    ),
    endpoint(
      {
        method: "DELETE",
        path: one,
        family,
        scopes: ["admin:pipeline:bitbucket"],
      },
      (call) => {
        const holder = place.holder(call, "change");
        const gone = find(call, holder);
        holder.variables = holder.variables.filter((each) => each !== gone);
        return noContent();
      },
    ),
  ];
}

/** A new environment is not known to the service that keeps the variables until a little later. */
function checkReady(environment: Environment, { clock, environmentDelay }: World): void {
  if (clock.now() >= Date.parse(environment.createdOn) + environmentDelay) return;
  throw new ApiError(404, `Environment ${environment.uuid} not found`);
}

function checkKey(holder: Holder, key: string): void {
  if (!holder.variables.some((each) => each.key === key)) return;
  throw new ApiError(409, `A variable named ${key} exists already.`);
}
