/** What one repository takes from another, and what Git makes of two commits. */
import { execFileSync } from "node:child_process";
import type { Commit } from "../code";
import { filesOf } from "../commits";
import type { Repository } from "../entities";
import { ApiError, ContractError } from "../errors";
import { ancestors } from "../history";
import { gitEnvironment, gitIsMissing } from "./backend";
import { opened } from "./bare";
import { readObject, writerInto } from "./objects";
import { entriesOf, readTree, type Files } from "./trees";

/** Copies a commit and whatever lies behind it into another repository. */
export function bring(from: Repository, into: Repository, hash: string): void {
  if (from === into) return;
  const [source, put] = [opened(from), writerInto(opened(into))];
  const copy = (each: string): void => {
    const object = readObject(source, each);
    if (object === undefined || readObject(opened(into), each) !== undefined) return;
    if (object.type === "tree") for (const entry of entriesOf(object)) copy(entry.hash);
    put(object);
  };
  // What lies behind comes first, so that nothing is ever there without it.
  for (const commit of [...ancestors(from, hash).values()].reverse()) {
    copy(commit.tree);
    copy(commit.hash);
  }
}

/**
 * `git`: as Git does it, line by line, and a conflict is refused. `whole files`: where both sides changed a file, the
 * source's counts; for a test whose own idea of a merge is as simple.
 */
export type Merges = "git" | "whole files";

/** @throws ApiError where both have changed the same lines, or have nothing in common; ContractError without Git */
export function mergeFiles(repository: Repository, destination: Commit, source: Commit): Files {
  if (ancestors(repository, source.hash).has(destination.hash)) return filesOf(repository, source);
  const args = ["merge-tree", "--write-tree", "--name-only", "--no-messages", destination.hash, source.hash];
  try {
    const options = {
      cwd: opened(repository),
      env: gitEnvironment(),
      encoding: "utf8",
      stdio: "pipe",
    } as const;
    const tree = execFileSync("git", args, options).trim();
    return readTree(opened(repository), tree);
  } catch (error) {
    const { code, status, stdout, message } = error as NodeJS.ErrnoException & {
      status?: number;
      stdout?: string;
    };
    if (code === "ENOENT") throw new ContractError(400, gitIsMissing);
    if (message.includes("unrelated histories"))
      throw new ApiError(400, "The branches have nothing in common.");
    if (status !== 1) throw new Error(message);
    const files = (stdout ?? "").trim().split("\n").slice(1).join(", ");
    throw new ApiError(409, "There are merge conflicts.", files);
  }
}
