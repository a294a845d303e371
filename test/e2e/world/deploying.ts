/** `deploy` as a process of its own, which can be killed, in a folder that is no checkout: its argument is the engine. */
import { say } from "@bitbucket-keycloak/output";
import { deploy } from "../../../commands/deploy/deploy";
import { Progress } from "../../../toolchain/progress";

const [, , command = ""] = process.argv;
const engine = { command, env: process.env, cwd: process.cwd() };
void deploy("local", engine, { show: () => undefined }, new Progress({ write: () => undefined })).then(
  ({ outcome, reasons }) => {
    say([outcome, ...reasons].join("\n"));
    process.exitCode = ["deployed", "nothing"].includes(outcome) ? 0 : 1;
  },
  (error: unknown) => {
    say(String(error));
    process.exitCode = 1;
  },
);
