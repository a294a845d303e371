/**
 * Fills the state of a stack with what a look found, by one write, and writes nothing else: the engine plans what the program
 * declares, and of all that it would make, what is there already goes into the state as it was read. Bitbucket is not asked.
 */
import { randomUUID } from "node:crypto";
import { readState, resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import { readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";
import type { Found } from "../../../access/adopt/found";
import { exportState, pulumi, type Engine } from "../../../engine/engine";
import { isChanging, registeredIn, stepsIn } from "../../../engine/steps";
import { importState } from "../../recover/state";
import { countsBy } from "../counts";
import { adopted, withoutTaken, type StoredResource } from "./adopted";

export interface Took {
  /** What is in the state now, by type. Example: `{ "bitbucket:index:Group": 3 }`. */
  readonly taken: Readonly<Record<string, number>>;
  /** What the next deploy would make, since it was not found, by type. */
  readonly toMake: Readonly<Record<string, number>>;
  readonly urns: readonly string[];
}

/**
 * @param project key of the only project that is taken. Default: all
 * @throws Error where nothing is there to be taken, or the stack has it already
 */
export async function take(stack: string, engine: Engine, found: Found, project?: string): Promise<Took> {
  const state = readState(await exportState(engine, stack));
  const steps = stepsIn(await pulumi(engine, ["preview", "--json", "--show-sames", "--stack", stack]));
  const registered = registeredIn(steps);
  const planned = { state: resourcesIn(state) as readonly StoredResource[], registered };
  const { resources, taken } = adopted(planned, found, randomUUID, ofProject(project, found));
  if (taken.length === 0) throw new Error(nothing(stack, project));
  await importState(stack, engine, { ...state, deployment: { ...state.deployment, resources } });
  const isMade = ({ urn, newState }: (typeof steps)[number]) => newState?.custom === true && !newState.type.startsWith("pulumi:") && !taken.includes(urn); // prettier-ignore
  const toMake = steps.filter((step) => isChanging(step) && isMade(step));
  return { taken: byType(taken), toMake: byType(toMake.map(({ urn }) => urn)), urns: taken };
}

/** Takes out of the state what `take` put there, as long as no deploy has followed. Touches nothing else. */
export async function undo(
  stack: string,
  engine: Engine,
  found: Found,
  project?: string,
): Promise<Pick<Took, "taken" | "urns">> {
  const state = readState(await exportState(engine, stack));
  const { resources, gone } = withoutTaken(resourcesIn(state), ofProject(project, found));
  if (gone.length === 0)
    throw new Error(
      `stack ${stack} has nothing that was taken and not deployed since; to give up what is deployed, write "observed" beside it in access.yaml`,
    );
  await importState(stack, engine, { ...state, deployment: { ...state.deployment, resources } });
  return { taken: byType(gone), urns: gone };
}

function nothing(stack: string, project: string | undefined): string {
  const what = project === undefined ? "access.yaml" : `project ${project}`;
  return `nothing that ${what} declares is there and not in stack ${stack} already; see npm run adopt -- status ${stack}`;
}

/** Of a project: what lies in it. Groups are the whole workspace's, and go with any. */
function ofProject(key: string | undefined, { workspace }: Found): ((urn: string) => boolean) | undefined {
  if (key === undefined) return undefined;
  const slugs = workspace.repositories.filter(({ project }) => project === key).map(({ slug }) => slug);
  return (urn) => {
    const { type, name } = readUrn(urn);
    if (!type.startsWith("bitbucket:")) return true;
    if (/:Project/.test(type)) return name === key;
    if (type.endsWith(":Deployment")) return slugs.some((slug) => name.startsWith(`${slug}.`));
    return type.endsWith(":Group") || slugs.includes(name);
  };
}

function byType(urns: readonly string[]): Record<string, number> {
  return countsBy(urns, (urn) => readUrn(urn).type);
}
