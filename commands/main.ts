/**
 * What people run around `pulumi up`. Started by toolchain/run.mjs, which sees to node_modules and the right Node.
 */
import { commands } from "./all";
import { start } from "./frame/program";

void start(commands, process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
