/** How commits and pull requests look from outside. */
import type { Commit, PullRequest } from "./code";
import type { Schema } from "./contract";
import type { Repository, State } from "./entities";
import { user, userBy } from "./present";
import { accountOf, rawOf } from "./signatures";
import { sourceOf, tipsOf } from "./tips";

/** A commit, its parents by hash alone. */
export function commit(state: State, shown: Commit): Schema<"commit"> {
  return {
    type: "commit",
    hash: shown.hash,
    message: shown.message,
    date: shown.date,
    ...signaturesOf(state, shown),
    parents: shown.parents.map((hash) => ({ type: "base_commit", hash })),
  };
}

/** Who wrote it and who made it: what the commit says, and the account that has that address, if one has. */
function signaturesOf(state: State, shown: Commit): Pick<Schema<"commit">, "author" | "committer"> {
  const person = (signature: string) => {
    const raw = rawOf(signature);
    const account = accountOf(state, raw);
    return { raw, ...(account && { user: user(account) }) };
  };
  return {
    author: { type: "author", ...person(shown.author) },
    committer: { type: "committer", ...person(shown.committer) },
  };
}

/** A hash as pull requests have it. */
export function short(hash: string): string {
  return hash.slice(0, 12);
}

/**
 * A pull request, both branches with their tips when it was closed, or now; a branch that is gone has none. Participants
 * are its reviewers, whether they said something or not, and who else approved or commented.
 *
 * @param owner the repository of the destination
 */
export function pullRequest(state: State, owner: Repository, shown: PullRequest): Schema<"pullrequest"> {
  const tips = tipsOf(state, owner, shown);
  const side = (branch: string, tip: string | undefined, of: Repository): Schema<"pullrequest_endpoint"> => ({
    branch: { name: branch },
    ...(tip === undefined ? {} : { commit: { hash: short(tip) } }),
    repository: {
      type: "repository",
      uuid: of.uuid,
      name: of.name,
      full_name: `${state.workspace.slug}/${of.slug}`,
    },
  });
  const commenters = (shown.comments ?? []).filter(({ deleted }) => !deleted).map(({ author }) => author);
  const { reviewers = [] } = shown;
  return {
    type: "pullrequest",
    id: shown.id,
    title: shown.title,
    summary: { raw: shown.description, markup: "markdown" },
    state: shown.state,
    author: userBy(state, shown.author),
    source: side(shown.source, tips.source, sourceOf(state, owner, shown)),
    destination: side(shown.destination, tips.destination, owner),
    close_source_branch: shown.closeSourceBranch,
    created_on: shown.createdOn,
    updated_on: shown.updatedOn,
    reviewers: reviewers.map((uuid) => userBy(state, uuid)),
    participants: [...new Set([...reviewers, ...shown.approvals, ...commenters])].map((uuid) =>
      participant(state, shown, uuid),
    ),
    ...(shown.closedBy === undefined ? {} : { closed_by: userBy(state, shown.closedBy) }),
    ...(shown.mergeCommit === undefined ? {} : { merge_commit: { hash: short(shown.mergeCommit) } }),
  };
}

/**
 * A reviewer, or somebody else who has approved or commented. The moment is that of the approval, else of the last
 * comment.
 *
 * @param uuid of the account
 */
export function participant(state: State, request: PullRequest, uuid: string): Schema<"participant"> {
  const { reviewers = [], approvals, activity = [], comments = [] } = request;
  const approved = approvals.includes(uuid);
  const given = activity.findLast((each) => each.kind === "approval" && each.account === uuid)?.date;
  const on = approved ? given : comments.findLast(({ author }) => author === uuid)?.createdOn;
  return {
    type: "participant",
    role: reviewers.includes(uuid) ? "REVIEWER" : "PARTICIPANT",
    approved,
    state: approved ? "approved" : null,
    participated_on: (on ?? null) as never,
    user: userBy(state, uuid),
  };
}
