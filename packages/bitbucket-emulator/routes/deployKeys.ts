/**
 * Deploy keys of a repository: SSH keys that may read it, whoever holds them
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-deployments/, `deploy-keys`).
 */
import { z } from "zod";
import { json } from "../body";
import { type Schema } from "../contract";
import { endpoint, noContent, ok, page, pick, repositoryOf, type Call, type Family } from "../endpoint";
import { type Repository, type State } from "../entities";
import { ApiError } from "../errors";
import * as present from "../present";
import { type DeployKey } from "../records";

const path = "/2.0/repositories/:workspace/:repository/deploy-keys";
const family: Family = "deploy keys";
const read = { family, scopes: ["admin:repository:bitbucket"] as const };
const write = { family, scopes: ["admin:repository:bitbucket", "write:ssh-key:bitbucket"] as const };
const remove = { family, scopes: ["admin:repository:bitbucket", "delete:ssh-key:bitbucket"] as const };

const creation = z.strictObject({
  type: z.string().optional(),
  key: z.string().regex(/^(ssh-|ecdsa-|sk-)\S+ \S+/, "an SSH public key"),
  label: z.string().default(""),
});

export const deployKeyEndpoints = [
  endpoint({ ...read, method: "GET", path, paged: true }, (call) => {
    const repository = repositoryOf(call, "admin");
    return page(call, repository.deployKeys ?? [], (key) => show(call.state, repository, key));
  }),

  endpoint({ ...write, method: "POST", path, body: json(creation) }, (call) => {
    const repository = repositoryOf(call, "admin");
    const { key: text, label } = call.body;
    const [kind = "", content = "", ...comment] = text.trim().split(/\s+/);
    const key = `${kind} ${content}`;
    const everywhere = call.state.repositories.flatMap(({ deployKeys = [] }) => deployKeys);
    if ((repository.deployKeys ?? []).some((each) => each.key === key)) {
      throw new ApiError(400, "Someone has already registered that SSH key.");
    }
    const id = 1 + Math.max(0, ...everywhere.map((each) => each.id));
    const made: DeployKey = { id, key, label, comment: comment.join(" "), addedOn: call.world.clock.text() };
    (repository.deployKeys ??= []).push(made);
    return ok(show(call.state, repository, made));
  }),

  endpoint({ ...read, method: "GET", path: `${path}/:key` }, (call) => {
    const repository = repositoryOf(call, "admin");
    return ok(show(call.state, repository, find(call, repository)));
  }),

  endpoint({ ...remove, method: "DELETE", path: `${path}/:key` }, (call) => {
    const repository = repositoryOf(call, "admin");
    const gone = find(call, repository);
    repository.deployKeys = repository.deployKeys?.filter((each) => each !== gone) ?? [];
    return noContent();
  }),
];

function find(call: Call<unknown>, { deployKeys = [] }: Repository): DeployKey {
  const id = call.param("key");
  return pick(deployKeys, (each) => String(each.id) === id, `Deploy key ${id}`);
}

type DeployKeyBody = Schema<"deploy_key"> & { readonly id: number };

function show(state: State, repository: Repository, shown: DeployKey): DeployKeyBody {
  return {
    type: "deploy_key",
    id: shown.id,
    key: shown.key,
    label: shown.label,
    comment: shown.comment,
    added_on: shown.addedOn,
    repository: present.repository(state, repository),
  };
}
