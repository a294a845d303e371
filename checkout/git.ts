/**
 * Git, asked about objects alone: nothing here checks anything out, so that no filter, hook or link of a commit that
 * somebody proposes is ever at work.
 */
import { execFile } from "node:child_process";

export interface GitAnswer {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Longer than any answer about a few files takes. */
const timeout = 120_000;
const maxBuffer = 64 * 1024 * 1024;

/** Settings of ours over those of the checkout. */
const settings = [
  // What stands in a file decides, not what Git takes for a renamed file or folder.
  ...["merge.renames=false", "merge.directoryRenames=false"],
  ...["core.hooksPath=/dev/null", "core.fsmonitor=false", "fetch.fsckObjects=true", "gc.auto=0"],
  ...["log.showSignature=false", "log.mailmap=false", "color.ui=false"],
].flatMap((setting) => ["-c", setting]);

/** Runs Git in a folder; its exit code is the caller's to evaluate. */
export function git(folder: string, args: readonly string[]): Promise<GitAnswer> {
  const env = {
    ...process.env,
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    LC_ALL: "C",
  };
  return new Promise((resolve, reject) => {
    execFile(
      "git",
      [...settings, ...args],
      { cwd: folder, env, encoding: "buffer", timeout, maxBuffer },
      (error, stdout, stderr) => {
        const said = stderr.toString("utf8").trim();
        if (error === null) resolve({ code: 0, stdout, stderr: said });
        else if (typeof error.code === "number") resolve({ code: error.code, stdout, stderr: said });
        else
          reject(
            new Error(error.code === "ENOENT" ? "git is not installed" : `git ${args[0] ?? ""} did not end`),
          );
      },
    );
  });
}

/** What Git prints, without the blanks at its ends. @throws Error with what Git said if its exit code is not 0 */
export async function gitText(folder: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await git(folder, args);
  if (code !== 0) throw new Error(`git ${args[0] ?? ""}: ${stderr || `exit code ${code}`}`);
  return stdout.toString("utf8").trim();
}
