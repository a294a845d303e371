/** Which commit is being brought up. */
import { execFileSync } from "node:child_process";

/**
 * The commit of a checkout; in Bitbucket Pipelines, the one that the pipeline runs for.
 *
 * @returns undefined outside of a Git checkout. With `+` at its end where files differ from the commit
 */
export function commitOf(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (env.BITBUCKET_COMMIT) return env.BITBUCKET_COMMIT;
  try {
    const git = (...args: string[]) =>
      execFileSync("git", args, {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }).trim();
    const isChanged = git("status", "--porcelain", "--", "access.yaml", "stacks") !== "";
    return `${git("rev-parse", "HEAD")}${isChanged ? "+" : ""}`;
  } catch {
    return undefined;
  }
}
