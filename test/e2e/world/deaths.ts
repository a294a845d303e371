/** How a run dies. */
import type { ChildProcess } from "node:child_process";
import { below, kill } from "./processes";
import type { Death, SystemName } from "./strikes";

/**
 * @param run the engine, or a command that has started one, or not yet, or no longer
 * @returns what goes on running without the engine
 */
export function strike(run: ChildProcess, death: Death, system: SystemName): number[] {
  if (death === "interrupt") {
    run.kill("SIGINT");
    return [];
  }
  const all = below(run.pid ?? 0);
  if (death === "engine") {
    // What the engine has started goes on; the command that waits for it ends with it.
    const engine = all.find(({ command }) => command === "pulumi");
    const under = engine === undefined ? all : below(engine.id);
    kill([run.pid ?? 0, ...(engine === undefined ? [] : [engine.id])]);
    return under.map(({ id }) => id);
  }
  kill(all.filter(({ args }) => pluginsOf[system].test(args)).map(({ id }) => id));
  return [];
}

const pluginsOf: Readonly<Record<SystemName, RegExp>> = {
  keycloak: /pulumi-resource-keycloak|keycloak-identity\/plugin\.ts/,
  bitbucket: /bitbucket\/plugin\.ts/,
};
