/** `npm run bench`: what things cost here and now, measured by a process of its own, as the tests are. */
import { join } from "node:path";
import { Command } from "commander";
import { compiled, root } from "../../toolchain/places";
import { foreground } from "../../toolchain/processes";

export function benchCommand(): Command {
  return new Command("bench")
    .description("measures requests, seconds and memory; --help lists what")
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .argument("[arguments...]", "names of benches, and their options")
    .passThroughOptions()
    .action(async (args: string[]) => {
      const bench = [compiled, join(root, "test/bench/main.ts"), ...args];
      process.exitCode = await foreground(process.execPath, bench, process.env);
    });
}
