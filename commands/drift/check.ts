/** What a drift check knows before it looks: what is declared, by the files and by the state. */
import type { Model, Settings } from "../../access";
import { pulumi, type Engine } from "../../engine/engine";
import { withMoment } from "../../checkout/moment";
import { readStack } from "../../checkout/stack";
import { placedIn, type Placed } from "../../engine/placed";

export interface Check {
  readonly stack: string;
  /** It judges at the moment of this check, however long that takes. */
  readonly engine: Engine;
  readonly model: Model;
  readonly settings: Settings;
  /** What the last run brought up. */
  readonly placed: readonly Placed[];
}

/** @throws if the files have mistakes, or the stack was never brought up */
export async function checkOf(stack: string, { env: given, ...rest }: Engine): Promise<Check> {
  const { model, settings, asOf } = readStack(rest.cwd, stack, given);
  const engine: Engine = { ...rest, env: withMoment(given, asOf) };
  const placed = placedIn(await pulumi(engine, ["stack", "export", "--stack", stack]));
  if (placed.length > 0) return { stack, engine, model, settings, placed };
  throw new Error(
    `stack ${stack} was never brought up, so nothing is declared: run "npm run deploy -- ${stack}" first`,
  );
}
