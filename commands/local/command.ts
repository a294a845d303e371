/**
 * `npm run local`: everything on this machine, from nothing to a declared realm and workspace, in one command; and
 * `-- stop`, `-- reset`, `-- status`.
 */
import { rm } from "node:fs/promises";
import { Command } from "commander";
import { withMoment } from "../../checkout/moment";
import { ensureToolchain } from "../../toolchain/build";
import { readLocalCredentials } from "../../toolchain/environment";
import { localFolder, root } from "../../toolchain/places";
import { Progress } from "../../toolchain/progress";
import { recorded } from "../../trail/record";
import { type Changes, type Engine, inWords, pulumi, up } from "../../engine/engine";
import { prepareEngine } from "../../engine/prepare";
import { recover } from "../recover/recover";
import { tellingRequests } from "../requests";
import { readStack, type Declared } from "../../checkout/stack";
import { sync } from "../sync/command";
import { ensureCredentials } from "./credentials";
import { distributionFor, waysFor } from "./keyless";
import { intentOf } from "./record";
import { renderStatus, renderWelcome } from "./screen";
import { checkPorts, startServers, statusOf, stopServers } from "./servers";
import { localStack, variable } from "../../access/environment";

export function localCommand(): Command {
  return new Command("local")
    .description("a real Keycloak, an emulated Bitbucket, and the stack `local` brought up on them")
    .usage("[up | stop | status | reset]")
    .addCommand(
      new Command("up")
        .description("the same as without a word")
        .argument("[words...]")
        .action(async ([word]: string[]) => {
          if (word !== undefined) throw new Error(`found "${word}"; allowed: up, stop, status, reset`);
          await bringUp();
        }),
      { isDefault: true },
    )
    .addCommand(new Command("stop").description("ends both servers; what they hold stays").action(stop))
    .addCommand(new Command("status").description("what runs, and where").action(status))
    .addCommand(
      new Command("reset").description("ends both servers and forgets what they hold").action(reset),
    )
    .addHelpText(
      "after",
      "\nExit code: 0 everything is up; 1 error, with the fix. Run it again after an interrupt: it goes on.",
    );
}

async function bringUp(): Promise<void> {
  const progress = new Progress();
  const declared = readStack(root, localStack, process.env);
  const { settings, model, asOf } = declared;
  await checkPorts(settings);
  const toolchain = await ensureToolchain({}, process.env, progress);
  const credentials = await ensureCredentials(settings, model, process.env);
  const distribution = await distributionFor(settings, toolchain, progress);
  await startServers(settings, credentials, distribution, progress);

  const { env, ...prepared } = await prepareEngine(toolchain, localStack);
  const engine = { ...prepared, env: withMoment(env, asOf) };
  await pulumi(engine, ["stack", "select", "--create", localStack]);
  const run = { env: engine.env, stack: localStack };
  const ways = () => waysFor(settings, credentials, engine.env);
  const { changes, way, membership } = await tellingRequests(run, () =>
    bringStackUp(engine, declared, ways, progress),
  );
  const credential = way ?? settings.pipelines.credential;
  console.log(
    renderWelcome({ settings, model, credentials, credential, changes: inWords(changes), membership }),
  );
}

/** @param waysOf in which pipelines get their credential, one after the other; asked once the stack is mended */
async function bringStackUp(
  engine: Engine,
  declared: Declared,
  waysOf: () => ReturnType<typeof waysFor>,
  progress: Progress,
) {
  for (const line of await recover(localStack, engine, progress)) {
    if (line !== "nothing to mend") console.error(line);
  }
  const ways = await waysOf();
  const bringUpEach = async (): Promise<Changes> => {
    let changes: Changes = {};
    for (const way of ways) {
      const env = { ...engine.env, [variable.pipelineCredential]: way };
      changes = await progress.step("pulumi up", (note) => {
        let resources = 0;
        return up({ ...engine, env }, localStack, () => {
          note(`${++resources} resources`);
        });
      });
    }
    return changes;
  };
  const { env, cwd } = engine;
  const scene = { stack: localStack, env, cwd, model: declared.model };
  const intent = await intentOf(localStack, engine, declared);
  const changes = await recorded(scene, intent, bringUpEach, (resources) => ({ what: { resources } }));
  const { membership, failures } = await sync(
    localStack,
    env,
    { apply: true, asOf: declared.asOf },
    root,
    progress,
  );
  if (failures.length > 0) throw new Error(failures.join("\n"));
  return { changes, way: ways.at(-1), membership };
}

async function stop(): Promise<void> {
  await stopServers();
  console.log("both servers are stopped; what they hold stays. Start again: npm run local");
}

async function status(): Promise<void> {
  const { settings } = readStack(root, localStack, process.env);
  const state = await statusOf(settings, process.env);
  console.log(renderStatus(state, settings.keycloak.realm, readLocalCredentials()));
  process.exitCode = state.keycloak && state.bitbucket ? 0 : 1;
}

async function reset(): Promise<void> {
  await stopServers();
  await rm(localFolder, { recursive: true, force: true });
  console.log("both servers are stopped and hold nothing any more. Start anew: npm run local");
}
