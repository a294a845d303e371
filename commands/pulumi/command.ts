/**
 * `npm run pulumi -- <any arguments of Pulumi>`: the Pulumi CLI with the right PATH, plugins, backend and
 * credentials, on any machine.
 */
import { say } from "@bitbucket-keycloak/output";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseStackFile, stackFile } from "../../access";
import { ensureToolchain } from "../../toolchain/build";
import { pulumiHome, selectedStack, stackOf } from "../../toolchain/environment";
import { root } from "../../toolchain/places";
import { foreground } from "../../toolchain/processes";
import { adviceAfterFailure } from "./advice";
import { eventLogOf } from "./eventLog";
import { refuseBlindDestroy } from "../../engine/guards";
import { prepareEngine } from "../../engine/prepare";
import { environmentFor } from "../frame/addresses";
import { answerOf } from "../frame/halfway";
import { command } from "../frame/spec";
import { isRefreshing, tellForecast, tellingRequests } from "../requests";
import { withoutAuditKey } from "../../access/environment";

export const pulumi = command({
  name: "pulumi",
  summary: "runs the Pulumi CLI, built here unless it is installed; takes Pulumi's own arguments",
  argument: ["[arguments...]", "those of Pulumi"],
  formats: [],
  notes: "The exit code is that of Pulumi.",
  passThrough: true,
  run: async ({ argument }) => ({ code: await runPulumi(argument) }),
});

/** What asks neither system; of all else, plugins may. A moved address the program refuses; without it the state's count. */
const apart = new Set(
  "about cancel config help history login logout new org plugin policy schema stack state version whoami".split(
    " ",
  ),
);

/** Runs the CLI in the foreground and returns its exit code. */
async function runPulumi(args: readonly string[]): Promise<number> {
  const toolchain = await ensureToolchain({ keycloak: "none" });
  const home = pulumiHome(toolchain, process.env);
  const stack = stackOf(args) ?? process.env.PULUMI_STACK ?? selectedStack(home);
  const signsIn = !apart.has(args.find((arg) => !arg.startsWith("-")) ?? "");
  const shell = stack === undefined ? process.env : environmentFor(stack, root, process.env, signsIn);
  const engine = await prepareEngine(toolchain, stack, args, shell);
  const { command, env } = engine;
  refuseBlindDestroy(args, env, () => stack !== undefined && isProtected(stack));
  const run = { env, stack, engine };
  if (isRefreshing(args)) await tellForecast(run);
  const log = eventLogOf(args);
  try {
    const child = { ...withoutAuditKey(env), ...log?.env };
    const code = await tellingRequests(run, () => foreground(command, log?.args ?? args, child));
    if (code === 0) return code;
    const advice = await adviceAfterFailure(stack, engine);
    const halfway = log?.halfway();
    const said =
      halfway && stack !== undefined
        ? answerOf(halfway, "see above", {
            stack,
            cwd: root,
            env,
            mends: false,
            command: `npm run pulumi -- up -s ${stack}`,
          }).notes
        : [];
    for (const line of [...said, ...(advice === undefined ? [] : [advice])]) say(line);
    return code;
  } finally {
    log?.remove();
  }
}

/** Whether the stack's file says so; one that cannot be understood counts as protected. */
function isProtected(stack: string): boolean {
  const file = stackFile(stack);
  const path = join(root, file);
  if (!existsSync(path)) return false;
  const read = parseStackFile(readFileSync(path, "utf8"), file);
  return !read.ok || read.settings.protect;
}
