/** The same as `families.ts` for pull requests and commits, which no resource needs: their scopes are the preview's. */
import type { Contract } from "./contract";
import { type At, type Family } from "./family";

const repository = (at: At) => `repository ${at.workspace}/${at.repo_slug}`;
const request = (at: At) => `pull request ${at.pull_request_id} of ${repository(at)}`;
const requestScopes = { read: "read:pullrequest", write: "write:pullrequest" };
const report = (at: At) => `report ${at.reportId} on commit ${at.commit} of ${repository(at)}`;
const reportScopes = { read: "read:repository", write: "write:repository" };

/** https://support.atlassian.com/bitbucket-cloud/docs/api-token-permissions/ */
export const pullRequestFamilies: { readonly [P in keyof Contract]?: Family } = {
  "/user": { what: () => "who the token belongs to", read: "read:user", write: "read:user" },
  "/users/{selected_user}": {
    what: (at) => `account ${at.selected_user}`,
    read: "read:user",
    write: "read:user",
  },
  "/repositories/{workspace}/{repo_slug}/refs/branches/{name}": {
    what: (at) => `branch ${at.name} of ${repository(at)}`,
    read: "read:repository",
    write: "write:repository",
  },
  "/repositories/{workspace}/{repo_slug}/src": {
    what: (at) => `the files of ${repository(at)}`,
    read: "read:repository",
    write: "write:repository",
  },
  "/repositories/{workspace}/{repo_slug}/pullrequests": {
    what: (at) => `the pull requests of ${repository(at)}`,
    ...requestScopes,
  },
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}": { what: request, ...requestScopes },
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments": {
    what: (at) => `the comments on ${request(at)}`,
    ...requestScopes,
  },
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments/{comment_id}": {
    what: (at) => `comment ${at.comment_id} on ${request(at)}`,
    ...requestScopes,
  },
  "/repositories/{workspace}/{repo_slug}/pipelines/{pipeline_uuid}": {
    what: (at) => `pipeline ${at.pipeline_uuid} of ${repository(at)}`,
    read: "read:pipeline",
    write: "write:pipeline",
  },
  "/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}": {
    what: report,
    ...reportScopes,
  },
  "/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}/annotations": {
    what: (at) => `the annotations of ${report(at)}`,
    ...reportScopes,
  },
};
