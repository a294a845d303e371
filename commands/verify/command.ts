/** `npm run verify -- <stack>`: proves the promises of sign-in and tokens against the real realm. */
import { writeFileSync } from "node:fs";
import { pulumi, type Engine } from "../../engine/engine";
import { root } from "../../toolchain/places";
import { stackCommand } from "../frame/stackCommand";
import { checks } from "./checks";
import { renderJunit, renderVerified } from "./report";
import { verify as verifyRealm } from "./verify";

export const verify = stackCommand({
  name: "verify",
  summary:
    "proves by real requests what the realm promises about sign-in and tokens, with throw-away people that it removes again",
  guide: "docs/guide/verify.md",
  stack: "the stack whose realm is checked, for example dev",
  flags: {
    "--read-only": "make nothing in the realm; the only way where the environment is production",
    "--wait": "sit out the life of a real access token, however long it is",
    "--only <checks...>": `run only these; there are ${checks.map(({ name }) => name).join(", ")}`,
    "--junit <file>": "also write JUnit XML, which pipelines show as test results",
  },
  exitCodes: { 0: "all hold", 2: "some do not" },
  run: async ({ stack, env, engine, flags: { junit, ...options }, progress }) => {
    const output = () => signInOutput(stack, engine);
    const verified = await verifyRealm(stack, env, { ...options, output }, root, progress);
    if (junit !== undefined) writeFileSync(junit, renderJunit(verified));
    return { json: verified, text: renderVerified(verified), code: verified.failed > 0 ? 2 : 0 };
  },
});

/** The stack's own output, without secrets. */
async function signInOutput(stack: string, engine: Engine): Promise<unknown> {
  return JSON.parse(await pulumi(engine, ["stack", "output", "bitbucketSignIn", "--json", "--stack", stack]));
}
