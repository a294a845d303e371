/**
 * Repositories made, renamed, moved to another project and deleted
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/). A rename changes the slug; the old address
 * leads to the new one until another repository takes it. What has a slug is told apart by its UUID alone.
 */
import { z } from "zod";
import { json } from "../body";
import { checkAdministrator, endpoint, noContent, ok, repositoryOf } from "../endpoint";
import { type Repository, type State } from "../entities";
import { removeBare } from "../git/bare";
import { ApiError } from "../errors";
import { newUuid, slugOf } from "../identifiers";
import * as show from "../present";

const path = "/2.0/repositories/:workspace/:repository";
const family = "repositories";
const project = z.strictObject({ key: z.string() });

export const repositoryLifeEndpoints = [
  endpoint(
    {
      method: "POST",
      path,
      family,
      scopes: ["admin:repository:bitbucket"],
      body: json(
        z.strictObject({ scm: z.literal("git").optional(), is_private: z.boolean().optional(), project }),
      ),
    },
    (call) => {
      checkAdministrator(call);
      const { state } = call;
      const slug = call.param("repository");
      checkFree(state, slug);
      checkProject(state, call.body.project.key);
      release(state, slug);
      const made: Repository = {
        uuid: newUuid(),
        slug,
        name: slug,
        project: call.body.project.key,
        createdOn: call.world.clock.text(),
        mainBranch: "main",
        grants: { groups: [], users: [] },
        restrictions: [],
        environments: [],
        variables: [],
        initial: [],
        pullRequests: [],
        pipelinesEnabled: false,
        pipelines: [],
      };
      call.world.store.place(made);
      state.repositories.push(made);
      return ok(show.repository(state, made));
    },
  ),

  endpoint(
    {
      method: "PUT",
      path,
      family,
      scopes: ["admin:repository:bitbucket"],
      body: json(z.strictObject({ name: z.string().min(1).optional(), project: project.optional() })),
    },
    (call) => {
      const repository = repositoryOf(call, "admin");
      const { state } = call;
      const { name = repository.name, project: to } = call.body;
      if (to) checkProject(state, to.key);
      const slug = slugOf(name);
      if (slug !== repository.slug) rename(state, repository, slug);
      repository.name = name;
      repository.project = to?.key ?? repository.project;
      return ok(show.repository(state, repository));
    },
  ),

  endpoint({ method: "DELETE", path, family, scopes: ["delete:repository:bitbucket"] }, (call) => {
    const gone = repositoryOf(call, "admin");
    call.state.repositories.splice(call.state.repositories.indexOf(gone), 1);
    removeBare(gone);
    return noContent();
  }),
];

function rename(
  { repositories, accessTokens = [], ...state }: State,
  repository: Repository,
  slug: string,
): void {
  checkFree({ repositories, ...state }, slug);
  release({ repositories, ...state }, slug);
  const before = repository.slug;
  for (const each of repositories) if (each.forkOf === before) each.forkOf = slug;
  for (const each of accessTokens) if (each.repository === before) each.repository = slug;
  repository.formerly = [...(repository.formerly ?? []).filter((each) => each !== slug), before];
  repository.slug = slug;
}

function checkFree({ repositories }: State, slug: string): void {
  if (!repositories.some((each) => each.slug === slug)) return;
  throw new ApiError(400, "Repository with this Slug and Owner already exists.");
}

function checkProject({ projects }: State, key: string): void {
  if (!projects.some((each) => each.key === key)) throw new ApiError(400, `No project with key '${key}'.`);
}

/** An address leads on only until it is taken. */
function release(state: State, slug: string): void {
  for (const each of state.repositories) each.formerly = (each.formerly ?? []).filter((one) => one !== slug);
}
