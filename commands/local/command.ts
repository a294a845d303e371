/**
 * `npm run local`: everything on this machine, from nothing to a declared realm and workspace, in one command; and
 * `-- stop`, `-- reset`, `-- status`.
 */
import { say } from "@bitbucket-keycloak/output";
import { rm } from "node:fs/promises";
import { withMoment } from "../../checkout/moment";
import { ensureToolchain } from "../../toolchain/build";
import { readLocalCredentials } from "../../toolchain/environment";
import { localFolder, root } from "../../toolchain/places";
import type { Progress } from "../../toolchain/progress";
import { recorded } from "../../trail/record";
import { type Engine, inWords, pulumi, up as runUp } from "../../engine/engine";
import type { Changes } from "../../engine/events";
import { prepareEngine } from "../../engine/prepare";
import { recover } from "../recover/recover";
import { command, type Answer, type Context } from "../frame/spec";
import { orHalfway } from "../frame/halfway";
import { tellingRequests } from "../requests";
import { readStack, type Declared } from "../../checkout/stack";
import { sync } from "../sync/sync";
import { ensureCredentials } from "./credentials";
import { serverFor, waysFor } from "./keyless";
import { intentOf } from "./record";
import { renderStatus, renderWelcome } from "./screen";
import { checkPorts, startServers, statusOf, stopServers } from "./servers";
import { localStack, variable } from "../../access/environment";

const up = {
  exitCodes: { 0: "everything is up", 1: "error, with the fix" },
  formats: [],
  run: bringUp,
} as const;

const stop = command({
  name: "stop",
  summary: "ends both servers; what they hold stays",
  formats: [],
  exitCodes: { 0: "both are stopped" },
  run: async () => {
    await stopServers();
    return { text: "both servers are stopped; what they hold stays. Start again: npm run local" };
  },
});

const status = command({
  name: "status",
  summary: "shows what runs, and where",
  exitCodes: { 0: "both servers run", 1: "one of them does not, or error" },
  run: async () => {
    const { settings } = readStack(root, localStack, process.env);
    const state = await statusOf(settings, process.env);
    return {
      json: state,
      text: renderStatus(state, settings.keycloak.realm, readLocalCredentials()),
      code: state.keycloak && state.bitbucket ? 0 : 1,
    };
  },
});

const reset = command({
  name: "reset",
  summary: "ends both servers and forgets what they hold",
  formats: [],
  exitCodes: { 0: "nothing is left" },
  run: async () => {
    await stopServers();
    await rm(localFolder, { recursive: true, force: true });
    return { text: "both servers are stopped and hold nothing any more. Start anew: npm run local" };
  },
});

export const local = command({
  ...up,
  name: "local",
  summary: "brings up a real Keycloak, an emulated Bitbucket, and the stack `local` on them",
  notes: "Run it again after an interrupt: it goes on.",
  subcommands: [
    command({ ...up, name: "up", summary: "does the same as npm run local alone" }),
    stop,
    status,
    reset,
  ],
});

function bringUp({ progress }: Context): Promise<Answer<0 | 1>> {
  const stopped = { stack: localStack, cwd: root, env: process.env, command: "npm run local", mends: true };
  return orHalfway(stopped, () => bringAllUp(progress));
}

async function bringAllUp(progress: Progress): Promise<Answer<0>> {
  const declared = readStack(root, localStack, process.env);
  const { settings, model, asOf } = declared;
  await checkPorts(settings);
  const { keycloak, note } = await serverFor(settings, process.env);
  const ensured = () => ensureCredentials(settings, model, process.env);
  const begin = {
    title: "starting the servers",
    run: async (distribution: string | undefined) => {
      if (note !== undefined) say(note);
      await startServers(settings, await ensured(), distribution, progress);
    },
  };
  const toolchain = await ensureToolchain({ keycloak, begin }, process.env, progress);
  const credentials = await ensured();

  const { env, ...prepared } = await prepareEngine(toolchain, localStack);
  const engine = { ...prepared, env: withMoment(env, asOf) };
  await pulumi(engine, ["stack", "select", "--create", localStack]);
  const run = { env: engine.env, stack: localStack };
  const ways = () => waysFor(settings, credentials, engine.env);
  const { changes, way, membership } = await tellingRequests(run, () =>
    bringStackUp(engine, declared, ways, progress),
  );
  const credential = way ?? settings.pipelines.credential;
  return {
    text: renderWelcome({ settings, model, credentials, credential, changes: inWords(changes), membership }),
  };
}

/** @param waysOf in which pipelines get their credential, one after the other; asked once the stack is mended */
async function bringStackUp(
  engine: Engine,
  declared: Declared,
  waysOf: () => ReturnType<typeof waysFor>,
  progress: Progress,
) {
  for (const line of await recover(localStack, engine, progress)) {
    if (line !== "nothing to mend") say(line);
  }
  const ways = await waysOf();
  const bringUpEach = async (): Promise<Changes> => {
    let changes: Changes = {};
    for (const way of ways) {
      const env = { ...engine.env, [variable.pipelineCredential]: way };
      changes = await progress.step("pulumi up", (note) => {
        let resources = 0;
        return runUp({ ...engine, env }, localStack, () => {
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
