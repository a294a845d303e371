/**
 * Loaded into every Node process below an engine (`NODE_OPTIONS=--require`): at its end it writes down what it took of
 * the processor and of memory. Asked from outside, a process that ends takes its last figures with it.
 */
const { writeFileSync } = require("node:fs");
const { join } = require("node:path");
const process = require("node:process");
const { isMainThread } = require("node:worker_threads");

const folder = process.env.BITBUCKET_KEYCLOAK_BENCH_USAGE;
if (isMainThread && folder) {
  process.on("exit", () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const usage = {
      script: process.argv[1] ?? "",
      microseconds: userCPUTime + systemCPUTime,
      kibibytes: maxRSS,
    };
    writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify(usage));
  });
}
