/** The commits of a repository: found by name or hash, read, and put on top of a branch. */
import type { Commit } from "./code";
import type { Account, Repository } from "./entities";
import { ApiError } from "./errors";
import { moveBranch, opened, tipOf } from "./git/bare";
import { parseCommit, putCommit } from "./git/commit";
import { objectsLike, readObject, writerInto } from "./git/objects";
import { putText, putTree, readTree, type Files } from "./git/trees";
import { signed, whoOf } from "./signatures";

/** A commit by its hash or the beginning of it, or the tip of a branch by its name. @throws ApiError 404 */
export function commitOf(repository: Repository, asked: string): Commit {
  const tip = tipOf(repository, asked);
  const alike = tip !== undefined ? [tip] : asked.length < 4 ? [] : objectsLike(opened(repository), asked);
  const [found, ...more] = alike.flatMap((hash) => commitAt(repository, hash) ?? []);
  if (found === undefined || more.length > 0) throw new ApiError(404, `Commit ${asked} not found`);
  return found;
}

/** A commit by its whole hash; undefined if there is none. */
export function commitAt(repository: Repository, hash: string): Commit | undefined {
  return parseCommit(hash, readObject(opened(repository), hash));
}

/** The files of a commit. Default of the commit: none, and so no file. */
export function filesOf(repository: Repository, commit: Pick<Commit, "tree"> | undefined): Files {
  return commit === undefined ? {} : readTree(opened(repository), commit.tree);
}

/** What is in a file; undefined if the commit has no such file. */
export function contentOf(repository: Repository, commit: Commit, path: string): Buffer | undefined {
  const [, hash] = filesOf(repository, commit)[path]?.split(" ") ?? [];
  return hash === undefined ? undefined : readObject(opened(repository), hash)?.content;
}

export interface NewCommit extends Pick<Commit, "message" | "parents" | "date"> {
  readonly account: Pick<Account, "name" | "email">;
  /** Whom it names as its author and committer, as `Ana <ana@acme.example>`. Default: the account. */
  readonly who?: string | undefined;
  readonly files: Files;
}

/** Puts a commit on top of a branch, which it makes if need be. @returns its hash */
export function addCommit(repository: Repository, branch: string, content: NewCommit): string {
  const { account, who = whoOf(account), date, files, message, parents } = content;
  const put = writerInto(opened(repository));
  const tree = putTree(put, files);
  const hash = putCommit(put, { ...signed(who, date), tree, parents, message });
  moveBranch(repository, branch, hash);
  return hash;
}

/** Some files, with these texts in place of what was there. */
export function withTexts(
  repository: Repository,
  files: Files,
  texts: Readonly<Record<string, string>>,
): Files {
  const put = writerInto(opened(repository));
  const written = Object.entries(texts).map(([path, text]) => [path, putText(put, text)] as const);
  return { ...files, ...Object.fromEntries(written) };
}
