/** What every command that runs the engine needs: the CLI, its environment, a place for its state. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Toolchain } from "../toolchain/build";
import { refuseMisread } from "../toolchain/backend";
import {
  backendOf,
  currentLogin,
  loginFolder,
  pulumiEnvironment,
  readLocalCredentials,
} from "../toolchain/environment";
import { localFolder, root } from "../toolchain/places";
import type { Engine } from "./engine";
import { refuseToPrintSecrets } from "./guards";

/**
 * The engine for one stack; for the stack `local`, with the credentials of the servers on this machine.
 *
 * @param stack undefined if the command is about none, or about one that the backend chooses
 * @param args what the user adds to the command line
 * @param shell the environment, with the credentials of the stack. Default: the process's own
 * @throws if a variable or an argument would make it print secrets of a stack that is not `local`, and if Pulumi would
 *   keep the state in another folder than the one that is written
 */
export async function prepareEngine(
  toolchain: Toolchain,
  stack: string | undefined,
  args: readonly string[] = [],
  shell: NodeJS.ProcessEnv = process.env,
): Promise<Engine> {
  refuseToPrintSecrets(stack, args, shell);
  // The file backend does not make its own folder.
  await mkdir(join(localFolder, "state"), { recursive: true });
  const options = {
    stack,
    credentials: readLocalCredentials(),
    // Whoever logs in chooses another backend than ours.
    loggedIn: args.includes("login") || currentLogin(loginFolder(shell)) !== undefined,
  };
  const env = pulumiEnvironment(toolchain, options, shell);
  if (!args.includes("login")) refuseMisread(backendOf(env), root);
  return { command: toolchain.pulumi, env, cwd: root };
}
