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
  // Whoever stands still starts nothing that would not be seen.
  run.kill("SIGSTOP");
  const all = below(run.pid ?? 0);
  if (death === "command") {
    run.kill("SIGKILL");
    return [];
  }
  if (death === "engine") {
    // What the engines have started goes on; the command that waits for them ends with them.
    const engines = all.filter(({ command }) => command === "pulumi").map(({ id }) => id);
    kill([run.pid ?? 0, ...engines]);
    return all.map(({ id }) => id).filter((id) => !engines.includes(id));
  }
  run.kill("SIGCONT");
  kill(all.filter(({ args }) => pluginsOf[system].test(args)).map(({ id }) => id));
  return [];
}

const pluginsOf: Readonly<Record<SystemName, RegExp>> = {
  keycloak: /pulumi-resource-keycloak|keycloak-identity\/plugin\.ts/,
  bitbucket: /bitbucket\/plugin\.ts/,
};
