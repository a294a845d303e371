/**
 * What people run around `pulumi up`. Started by toolchain/run.mjs, which sees to node_modules and the right Node.
 */
import { say } from "@bitbucket-keycloak/output";
import { networkFor, networkProblems } from "@bitbucket-keycloak/http";
import { commands } from "./all";
import { doctor } from "./doctor/command";
import { start } from "./frame/program";

// A proxy or a file that cannot be used is said before anything goes another way; all that starts below inherits the rest.
const words = process.argv.slice(2);
// Which doctor tells among the rest.
const problems = words[0] === doctor.name ? [] : networkProblems(process.env);
for (const problem of problems) say(`error: ${problem}`);
Object.assign(process.env, networkFor(process.env));

void (problems.length > 0 ? Promise.resolve(1) : start(commands, words)).then((code) => {
  process.exitCode = code;
  // Whatever was waited for, a server that starts for one, is waited for no longer.
  if (code === 130) process.exit();
});
