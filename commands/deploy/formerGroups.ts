/**
 * The end of a renaming. A run has made the group of the new name, with the grants of the old one; now it gets the people,
 * and then the old one goes: nobody is without a right on the way.
 */
import type { FormerGroups } from "../../access";
import { variable } from "../../access/environment";
import type { Engine } from "../../engine/engine";
import type { Progress } from "../../toolchain/progress";
import { sync } from "../sync/sync";

/**
 * Puts the people of the old groups into the new ones. Nobody else is moved.
 *
 * @returns the engine whose run lets the old groups go
 * @throws Error if somebody could not be put where they belong; the old groups then stay, and with them every right
 */
export async function filled(
  stack: string,
  engine: Engine,
  former: FormerGroups,
  progress: Progress,
): Promise<Engine> {
  const { failures } = await sync(
    stack,
    engine.env,
    { apply: true, former, groups: Object.keys(former) },
    engine.cwd,
    progress,
  );
  if (failures.length > 0)
    throw new Error(
      [
        `the groups ${Object.values(former).flat().join(", ")} stay, since those that take their place do not have everybody yet:`,
        ...failures,
        `mend that, and run "npm run deploy -- ${stack}" again`,
      ].join("\n"),
    );
  return { ...engine, env: { ...engine.env, [variable.formerGroups]: "go" } };
}
