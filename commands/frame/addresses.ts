/**
 * What comes before the first request of any command about a stack: the credentials of that stack alone, and the addresses
 * of its file compared with those that it was last brought up with.
 */
import { say } from "@bitbucket-keycloak/output";
import { resourcesIn, type ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import {
  addressesText,
  stackEnvironment,
  InvalidAccess,
  knownAddresses,
  movedAddresses,
  pinnedAddresses,
  readSettings,
  sharedSecrets,
  stackOfFile,
  type Addresses,
  type Problem,
} from "../../access";
import { localStack, variable } from "../../access/environment";
import { textsIn } from "../../checkout/folder";
import { settingsOfStacks, stackTexts } from "../../checkout/stack";
import { exportState, type Engine } from "../../engine/engine";
import { EngineError } from "../../engine/errors";
import { readLocalCredentials, withLocalCredentials } from "../../toolchain/environment";

/** The names of all stacks that have a file. */
export function stacksIn(folder: string): string[] {
  return stackTexts(folder).flatMap(({ file }) => stackOfFile(file) ?? []);
}

/**
 * The environment variables of one stack.
 *
 * @param folder the folder of Pulumi.yaml
 * @param signsIn whether a secret is going to be sent. Default: true
 * @throws InvalidAccess where a secret would go to two servers
 */
export function environmentFor(
  stack: string,
  folder: string,
  env: NodeJS.ProcessEnv,
  signsIn = true,
): NodeJS.ProcessEnv {
  const names = stacksIn(folder);
  const own = stackEnvironment(stack, names, env);
  if (stack === localStack) return withLocalCredentials(own, readLocalCredentials());
  const shared = signsIn ? sharedSecrets(stack, settingsOfStacks(folder, env), env) : [];
  if (shared.length > 0) throw new InvalidAccess(shared);
  return { ...own, [variable.credentialsOf]: stack };
}

/** Where a stack goes, and where it went. */
export interface Compared {
  /** Of its last run; none: there was none. */
  readonly known: Addresses;
  readonly pinned: Addresses;
  readonly moved: readonly Problem[];
}

/** Compares, by the state alone: no request goes to either system. */
export async function compared(stack: string, engine: Engine): Promise<Compared> {
  const { settings, positions } = readSettings(textsIn(engine.cwd), stack, engine.env);
  const pinned = settings ? pinnedAddresses(stack, settings, engine.env) : {};
  // Without an address there is no request: whatever is wrong with the file, the command says.
  if (Object.keys(pinned).length === 0) return { known: {}, pinned, moved: [] };
  const known = knownAddresses(await resourcesOf(stack, engine));
  return { known, pinned, moved: movedAddresses(stack, pinned, known, positions) };
}

/**
 * @throws InvalidAccess where an address of the stack has moved; on the first contact it says where it signs in
 */
export async function refuseMoved(stack: string, engine: Engine): Promise<void> {
  const { known, pinned, moved } = await compared(stack, engine);
  if (moved.length > 0) throw new InvalidAccess(moved);
  if (Object.keys(pinned).length > 0 && Object.keys(known).length === 0)
    say(`stack ${stack} was never brought up; its first contact: ${addressesText(pinned)}`);
}

async function resourcesOf(stack: string, engine: Engine): Promise<readonly ResourceState[]> {
  try {
    return resourcesIn(await exportState(engine, stack));
  } catch (error) {
    const cause = (error as Error).cause;
    if (cause instanceof EngineError && cause.failure === "no stack") return [];
    throw error;
  }
}
