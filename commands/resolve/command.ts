/**
 * `npm run resolve -- <stack>`: asks Bitbucket which projects and repositories the patterns of `access.yaml` stand for,
 * and writes the answer to `access.lock.yaml`. Everything else reads that file, so that what a pattern has come to mean
 * is seen in a pull request and never decided by what exists at that minute.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  accessFile,
  canonical,
  InvalidAccess,
  lockFile,
  parseFile,
  parseLock,
  readSettings,
  renderLock,
  resolvePatterns,
  type Listed,
} from "../../access";
import { textsIn } from "../../checkout/folder";
import { Bitbucket, type Session } from "@pulumi/bitbucket/api/client";
import { root } from "../../toolchain/places";
import { Progress } from "../../toolchain/progress";
import { stackCommand } from "../frame/stackCommand";

export const resolve = stackCommand({
  name: "resolve",
  summary: `writes to ${lockFile} what the patterns of access.yaml stand for in the workspace`,
  stack: "a stack of the workspace, for example prod",
  flags: { "--check": "write nothing, and say whether there is something to write" },
  exitCodes: { 0: "written or unchanged", 2: "something to write (--check)" },
  run: async ({ stack, env, flags: { check = false }, progress }) => {
    const isChanged = await resolvePatternsOf(stack, env, check, root, progress);
    const outcome = check ? "is out of date" : "written: look at what changed, and commit it";
    return {
      json: { file: lockFile, changed: isChanged, written: isChanged && !check },
      text: `${lockFile}: ${isChanged ? outcome : "unchanged"}`,
      code: isChanged && check ? 2 : 0,
    };
  },
});

/**
 * @param check write nothing
 * @returns whether the lock file differs from what the workspace has
 * @throws InvalidAccess if a file is not well formed
 */
export async function resolvePatternsOf(
  stack: string,
  env: NodeJS.ProcessEnv,
  check: boolean,
  folder = root,
  progress = new Progress(),
): Promise<boolean> {
  const texts = textsIn(folder);
  const { settings, problems } = readSettings(texts, stack, env);
  const access = parseFile(texts.get(accessFile) ?? "", accessFile);
  if (settings === undefined || !access.ok)
    throw new InvalidAccess([...problems, ...(access.ok ? [] : access.problems)]);
  const { url, workspace } = settings.bitbucket;
  const session = Bitbucket.session(url, env);
  const listed = await progress.step(`reading the repositories of workspace ${workspace}`, () =>
    listedIn(session, workspace),
  );
  const lock = resolvePatterns(access.data, workspace, listed);
  const text = renderLock(lock);
  const again = parseLock(text, lockFile);
  if (!again.ok) throw new InvalidAccess(again.problems);
  if (canonical(again.lock) !== canonical(lock))
    throw new Error(`${lockFile} would be read as something else`);
  if (texts.get(lockFile) === text) return false;
  if (!check) writeFileSync(join(folder, lockFile), text);
  return true;
}

async function listedIn(session: Session, workspace: string): Promise<Listed[]> {
  const [projects, repositories] = await Promise.all([
    session.list("/workspaces/{workspace}/projects", { workspace }),
    session.list("/repositories/{workspace}", { workspace }),
  ]);
  return projects.map(({ key = "", name = key }) => ({
    key,
    name,
    repositories: repositories.flatMap(({ full_name, project }) =>
      project?.key === key ? [full_name?.split("/")[1] ?? ""] : [],
    ),
  }));
}
