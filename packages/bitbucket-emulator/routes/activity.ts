/**
 * What happened to a pull request, and the commits that it brings
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/).
 */
import type { Activity, PullRequest } from "../code";
import { endpoint, page, pick, repositoryOf, type Call, type Family } from "../endpoint";
import { tipOf } from "../git/bare";
import { commitsOf } from "../history";
import * as present from "../present";
import { commit as showCommit, short } from "../presentCode";
import { sourceOf, tipsOf } from "../tips";
import { show as showComment } from "./comments";

const path = "/2.0/repositories/:workspace/:repository/pullrequests/:id";
const common = {
  family: "pull requests" as Family,
  scopes: ["read:pullrequest:bitbucket"] as const,
  paged: true,
};

export const activityEndpoints = [
  // The newest first. A longer page than 50 is refused (BCLOUD-13229).
  endpoint({ ...common, method: "GET", path: `${path}/activity` }, (call) => {
    const request = requestOf(call);
    const { id, title, activity = [], comments = [] } = request;
    const pull_request = { type: "pullrequest", id, title };
    const entries = [
      ...activity.map((one) => ({ date: one.date, entry: showEntry(call, request, one) })),
      ...comments.map((one) => ({
        date: one.createdOn,
        entry: { comment: showComment(call.state, request, one) },
      })),
    ];
    entries.sort((a, b) => Date.parse(b.date) - Date.parse(a.date));
    return page(call, entries, ({ entry }) => ({ pull_request, ...entry }), { usual: 10, most: 50 });
  }),

  // "This list will be empty if the source branch no longer exists."
  endpoint({ ...common, method: "GET", path: `${path}/commits` }, (call) => {
    const repository = repositoryOf(call, "read");
    const request = requestOf(call);
    const from = sourceOf(call.state, repository, request);
    const isThere = tipOf(from, request.source) !== undefined;
    const { source, destination } = tipsOf(call.state, repository, request);
    const found =
      !isThere || source === undefined || destination === undefined
        ? []
        : commitsOf(repository, [source], [destination]);
    return page(call, found, (each) => showCommit(call.state, each));
  }),
];

function requestOf(call: Call<unknown>): PullRequest {
  const id = call.param("id");
  return pick(
    repositoryOf(call, "read").pullRequests,
    (each) => String(each.id) === id,
    `Pull request ${id}`,
  );
}

function showEntry({ state, world }: Call<unknown>, request: PullRequest, shown: Activity): object {
  const { id, title } = request;
  if (shown.kind === "approval") {
    const user = present.userBy(state, shown.account);
    return { approval: { date: shown.date, user, pullrequest: { type: "pullrequest", id, title } } };
  }
  const author = world.readings().updateAuthor === "pusher" ? shown.account : request.author;
  const side = (name: string, hash: string) => ({
    branch: { name },
    commit: { type: "commit", hash: short(hash) },
  });
  return {
    update: {
      title: shown.title,
      description: request.description,
      reason: "",
      state: shown.status,
      author: present.userBy(state, author),
      date: shown.date,
      source: side(request.source, shown.source),
      destination: side(shown.into, shown.destination),
      changes: shown.changes,
    },
  };
}
