/** The stack's state: read, added to, and written. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readState, resourcesIn, type StackState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { exportState, pulumi, type Engine } from "../../engine/engine";
import { importFileOf, type Found } from "./pending";
import { disordersOf, sorted } from "./order";
import { mended, type Doomed } from "./unrecorded";

/** What the stack's state holds now. */
export async function stateOf(stack: string, engine: Engine): Promise<StackState> {
  return readState(await exportState(engine, stack));
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
  await importState(stack, engine, mended(await stateOf(stack, engine), gone));
}

/** Writes the whole state. */
export async function importState(stack: string, engine: Engine, state: StackState): Promise<void> {
  await handed(state, (file) => pulumi(engine, ["stack", "import", "--stack", stack, "--file", file]));
}

/**
 * Brings a state into an order that the engine takes.
 *
 * @returns what was done, in words; nothing if it was in order
 * @throws if that is beyond repair; the state is left as it is
 */
export async function putInOrder(stack: string, engine: Engine, state: StackState): Promise<string[]> {
  const resources = resourcesIn(state);
  if (disordersOf(resources).length === 0) return [];
  const { entries, moved, changed } = sorted(resources);
  const left = disordersOf(entries);
  if (left.length > 0)
    throw new Error(
      `the state of stack ${stack} is out of order, and cannot be mended: ${left.join("; ")}; bring back one from before: "npm run pulumi -- stack import --stack ${stack} --file <file>", where the file is a backup or what "stack export" wrote`,
    );
  await importState(stack, engine, { ...state, deployment: { ...state.deployment, resources: entries } });
  const stood =
    moved.length === 0
      ? []
      : [`the state is in order again: moved behind what they depend on: ${moved.join(", ")}`];
  return [...stood, ...changed];
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
