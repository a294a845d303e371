/**
 * `npm run recover -- <stack>`: what has to happen between a run that died and the next one. The lock of a dead
 * process is removed, and a half-written attribute file beside the state; each create that was begun is looked up in its system, and imported where it happened, so that
 * the next run neither makes it twice nor leaves it behind.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { Bitbucket } from "../providers/bitbucket/api/client";
import { accessFrom } from "../providers/bitbucket/api/credentials";
import { findGroup } from "../providers/bitbucket/api/groups";
import { ensureToolchain } from "../toolchain/build";
import { currentLogin, loginFolder } from "../toolchain/environment";
import { Progress } from "../toolchain/progress";
import { pulumi, type Engine } from "./engine";
import { KeycloakAdmin, keycloakCredentials } from "./keycloak";
import { removeBrokenAttributes } from "./attributes";
import { releaseDeadLock } from "./lock";
import {
  importFileOf,
  importIdOf,
  isLookedUp,
  pendingCreates,
  withoutPending,
  type Found,
  type PendingCreate,
  type Systems,
} from "./pending";
import { prepareEngine } from "./prepare";
import { readStack } from "./stack";

export function recoverCommand(): Command {
  return new Command("recover")
    .description("mends a stack after a run that was killed: its lock, and what was half made")
    .usage("-- <stack>")
    .argument("<stack>", "for example local")
    .addHelpText("after", "\nExit code: 0 mended, or nothing to mend; 1 error.")
    .action(async (stack: string) => {
      const engine = await prepareEngine(await ensureToolchain({ keycloak: false }), stack);
      for (const line of await recover(stack, engine)) console.log(line);
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

  const pending = pendingCreates(await exportState(stack, engine));
  if (pending.length === 0) return (released ?? readable) ? done : ["nothing to mend", ...done];

  await progress.step(`looking up ${pending.length} half-made resources`, async () => {
    const systems = await systemsOf(stack, engine.cwd, env);
    const { found, missing } = await lookUp(pending, systems);
    done.push(...missing.map(({ type, name }) => `${type} ${name}: not there, will be made`));
    if (found.length > 0) await importAll(stack, engine, found);
    done.push(...found.map(({ type, name, id }) => `${type} ${name}: imported as ${id}`));
    await clearPending(stack, engine);
  });
  return done;
}

/** Seconds before each look. A realm takes Keycloak seconds to make, and it goes on when who asked for it is dead. */
const looks = [0, 2, 4, 8];

/** Sorts begun creates into those that happened and those that did not, also after a while. */
async function lookUp(
  pending: readonly PendingCreate[],
  systems: Systems,
): Promise<{ found: Found[]; missing: readonly PendingCreate[] }> {
  const found: Found[] = [];
  let missing = pending;
  for (const seconds of looks) {
    if (!missing.some(({ type }) => isLookedUp(type))) break;
    await sleep(seconds * 1000);
    const still: PendingCreate[] = [];
    for (const create of missing) {
      const id = await importIdOf(create, systems);
      if (id === undefined) still.push(create);
      else found.push({ ...create, id });
    }
    missing = still;
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
  const session = new Bitbucket(bitbucket.url, accessFrom(env), life.signal).session(life.signal);
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

async function clearPending(stack: string, engine: Engine): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bitbucket-keycloak-"));
  try {
    const file = join(folder, "state.json");
    const state: unknown = JSON.parse(await pulumi(engine, ["stack", "export", "--stack", stack]));
    await writeFile(file, JSON.stringify(withoutPending(state)), { mode: 0o600 });
    await pulumi(engine, ["stack", "import", "--stack", stack, "--file", file]);
  } finally {
    await rm(folder, { recursive: true });
  }
}
