/**
 * `npm run recover -- <stack>`: what has to happen between a run that died and the next one. The lock of a dead process
 * is removed, and a half-written attribute file beside the state. What was made without being recorded is imported, so
 * that the next run neither makes it twice nor leaves it behind; what was deleted leaves the state.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { Bitbucket } from "../providers/bitbucket/api/client";
import { findGroup } from "../providers/bitbucket/api/groups";
import { ensureToolchain } from "../toolchain/build";
import { currentLogin, loginFolder } from "../toolchain/environment";
import { Progress } from "../toolchain/progress";
import { recorded } from "./audit/record";
import { EngineError, pulumi, type Engine } from "./engine";
import { KeycloakAdmin, keycloakCredentials } from "./keycloak";
import { removeBrokenAttributes } from "./attributes";
import { releaseDeadLock } from "./lock";
import {
  importFileOf,
  importIdOf,
  isPending,
  pendingCreates,
  takesTime,
  type Found,
  type PendingCreate,
  type Systems,
} from "./pending";
import { removeOrphanKeys } from "./orphanKeys";
import { prepareEngine } from "./prepare";
import { tellingRequests } from "./requests";
import { readStack } from "./stack";
import { isGone, looksDeclared, mayBeOurs, mended, planOf, type Doomed, type Plan } from "./unrecorded";

export function recoverCommand(): Command {
  return new Command("recover")
    .description("mends a stack after a run that was killed: its lock, and what was half made")
    .usage("-- <stack>")
    .argument("<stack>", "for example local")
    .addHelpText("after", "\nExit code: 0 mended, or nothing to mend; 1 error.")
    .action(async (stack: string) => {
      const engine = await prepareEngine(await ensureToolchain({ keycloak: false }), stack);
      const run = { env: engine.env, stack };
      const lines = await tellingRequests(run, () => recover(stack, engine));
      for (const line of lines) console.log(line);
    });
}

/**
 * Mends what a dead run left.
 *
 * @returns what was done, a line each
 * @throws if the run that holds the lock is alive, or a system cannot be asked
 */
export async function recover(stack: string, engine: Engine, progress = new Progress()): Promise<string[]> {
  const { env } = engine;
  const backend = env.PULUMI_BACKEND_URL || currentLogin(loginFolder(env)) || "";
  const { released, unseen } = await releaseDeadLock(stack, backend, engine.cwd);
  const readable = await removeBrokenAttributes(stack, backend, engine.cwd);
  const done = [released, unseen, readable].filter((line) => line !== undefined);

  const state = await exportState(stack, engine);
  if (!released && !isPending(state) && !(await lastRunFailed(stack, engine)))
    return readable ? done : ["nothing to mend", ...done];

  const { cwd } = engine;
  const model = await readStack(cwd, stack, env).then(
    (read) => read.model,
    () => undefined,
  );
  const why = "a run ended badly";
  return recorded(
    { stack, env, cwd, ...(model && { model }) },
    { command: "recover", why: [why], what: { mended: done }, urgent: true },
    async () => {
      const mend = await progress.step(`looking for what stack ${stack} has lost track of`, () =>
        mendState(stack, engine, state),
      );
      done.push(...mend);
      return done.length > 0 ? done : ["nothing to mend"];
    },
    (mended) => ({ what: { mended } }),
  );
}

/** @returns what was done, a line each */
async function mendState(stack: string, engine: Engine, state: unknown): Promise<string[]> {
  const systems = await systemsOf(stack, engine.cwd, engine.env);
  const { plan, unplanned } = await planNext(stack, engine);
  const begun = pendingCreates(state);
  const isBegun = ({ urn }: PendingCreate) => begun.some((one) => one.urn === urn);
  const planned = plan.creates.filter((create) => !isBegun(create) && mayBeOurs(create, state));

  const { found, missing } = await lookUp(begun, systems);
  const { ours, foreign } = await sortRealms((await lookUp(planned, systems)).found, systems);
  const imported = [...found, ...ours];
  if (imported.length > 0) await importAll(stack, engine, imported);

  const gone: Doomed[] = [];
  for (const doomed of plan.deletes) if (await isGone(doomed, systems)) gone.push(doomed);
  if (isPending(state) || gone.length > 0) await writeState(stack, engine, gone);

  const keys = await removeOrphanKeys(state, systems.keycloak);
  return [
    ...keys,
    ...missing.map(({ type, name }) => `${type} ${name}: not there, will be made`),
    ...imported.map(({ type, name, id }) => `${type} ${name}: imported as ${id}`),
    ...gone.map(({ type, name }) => `${type} ${name}: deleted already, taken out of the state`),
    ...foreign.map(
      ({ id }) =>
        `not mended: realm ${id} is there, with another name or other owners than declared; if it is this stack's, run "npm run pulumi -- import keycloak:index/realm:Realm realm ${id} -s ${stack}", else choose another realm in stacks/Pulumi.${stack}.yaml`,
    ),
    ...(unplanned === undefined ? [] : [unplanned]),
  ];
}

