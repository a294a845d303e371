/**
 * `npm run resolve -- <stack>`: asks Bitbucket which projects and repositories the patterns of `access.yaml` stand for,
 * and writes the answer to `access.lock.yaml`. Everything else reads that file, so that what a pattern has come to mean
 * is seen in a pull request and never decided by what exists at that minute.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import {
  InvalidAccess,
  lockFile,
  onThisMachine,
  parseFile,
  parseStackFile,
  renderLock,
  resolvePatterns,
  type Listed,
} from "../../access";
import { Bitbucket, type Session } from "@pulumi/bitbucket/api/client";
import { readLocalCredentials, withLocalCredentials } from "../../toolchain/environment";
import { root } from "../../toolchain/places";
import { Progress } from "../../toolchain/progress";
import { tellingRequests } from "../requests";
import { localStack } from "../../access/environment";

/** Exit code of `--check` that found something to write. */
const stale = 2;

export function resolveCommand(): Command {
  return new Command("resolve")
    .description(`writes to ${lockFile} what the patterns of access.yaml stand for in the workspace`)
    .usage("-- <stack> [options]")
    .argument("<stack>", "a stack of the workspace, for example prod")
    .option("--check", "write nothing, and say whether there is something to write")
    .addHelpText("after", "\nExit code: 0 written or unchanged, 2 something to write (--check), 1 error.")
    .action(async (stack: string, { check = false }: { check?: boolean }) => {
      const env =
        stack === localStack ? withLocalCredentials(process.env, readLocalCredentials()) : process.env;
      const changed = await tellingRequests({ env, stack }, () => resolve(stack, env, check));
      const outcome = check ? "is out of date" : "written: look at what changed, and commit it";
      console.log(`${lockFile}: ${changed ? outcome : "unchanged"}`);
      process.exitCode = changed && check ? stale : 0;
    });
}

/**
 * @param check write nothing
 * @returns whether the lock file differs from what the workspace has
 * @throws InvalidAccess if a file is not well formed
 */
export async function resolve(
  stack: string,
  env: NodeJS.ProcessEnv,
  check: boolean,
  folder = root,
  progress = new Progress(),
): Promise<boolean> {
  const read = (file: string): string => {
    if (!existsSync(join(folder, file))) throw new Error(`there is no ${file}`);
    return readFileSync(join(folder, file), "utf8");
  };
  const stackFile = `stacks/Pulumi.${stack}.yaml`;
  const dials = parseStackFile(read(stackFile), stackFile);
  const access = parseFile(read("access.yaml"), "access.yaml");
  if (!dials.ok || !access.ok) {
    throw new InvalidAccess([...(dials.ok ? [] : dials.problems), ...(access.ok ? [] : access.problems)]);
  }
  const { url, workspace } = onThisMachine(dials.settings, stack, env).bitbucket;
  const session = Bitbucket.session(url, env);
  const listed = await progress.step(`reading the repositories of workspace ${workspace}`, () =>
    listedIn(session, workspace),
  );
  const text = renderLock(resolvePatterns(access.data, workspace, listed));
  const file = join(folder, lockFile);
  if (existsSync(file) && readFileSync(file, "utf8") === text) return false;
  if (!check) writeFileSync(file, text);
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
