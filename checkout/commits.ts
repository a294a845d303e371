/**
 * Commits as Git keeps them, each read by itself: whoever writes a message, or calls himself something, can put any
 * character there, so that no list which is separated by characters could be trusted.
 */
import { git, gitText } from "./git";

export interface CommitText {
  /** Full hash. */
  readonly hash: string;
  /** As they call themselves. */
  readonly author: { readonly name: string; readonly email: string };
  /** The first paragraph, in one line. */
  readonly subject: string;
  readonly message: string;
}

/**
 * Newest first, along the branch that they were merged into; those alone that touch one of the paths.
 *
 * @param range as `git log` takes it, for example `["0123..4567", "-n", "50"]`
 */
export async function commitsIn(
  folder: string,
  range: readonly string[],
  paths: readonly string[],
): Promise<CommitText[]> {
  const listed = await gitText(folder, [
    "log",
    "--first-parent",
    "-m",
    "--format=%H",
    ...range,
    "--",
    ...paths,
  ]);
  const hashes = listed.split("\n").filter((line) => /^[0-9a-f]{40,64}$/.test(line));
  return Promise.all(hashes.map((hash) => readCommit(folder, hash)));
}

/** One commit. @param hash in full */
export async function readCommit(folder: string, hash: string): Promise<CommitText> {
  const { stdout } = await git(folder, ["cat-file", "commit", hash]);
  const text = stdout.toString("utf8");
  const end = text.indexOf("\n\n");
  const head = end === -1 ? text : text.slice(0, end);
  const message = end === -1 ? "" : text.slice(end + 2).trim();
  const line = head.split("\n").find((one) => one.startsWith("author ")) ?? "";
  const [, name = "", email = ""] = /^author (.*?) ?<([^>]*)>/.exec(line) ?? [];
  const [first = ""] = message.split(/\n[ \t]*\n/);
  return { hash, author: { name, email }, subject: first.replace(/\s*\n\s*/g, " "), message };
}
