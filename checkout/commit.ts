/** Which commit is being brought up. */
import { dataPaths } from "../access";
import { execFileSync } from "node:child_process";
import { baselineRunOf } from "./baselineRun";
import { variable } from "../access/environment";

/**
 * The commit of a checkout; where there is none, the one that a pipeline of Bitbucket runs for. In a runner repository
 * that is another repository's commit, so the checkout is asked first.
 *
 * @returns the baseline's, for a run that goes by it; undefined where neither says. With `+` at its end where data files
 *   differ from the commit
 */
export function commitOf(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const run = baselineRunOf(env);
  if (run !== undefined) return run.baseline.commit;
  try {
    const git = (...args: string[]) =>
      execFileSync("git", args, {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }).trim();
    const isChanged = git("status", "--porcelain", "--", ...dataPaths) !== "";
    return `${git("rev-parse", "HEAD")}${isChanged ? "+" : ""}`;
  } catch {
    return env[variable.commit];
  }
}
