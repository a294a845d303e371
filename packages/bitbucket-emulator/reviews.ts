/**
 * What becomes of a pull request while it is open: pushes to either branch, approvals, and the log of both
 * (https://support.atlassian.com/bitbucket-cloud/docs/suggest-or-require-checks-before-a-merge/).
 */
import type { Activity, PullRequest } from "./code";
import { deliver } from "./deliveries";
import type { Repository, State } from "./entities";
import { commitAt, filesOf } from "./commits";
import { tipOf } from "./git/bare";
import { bring } from "./git/merge";
import { ancestors, changesBetween, mergeBase } from "./history";
import { restrictionsOn } from "./rules";
import { sourceOf, tipsOf } from "./tips";

type Update = Extract<Activity, { readonly kind: "update" }>;

/** Writes into its log that it is now as it is. */
export function logUpdate(
  state: State,
  owner: Repository,
  request: PullRequest,
  { account, date, changes = {} }: Pick<Update, "account" | "date"> & Partial<Pick<Update, "changes">>,
): void {
  const { source = "", destination = "" } = tipsOf(state, owner, request);
  const { title, state: status } = request;
  const into = request.destination;
  (request.activity ??= []).push({ kind: "update", account, date, source, destination, into, title, status, changes }); // prettier-ignore
  request.updatedOn = date;
}

/** Takes an approval back; the log then has it no more (BCLOUD-13498). */
export function unapprove(request: PullRequest, account: string): void {
  request.approvals = request.approvals.filter((uuid) => uuid !== account);
  request.activity = request.activity?.filter((one) => one.kind !== "approval" || one.account !== account);
}

export interface Push {
  readonly branch: string;
  /** Tip before it; undefined: the branch is new. */
  readonly before: string | undefined;
  /** UUID of the account that pushed. */
  readonly account: string;
  readonly date: string;
}

/** Tells the pull requests that concern a branch that it has moved, once it has. */
export function pushed(state: State, repository: Repository, push: Push): void {
  for (const owner of state.repositories) {
    for (const request of owner.pullRequests.filter((each) => each.state === "OPEN")) {
      if (sourceOf(state, owner, request) === repository && request.source === push.branch) {
        bring(repository, owner, tipOf(repository, push.branch) ?? "");
        logUpdate(state, owner, request, push);
        resetApprovals(owner, repository, request, push);
        deliver(state, owner, "pullrequest:updated", request, push.account);
      }
      if (owner === repository && request.destination === push.branch)
        closeIfThere(state, owner, request, push);
    }
  }
}

/** Whoever pushes the commits of a pull request to its destination has merged it. */
function closeIfThere(
  state: State,
  owner: Repository,
  request: PullRequest,
  { account, date, before }: Push,
): void {
  const { source, destination } = tipsOf(state, owner, request);
  if (source === undefined || destination === undefined || before === undefined) return;
  if (!ancestors(owner, destination).has(source) || ancestors(owner, before).has(source)) return;
  close(state, owner, request, { account, date, mergeCommit: destination, before });
}

/** @param before the tip of the destination before it was merged */
export function close(
  state: State,
  owner: Repository,
  request: PullRequest,
  {
    account,
    date,
    mergeCommit,
    before,
  }: { account: string; date: string; mergeCommit: string; before: string },
): void {
  const { source = "" } = tipsOf(state, owner, request);
  request.closed = { source, destination: before };
  request.state = "MERGED";
  request.closedBy = account;
  request.mergeCommit = mergeCommit;
  logUpdate(state, owner, request, { account, date, changes: { status: { old: "open", new: "fulfilled" } } });
  deliver(state, owner, "pullrequest:fulfilled", request, account);
}

/** By the restrictions on the destination; the smart kind keeps approvals of what has not changed. */
function resetApprovals(
  owner: Repository,
  source: Repository,
  request: PullRequest,
  { before, branch }: Push,
): void {
  const { destination } = request;
  if (restrictionsOn(owner, "reset_pullrequest_approvals_on_change", destination).length === 0) return;
  const isSmart = restrictionsOn(owner, "smart_reset_pullrequest_approvals", destination).length > 0;
  const diff = (hash: string): string => {
    const base = filesOf(owner, mergeBase(owner, hash, tipOf(owner, destination) ?? ""));
    const files = filesOf(owner, commitAt(owner, hash));
    return JSON.stringify(changesBetween(base, files, false).map((one) => [one, files[one.new ?? ""]]));
  };
  if (isSmart && before !== undefined && diff(before) === diff(tipOf(source, branch) ?? "")) return;
  for (const account of [...request.approvals]) unapprove(request, account);
}
