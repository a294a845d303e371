/**
 * What a drift check knows before it looks: what is declared now, what the last run declared, and what the state has. The
 * first two decide: a refresh writes into the state whatever it finds.
 */
import { resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import { Tree, type Model, type Settings } from "../../access";
import { commitOf } from "../../checkout/commit";
import { withMoment } from "../../checkout/moment";
import { readStack } from "../../checkout/stack";
import { KeycloakAdmin } from "../../clients/keycloak";
import { knownPlaces, type KnownPlaces } from "../../clients/look/places";
import { exportState, pulumi, type Engine } from "../../engine/engine";
import { declaredIn, lastDeclared, placedIn, type Placed } from "../../engine/placed";
import { plannedIn, stepsIn, type Observations } from "../../engine/steps";
import { lastRunOf, type LastRun } from "../../engine/lastRun";

/** What is compared with what is there. */
export interface Declared {
  readonly model: Model;
  /** Of the model. */
  readonly tree: Tree;
  /** What stands for something in one of the two systems. */
  readonly placed: readonly Placed[];
}

export interface Check {
  readonly stack: string;
  /** It evaluates at the moment of this check, however long that takes. */
  readonly engine: Engine;
  readonly settings: Settings;
  /** Whether the realm is there at all. Without it the program cannot say what it declares: then the state does. */
  readonly hasRealm: boolean;
  /** What the state has: what is ours, by its ids. */
  readonly placed: readonly Placed[];
  readonly now: Declared;
  /** As far as is known. The same as what is declared now where nothing waits to be brought up. */
  readonly then: Declared;
  /** The same, for what the engine compares. */
  readonly last: LastRun;
  /** The UUIDs by which the state knows projects and repositories. */
  readonly known: KnownPlaces;
  /** What the engine makes of each resource, as the state has it, by its URN. */
  readonly planned: Observations;
}

/** @throws if the files have mistakes, or the stack was never brought up */
export async function checkOf(stack: string, { env: given, ...rest }: Engine): Promise<Check> {
  const { model, settings, asOf } = readStack(rest.cwd, stack, given);
  const env = withMoment(given, asOf);
  const engine: Engine = { ...rest, env };
  const exported = await exportState(engine, stack);
  const placed = placedIn(exported);
  if (placed.length === 0)
    throw new Error(
      `stack ${stack} was never brought up, so nothing is declared: run "npm run deploy -- ${stack}" first`,
    );
  const { url, realm } = settings.keycloak;
  const hasRealm = (await KeycloakAdmin.from(url, realm, env).get("")) !== undefined;
  const preview = ["preview", "--json", "--show-sames", "--stack", stack];
  const steps = hasRealm ? stepsIn(await pulumi(engine, preview)) : [];
  const [resources, commit] = [resourcesIn(exported), commitOf(engine.cwd, env)];
  const last = lastRunOf({ model, settings, asOf, commit, resources });
  const now = declaring(model, hasRealm ? declaredIn(steps, placed) : placed);
  const then = last.isCurrent ? now : declaring(last.model ?? model, lastDeclared(last, placed));
  const known = knownPlaces(resources);
  return { stack, engine, settings, hasRealm, placed, now, then, last, known, planned: plannedIn(steps) };
}

function declaring(model: Model, placed: readonly Placed[]): Declared {
  return { model, tree: new Tree(model), placed };
}
