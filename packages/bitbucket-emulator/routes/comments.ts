/**
 * Comments on pull requests (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/).
 * Whoever sees the pull request may comment, only the author may change a comment, and what is deleted stays in
 * the list, marked so and without its text, since others may have answered it.
 */
import { z } from "zod";
import { json } from "../body";
import { type Schema } from "../contract";
import { endpoint, noContent, ok, page, pick, repositoryOf, type Call, type Family } from "../endpoint";
import { type PullRequest } from "../code";
import { type State } from "../entities";
import { ApiError } from "../errors";
import * as present from "../present";
import { suffices, repositoryPermission } from "../permissionRules";
import { type Comment } from "../records";

const path = "/2.0/repositories/:workspace/:repository/pullrequests/:id/comments";
const family: Family = "pull requests";
/** Writing wants no more than reading. */
const common = { family, scopes: ["read:pullrequest:bitbucket"] as const };

const content = z.strictObject({ raw: z.string().min(1), markup: z.literal("markdown").optional() });
const creation = z.strictObject({
  type: z.string().optional(),
  content,
  inline: z
    .strictObject({ path: z.string(), to: z.number().int().optional(), from: z.number().int().optional() })
    .optional(),
  parent: z.strictObject({ type: z.string().optional(), id: z.number().int() }).optional(),
});
const change = z.strictObject({ type: z.string().optional(), content });

export const commentEndpoints = [
  endpoint({ ...common, method: "GET", path, paged: true }, (call) => {
    const request = requestOf(call);
    return page(call, request.comments ?? [], (each) => show(call.state, request, each));
  }),

  endpoint({ ...common, method: "POST", path, body: json(creation) }, (call) => {
    const request = requestOf(call);
    const { content, inline, parent } = call.body;
    if (parent) pick(request.comments ?? [], ({ id }) => id === parent.id, `Comment ${parent.id}`);
    const now = call.world.clock.text();
    const comment: Comment = {
      id: nextId(call.state),
      author: call.account.uuid,
      raw: content.raw,
      ...(inline ? { inline: placeOf(inline) } : {}),
      ...(parent ? { parent: parent.id } : {}),
      createdOn: now,
      updatedOn: now,
      deleted: false,
    };
    (request.comments ??= []).push(comment);
    return { status: 201, body: show(call.state, request, comment) };
  }),

  endpoint({ ...common, method: "GET", path: `${path}/:comment` }, (call) => {
    const request = requestOf(call);
    return ok(show(call.state, request, find(call, request)));
  }),

  endpoint({ ...common, method: "PUT", path: `${path}/:comment`, body: json(change) }, (call) => {
    const request = requestOf(call);
    const comment = find(call, request);
    if (comment.author !== call.account.uuid)
      throw new ApiError(403, "Only its author may change a comment.");
    if (comment.deleted) throw new ApiError(404, `Comment ${comment.id} not found`);
    comment.raw = call.body.content.raw;
    comment.updatedOn = call.world.clock.text();
    return ok(show(call.state, request, comment));
  }),

  endpoint({ ...common, method: "DELETE", path: `${path}/:comment` }, (call) => {
    const request = requestOf(call);
    const comment = find(call, request);
    const held = repositoryPermission(call.state, repositoryOf(call, "read"), call.account.uuid);
    if (comment.author !== call.account.uuid && !suffices(held, "admin")) {
      throw new ApiError(403, "Only its author or an administrator may delete a comment.");
    }
    if (comment.deleted) throw new ApiError(404, `Comment ${comment.id} not found`);
    comment.deleted = true;
    comment.raw = "";
    return noContent();
  }),
];

function requestOf(call: Call<unknown>): PullRequest {
  const id = call.param("id");
  const { pullRequests } = repositoryOf(call, "read");
  return pick(pullRequests, (each) => String(each.id) === id, `Pull request ${id}`);
}

function find(call: Call<unknown>, { comments = [] }: PullRequest): Comment {
  const id = call.param("comment");
  return pick(comments, (each) => String(each.id) === id, `Comment ${id}`);
}

/** Ids count through the whole of Bitbucket. */
function nextId({ repositories }: State): number {
  const requests = repositories.flatMap(({ pullRequests }) => pullRequests);
  const ids = requests.flatMap(({ comments = [] }) => comments.map(({ id }) => id));
  return 1 + Math.max(0, ...ids);
}

function placeOf({ path, to, from }: Partial<NonNullable<Comment["inline"]>> & { path: string }) {
  return { path, ...(to === undefined ? {} : { to }), ...(from === undefined ? {} : { from }) };
}

export function show(state: State, request: PullRequest, shown: Comment): Schema<"pullrequest_comment"> {
  return {
    type: "pullrequest_comment",
    id: shown.id,
    content: { raw: shown.raw, markup: "markdown" },
    user: present.userBy(state, shown.author),
    created_on: shown.createdOn,
    updated_on: shown.updatedOn,
    deleted: shown.deleted,
    pullrequest: { type: "pullrequest", id: request.id, title: request.title },
    ...(shown.inline ? { inline: shown.inline } : {}),
    ...(shown.parent === undefined ? {} : { parent: { type: "comment", id: shown.parent } }),
  };
}
