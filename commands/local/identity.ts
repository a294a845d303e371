/**
 * The repository `identity` of the emulated workspace: what a company keeps its data in, and opens its pull requests. It
 * begins with the checkout's own commits, so that a change can go its whole way between the two.
 */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { say } from "@bitbucket-keycloak/output";
import { dataPaths, type Settings } from "../../access";
import type { LocalCredentials } from "../../toolchain/environment";

const paths = [...dataPaths, "pipelines"];

/** The data files of a checkout and what a runner runs, by their paths; whatever of it there is. */
export function identityFiles(folder: string): Record<string, string> {
  const found = paths
    .filter((path) => existsSync(join(folder, path)))
    .flatMap((path) =>
      statSync(join(folder, path)).isDirectory()
        ? readdirSync(join(folder, path)).map((name) => `${path}/${name}`)
        : [path],
    )
    .filter((path) => !path.endsWith(".test.ts"));
  return Object.fromEntries(found.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

/**
 * Makes what is checked out the main branch of `identity`. Where that cannot be, the repository has the data files alone,
 * and it is said why.
 *
 * @param folder of the checkout; one that Git knows nothing of is left alone
 */
export async function pushCheckout(
  folder: string,
  { url, workspace }: Settings["bitbucket"],
  { email, apiToken }: LocalCredentials["bitbucket"],
): Promise<void> {
  if (!existsSync(join(folder, ".git"))) return;
  const basic = Buffer.from(`${email}:${apiToken}`).toString("base64");
  const settings = { "http.extraHeader": `Authorization: Basic ${basic}`, "core.hooksPath": "/dev/null" };
  const env: NodeJS.ProcessEnv = { ...process.env, GIT_TERMINAL_PROMPT: "0", GIT_CONFIG_COUNT: "2" };
  // Not as arguments, which everybody on this machine can read.
  for (const [index, [key, value]] of Object.entries(settings).entries())
    Object.assign(env, { [`GIT_CONFIG_KEY_${index}`]: key, [`GIT_CONFIG_VALUE_${index}`]: value });
  const args = ["push", "--quiet", "--force", `${url}/${workspace}/identity.git`, "HEAD:refs/heads/main"];
  await promisify(execFile)("git", args, { cwd: folder, env, timeout: 120_000 }).catch((error: unknown) => {
    const { stderr, message } = error as Error & { stderr?: string };
    say(`identity has the data files alone: ${(stderr ?? message).trim()}`);
  });
}
