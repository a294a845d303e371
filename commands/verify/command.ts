/** `npm run verify -- <stack>`: proves the promises of sign-in and tokens against the real realm. */
import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { ensureToolchain } from "../../toolchain/build";
import { readLocalCredentials, withLocalCredentials } from "../../toolchain/environment";
import { pulumi } from "../../engine/engine";
import { prepareEngine } from "../../engine/prepare";
import { checks } from "./checks";
import { renderJunit, renderVerified } from "./report";
import { verify } from "./verify";
import { localStack } from "../../access/environment";

interface Options {
  readonly readOnly?: boolean;
  readonly wait?: boolean;
  readonly only?: readonly string[];
  readonly json?: boolean;
  readonly junit?: string;
}

export function verifyCommand(): Command {
  return new Command("verify")
    .description(
      "proves by real requests what the realm promises about sign-in and tokens, with throw-away people that it removes again",
    )
    .usage("-- <stack> [options]")
    .argument("<stack>", "the stack whose realm is checked, for example dev")
    .option("--read-only", "make nothing in the realm; the only way where the environment is production")
    .option("--wait", "sit out the life of a real access token, however long it is")
    .option("--only <checks...>", `run only these; there are ${checks.map(({ name }) => name).join(", ")}`)
    .option("--json", "print one JSON object instead of text")
    .option("--junit <file>", "also write JUnit XML, which pipelines show as test results")
    .addHelpText("after", "\nExit code: 0 all hold, 2 some do not, 1 error.")
    .action(async (stack: string, options: Options) => {
      const env =
        stack === localStack ? withLocalCredentials(process.env, readLocalCredentials()) : process.env;
      const verified = await verify(stack, env, { ...options, output: () => signInOutput(stack) });
      if (options.junit !== undefined) writeFileSync(options.junit, renderJunit(verified));
      console.log(options.json ? JSON.stringify(verified, undefined, 2) : renderVerified(verified));
      process.exitCode = verified.failed > 0 ? 2 : 0;
    });
}

/** The stack's own output, without secrets. */
async function signInOutput(stack: string): Promise<unknown> {
  const engine = await prepareEngine(await ensureToolchain({ keycloak: false }), stack);
  return JSON.parse(await pulumi(engine, ["stack", "output", "bitbucketSignIn", "--json", "--stack", stack]));
}
