/** `npm run recover -- <stack>`. */
import { Command } from "commander";
import { ensureToolchain } from "../../toolchain/build";
import { prepareEngine } from "../../engine/prepare";
import { tellingRequests } from "../requests";
import { recover } from "./recover";

export function recoverCommand(): Command {
  return new Command("recover")
    .description("mends a stack after a run that was killed: its lock, and what was half made")
    .usage("-- <stack>")
    .argument("<stack>", "for example local")
    .addHelpText("after", "\nExit code: 0 mended, or nothing to mend; 1 error.")
    .action(async (stack: string) => {
      const engine = await prepareEngine(await ensureToolchain({ keycloak: false }), stack);
      const run = { env: engine.env, stack };
      const lines = await tellingRequests(run, () => recover(stack, engine));
      for (const line of lines) console.log(line);
    });
}
