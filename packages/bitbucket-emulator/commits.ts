/** The commits of a repository: found by name or hash, and put on top of a branch. */
import type { Commit } from "./code";
import type { Account, Repository } from "./entities";
import { pick } from "./endpoint";
import { hashOf } from "./gitObjects";
import { signed, whoOf } from "./signatures";

/** A commit by its hash or the beginning of it, or the tip of a branch by its name. @throws ApiError 404 */
export function commitOf({ branches, commits }: Repository, asked: string): Commit {
  const hash = branches.find((each) => each.name === asked)?.commit ?? asked;
  const found = commits.filter((each) => each.hash.startsWith(hash));
  const isOne = found.length === 1 && hash.length >= 4;
  return pick(found, (each) => isOne || each.hash === hash, `Commit ${asked}`);
}

export interface NewCommit extends Pick<Commit, "message" | "parents" | "files" | "date"> {
  readonly account: Pick<Account, "uuid" | "name" | "email">;
  /** Whom it names as its author and committer, as `Ana <ana@acme.example>`. Default: the account. */
  readonly who?: string | undefined;
}

/** Puts a commit on top of a branch, which it makes if need be. */
export function addCommit(repository: Repository, branch: string, content: NewCommit): Commit {
  const { account, who = whoOf(account), ...rest } = content;
  const made = { ...rest, author: account.uuid, signatures: signed(who, content.date) };
  const commit: Commit = { ...made, hash: hashOf(made) };
  if (!repository.commits.some(({ hash }) => hash === commit.hash)) repository.commits.push(commit);
  moveBranch(repository, branch, commit.hash);
  return commit;
}

/** @param commit undefined: the branch goes */
export function moveBranch(repository: Repository, branch: string, commit: string | undefined): void {
  const known = repository.branches.find((each) => each.name === branch);
  if (commit === undefined) repository.branches = repository.branches.filter((each) => each !== known);
  else if (known) known.commit = commit;
  else repository.branches.push({ name: branch, commit });
}
