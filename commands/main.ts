/**
 * What people run around `pulumi up`, one file a command. Started by toolchain/run.mjs, which sees to
 * node_modules and the right Node.
 */
import { program } from "commander";
import { auditCommand } from "./audit/command";
import { benchCommand } from "./bench/command";
import { deployCommand } from "./deploy/command";
import { driftCommand } from "./drift/command";
import { evidenceCommand } from "./evidence/command";
import { extensionCommand } from "./extension/command";
import { localCommand } from "./local/command";
import { offboardCommand } from "./offboard/command";
import { previewCommand } from "./preview/command";
import { pulumiCommand } from "./pulumi/command";
import { pullRequestCommand } from "./pull-request/command";
import { resolveCommand } from "./resolve/command";
import { reviewCommand } from "./review/command";
import { rotateCommand } from "./rotate/command";
import { setupCommand } from "./setup/command";
import { recoverCommand } from "./recover/command";
import { syncCommand } from "./sync/command";
import { testCommand } from "./test/command";
import { verifyCommand } from "./verify/command";

program
  .name("npm run")
  .description("bitbucket-keycloak: a Keycloak realm and a Bitbucket workspace from one file")
  .enablePositionalOptions()
  .addCommand(extensionCommand())
  .addCommand(localCommand())
  .addCommand(pulumiCommand())
  .addCommand(previewCommand())
  .addCommand(deployCommand())
  .addCommand(driftCommand())
  .addCommand(evidenceCommand())
  .addCommand(reviewCommand())
  .addCommand(pullRequestCommand())
  .addCommand(setupCommand())
  .addCommand(recoverCommand())
  .addCommand(resolveCommand())
  .addCommand(rotateCommand())
  .addCommand(syncCommand())
  .addCommand(testCommand())
  .addCommand(verifyCommand())
  .addCommand(offboardCommand())
  .addCommand(auditCommand())
  .addCommand(benchCommand());

program.parseAsync().catch((error: unknown) => {
  // What the user can do something about is in the message; a stack trace only hides it.
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
