/** Where the branches of a pull request are. */
import type { PullRequest } from "./code";
import type { Repository, State } from "./entities";
import { tipOf } from "./git/bare";

/** The repository that a pull request comes from: its own, or a fork of it. */
export function sourceOf(state: State, owner: Repository, { fork }: PullRequest): Repository {
  return state.repositories.find(({ slug }) => slug === fork) ?? owner;
}

/** The tips of both branches, as they were when it was closed, or are now; undefined where a branch is gone. */
export function tipsOf(
  state: State,
  owner: Repository,
  request: PullRequest,
): { readonly source: string | undefined; readonly destination: string | undefined } {
  return (
    request.closed ?? {
      source: tipOf(sourceOf(state, owner, request), request.source),
      destination: tipOf(owner, request.destination),
    }
  );
}
