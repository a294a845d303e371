/** A commit as Git writes it (https://git-scm.com/docs/git-commit-tree). */
import type { Commit } from "../code";
import { dateOf } from "../signatures";
import type { GitObject, Put } from "./objects";

/** Puts a commit. @returns its hash */
export function putCommit(put: Put, commit: Omit<Commit, "hash" | "date">): string {
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${commit.author}`,
    `committer ${commit.committer}`,
    "",
    `${commit.message}\n`,
  ];
  return put({ type: "commit", content: Buffer.from(lines.join("\n")) });
}

/** @returns undefined if the object is no commit, or there is none */
export function parseCommit(hash: string, object: GitObject | undefined): Commit | undefined {
  if (object?.type !== "commit") return undefined;
  const text = object.content.toString();
  const end = text.indexOf("\n\n");
  const head = text.slice(0, end === -1 ? undefined : end + 1);
  const fields = (name: string): string[] =>
    [...head.matchAll(new RegExp(`^${name} (.*)$`, "gm"))].map(([, value = ""]) => value);
  const [[tree = ""], [author = ""], [committer = ""]] = [fields("tree"), fields("author"), fields("committer")]; // prettier-ignore
  const message = end === -1 ? "" : text.slice(end + 2).replace(/\n$/, "");
  return { hash, tree, author, committer, date: dateOf(committer), parents: fields("parent"), message };
}
