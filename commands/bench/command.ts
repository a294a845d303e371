/** `npm run bench`: what things cost here and now, measured by a process of its own, as the tests are. */
import { join } from "node:path";
import { compiled, root } from "../../toolchain/places";
import { foreground } from "../../toolchain/processes";
import { command } from "../frame/spec";

export const bench = command({
  name: "bench",
  summary: "measures requests, seconds and memory; --help lists what",
  argument: ["[arguments...]", "names of benches, and their options"],
  formats: [],
  notes: "The exit code is 0 where everything was measured, else 1.",
  passThrough: true,
  run: async ({ argument }) => {
    const words = [compiled, join(root, "test/bench/main.ts"), ...argument];
    return { code: await foreground(process.execPath, words, process.env) };
  },
});
