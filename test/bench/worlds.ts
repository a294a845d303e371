/** The real systems of a bench, gone when its work is done, however that ends. */
import { dirname, join, relative } from "node:path";
import { localStack } from "../../access/environment";
import type { Engine } from "../../engine/engine";
import globalSetup from "../e2e/world/globalSetup";
import { shared } from "../e2e/world/shared";
import { World, type WorldOptions } from "../e2e/world";
import type { Toolchain } from "../../toolchain/build";
import { compiled, root } from "../../toolchain/places";
import type { BenchOptions } from "./bench";

/**
 * Variables by which the engine writes its state once, at the end: for what comes before a measurement, or to show what
 * checkpoints cost. Nobody should work without them.
 */
export const withoutCheckpoints = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

/** What each run of the engine is told. */
export const always = ["--stack", localStack, "--non-interactive", "--suppress-progress"];

/** Starts a Keycloak for all worlds of a bench. */
export async function withKeycloak<Result>(
  { progress, toolchain, checkpoint }: BenchOptions,
  work: (toolchain: Toolchain) => Promise<Result>,
): Promise<Result> {
  const found = await toolchain({ keycloak: "plain" });
  await progress.step("starting Keycloak", () => globalSetup());
  try {
    checkpoint();
    return await work(found);
  } finally {
    await shared.stop?.();
  }
}

/** @param work is handed the engine that brings the world up */
export async function inWorld<Result>(
  { pulumi: command }: Toolchain,
  options: WorldOptions,
  work: (world: World, engine: Engine) => Promise<Result>,
): Promise<Result> {
  const world = await World.start(options);
  try {
    return await work(world, { command, cwd: world.folder, env: world.env });
  } finally {
    await world.stop();
  }
}

/**
 * `Pulumi.yaml` of a project whose program and plugin lie in the checkout.
 * @param main path of the program from the root of the checkout
 * @param plugin name, and folder from the root of the checkout
 */
export function projectOf(name: string, main: string, plugin: { name: string; path: string }): string {
  const program = join(root, main);
  return `name: ${name}
runtime:
  name: nodejs
  options:
    typescript: false
    nodeargs: --require ${relative(dirname(program), compiled)}
main: ${JSON.stringify(program)}
plugins:
  providers:
    - name: ${plugin.name}
      path: ${JSON.stringify(join(root, plugin.path))}
`;
}
