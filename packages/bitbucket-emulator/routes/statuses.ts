/**
 * What build systems say of a commit
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commit-statuses/): one status for each key, a
 * second under the same key takes the place of the first.
 */
import { z } from "zod";
import { json } from "../body";
import { type Schema } from "../contract";
import { endpoint, ok, page, pick, repositoryOf, type Call, type Family } from "../endpoint";
import { type Repository } from "../entities";
import { newUuid } from "../identifiers";
import { type BuildStatus } from "../records";
import { commitOf } from "../commits";

const path = "/2.0/repositories/:workspace/:repository/commit/:commit/statuses";
const family: Family = "commits";
/** Writing wants no more than reading. */
const common = { family, scopes: ["read:repository:bitbucket"] as const };

const content = z.strictObject({
  type: z.string().optional(),
  key: z.string().min(1).max(40),
  state: z.enum(["SUCCESSFUL", "FAILED", "INPROGRESS", "STOPPED"]),
  url: z.url(),
  name: z.string().optional(),
  description: z.string().optional(),
  refname: z.string().optional(),
});
const change = content.partial();

export const statusEndpoints = [
  endpoint({ ...common, method: "GET", path, paged: true }, (call) => {
    const { repository, hash } = commitAsked(call);
    const found = (repository.statuses ?? []).filter(({ commit }) => commit === hash);
    return page(call, found, show);
  }),

  endpoint({ ...common, method: "POST", path: `${path}/build`, body: json(content) }, (call) => {
    const { repository, hash } = commitAsked(call);
    const before = repository.statuses?.find((each) => each.commit === hash && each.key === call.body.key);
    return { status: 201, body: show(keep(repository, hash, call, before)) };
  }),

  endpoint({ ...common, method: "GET", path: `${path}/build/:key` }, (call) => {
    const { repository, hash } = commitAsked(call);
    return ok(show(find(call, repository, hash)));
  }),

  endpoint({ ...common, method: "PUT", path: `${path}/build/:key`, body: json(change) }, (call) => {
    const { repository, hash } = commitAsked(call);
    return ok(show(keep(repository, hash, call, find(call, repository, hash))));
  }),
];

function commitAsked(call: Call<unknown>): { readonly repository: Repository; readonly hash: string } {
  const repository = repositoryOf(call, "read");
  return { repository, hash: commitOf(repository, call.param("commit")).hash };
}

function find(call: Call<unknown>, { statuses = [] }: Repository, hash: string): BuildStatus {
  const key = call.param("key");
  return pick(statuses, (each) => each.commit === hash && each.key === key, `Build status ${key}`);
}

/** Puts a status in the place of the one before, whose key and whatever is left out it keeps. */
function keep(
  repository: Repository,
  commit: string,
  call: Call<z.infer<typeof change>>,
  before?: BuildStatus,
): BuildStatus {
  const { key = "", state = "INPROGRESS", url = "", name, description, refname } = call.body;
  const now = call.world.clock.text();
  const status: BuildStatus = {
    ...(before ?? { commit, uuid: newUuid(), key, state, url, createdOn: now }),
    ...(call.body.state === undefined ? {} : { state }),
    ...(call.body.url === undefined ? {} : { url }),
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(refname === undefined ? {} : { refname }),
    updatedOn: now,
  };
  repository.statuses = [...(repository.statuses ?? []).filter((each) => each !== before), status];
  return status;
}

function show(shown: BuildStatus): Schema<"commitstatus"> {
  const { uuid, key, state, url, name, description, refname, createdOn, updatedOn } = shown;
  return {
    type: "build",
    uuid,
    key,
    state,
    url,
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(refname === undefined ? {} : { refname }),
    created_on: createdOn,
    updated_on: updatedOn,
  };
}