/** Whether a run ended and had failed: then it may have lost track of what was in flight. */
export async function lastRunFailed(stack: string, engine: Engine): Promise<boolean> {
  const args = ["stack", "history", "--json", "--page-size", "1", "--stack", stack];
  const [last] = JSON.parse(await pulumi(engine, args)) as { readonly result?: string }[];
  return last !== undefined && last.result !== "succeeded";
}

async function planNext(stack: string, engine: Engine): Promise<{ plan: Plan; unplanned?: string }> {
  try {
    // Without them, what was replaced and is still to go would not be told.
    const how = ["--json", "--show-replacement-steps"];
    return { plan: planOf(await pulumi(engine, ["preview", ...how, "--stack", stack])) };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return {
      plan: { creates: [], deletes: [] },
      unplanned: `not examined: what a run did without recording it, since there is no preview; put right what "npm run pulumi -- preview -s ${stack}" says, then run this again`,
    };
  }
}

async function sortRealms(
  found: readonly Found[],
  systems: Systems,
): Promise<{ ours: Found[]; foreign: Found[] }> {
  const ours: Found[] = [];
  const foreign: Found[] = [];
  for (const one of found) ((await looksDeclared(one, systems)) ? ours : foreign).push(one);
  return { ours, foreign };
}

/** Seconds before each look. A realm takes Keycloak seconds to make, and it goes on when who asked for it is dead. */
const looks = [0, 2, 4, 8];

/** Sorts begun creates into those that happened and those that did not, also after a while. */
async function lookUp(
  creates: readonly PendingCreate[],
  systems: Systems,
): Promise<{ found: Found[]; missing: readonly PendingCreate[] }> {
  const found: Found[] = [];
  let missing = creates;
  for (const seconds of looks) {
    const again = missing.filter(({ type }) => seconds === 0 || takesTime(type));
    if (again.length === 0) break;
    await sleep(seconds * 1000);
    for (const create of again) {
      const id = await importIdOf(create, systems);
      if (id !== undefined) found.push({ ...create, id });
    }
    missing = creates.filter(({ urn }) => !found.some((one) => one.urn === urn));
  }
  return { found, missing };
}

async function exportState(stack: string, engine: Engine): Promise<unknown> {
  try {
    return JSON.parse(await pulumi(engine, ["stack", "export", "--stack", stack]));
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes("no stack named")) throw error;
    throw new Error(`there is no stack ${stack}: name one that "npm run pulumi -- stack ls" shows`, {
      cause: error,
    });
  }
}

async function systemsOf(stack: string, folder: string, env: NodeJS.ProcessEnv): Promise<Systems> {
  const { settings } = await readStack(folder, stack, env);
  const { keycloak, bitbucket } = settings;
  const life = new AbortController();
  const session = Bitbucket.from(bitbucket.url, env, life.signal).session(life.signal);
  return {
    keycloak: (realm) =>
      new KeycloakAdmin(keycloak.url, realm, keycloakCredentials(env), env.KEYCLOAK_REALM ?? "master"),
    bitbucket: {
      groupExists: async (workspace, name) => (await findGroup(session, workspace, name)) !== undefined,
      environmentExists: async (workspace, repository, name) => {
        const path = "/repositories/{workspace}/{repo_slug}/environments";
        return (await session.list(path, { workspace, repo_slug: repository })).some(
          (one) => one.name === name,
        );
      },
    },
  };
}

async function importAll(stack: string, engine: Engine, found: readonly Found[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bitbucket-keycloak-"));
  try {
    const file = join(folder, "import.json");
    await writeFile(file, JSON.stringify(importFileOf(found)));
    await pulumi(engine, [
      "import",
      "--stack",
      stack,
      "--file",
      file,
      "--yes",
      "--skip-preview",
      "--generate-code=false",
      "--protect=false",
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Takes out what is pending, and what is gone. */
async function writeState(stack: string, engine: Engine, gone: readonly Doomed[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bitbucket-keycloak-"));
  try {
    const file = join(folder, "state.json");
    const state = await exportState(stack, engine);
    await writeFile(file, JSON.stringify(mended(state, gone)), { mode: 0o600 });
    await pulumi(engine, ["stack", "import", "--stack", stack, "--file", file]);
  } finally {
    await rm(folder, { recursive: true });
  }
}
