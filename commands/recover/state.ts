/** The stack's state: read, added to, and written. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pulumi, type Engine } from "../../engine/engine";
import { importFileOf, type Found } from "./pending";
import { mended, type Doomed } from "./unrecorded";

export async function exportState(stack: string, engine: Engine): Promise<unknown> {
  try {
    return JSON.parse(await pulumi(engine, ["stack", "export", "--stack", stack]));
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes("no stack named")) throw error;
    throw new Error(`there is no stack ${stack}: name one that "npm run pulumi -- stack ls" shows`, {
      cause: error,
    });
  }
}

/** Adds what was made without being recorded. */
export async function importAll(stack: string, engine: Engine, found: readonly Found[]): Promise<void> {
  const options = ["--yes", "--skip-preview", "--generate-code=false", "--protect=false"];
  await handed(importFileOf(found), (file) =>
    pulumi(engine, ["import", "--stack", stack, "--file", file, ...options]),
  );
}

/** Takes out what is pending, and what is gone. */
export async function writeState(stack: string, engine: Engine, gone: readonly Doomed[]): Promise<void> {
  const state = await exportState(stack, engine);
  await handed(mended(state, gone), (file) =>
    pulumi(engine, ["stack", "import", "--stack", stack, "--file", file]),
  );
}

/** Hands over a file that nobody else may read, and that is gone afterwards. */
async function handed(content: unknown, use: (file: string) => Promise<unknown>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bitbucket-keycloak-"));
  try {
    const file = join(folder, "state.json");
    await writeFile(file, JSON.stringify(content), { mode: 0o600 });
    await use(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}
