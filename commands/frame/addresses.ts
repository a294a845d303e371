/**
 * What comes before the first request of any command about a stack: the credentials of that stack alone, and the addresses
 * of its file compared with those that it was last brought up with.
 */
import { say } from "@bitbucket-keycloak/output";
import { resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import {
  addressesText,
  stackEnvironment,
  InvalidAccess,
  knownAddresses,
  lastBaseline,
  movedAddresses,
  pinnedAddresses,
  readSettings,
  renamedRealm,
  sharedSecrets,
  stackOfFile,
  type Addresses,
  type Problem,
  type Settings,
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

/**
 * Whoever merges another address into a stack file stops that stack, and no other: of the others it counts where they were last
 * brought up, and the file alone where they never were.
 *
 * @throws InvalidAccess where a secret would go to two servers
 */
export async function refuseShared(stack: string, engine: Engine, env: NodeJS.ProcessEnv): Promise<void> {
  const files = settingsOfStacks(engine.cwd, env);
  if (sharedSecrets(stack, files, env).length === 0) return;
  const last = await Promise.all(
    [...files].map(async ([name, settings]): Promise<[string, Settings]> => {
      const exported = name === stack ? undefined : await stateOf(name, engine);
      const baseline = exported === undefined ? undefined : lastBaseline(resourcesIn(exported));
      return [name, baseline?.settings ?? settings];
    }),
  );
  const shared = sharedSecrets(stack, new Map(last), env);
  if (shared.length > 0) throw new InvalidAccess(shared);
}

/** Where a stack goes, and where it went. */
export interface Compared {
  /** Of its last run; none: there was none. */
  readonly known: Addresses;
  readonly pinned: Addresses;
  readonly moved: readonly Problem[];
  /** Another name of the realm, which nobody can approve of. */
  readonly realm: readonly Problem[];
  /** The state, as `pulumi stack export` printed it, where it was asked for. */
  readonly exported?: string;
}

/** Compares, by the state alone: no request goes to either system. */
export async function compared(stack: string, engine: Engine): Promise<Compared> {
  const { settings, positions } = readSettings(textsIn(engine.cwd), stack, engine.env);
  const pinned = settings ? pinnedAddresses(stack, settings, engine.env) : {};
  // Without an address there is no request: whatever is wrong with the file, the command says.
  if (Object.keys(pinned).length === 0) return { known: {}, pinned, moved: [], realm: [] };
  const exported = await stateOf(stack, engine);
  const known = exported === undefined ? {} : knownAddresses(resourcesIn(exported));
  const moved = movedAddresses(stack, pinned, known, positions);
  const realm = renamedRealm(stack, pinned, known, positions);
  return { known, pinned, moved, realm, ...(exported !== undefined && { exported }) };
}

/**
 * On the first contact it says where the command signs in.
 *
 * @param moves whether the command asks about another address by itself
 * @returns the state of the stack, where it was asked for
 * @throws InvalidAccess where an address of the stack has moved
 */
export async function contacted(stack: string, engine: Engine, moves = false): Promise<string | undefined> {
  const { known, pinned, moved, exported } = await compared(stack, engine);
  if (moved.length > 0 && !moves) throw new InvalidAccess(moved);
  if (Object.keys(pinned).length > 0 && Object.keys(known).length === 0)
    say(`stack ${stack} was never brought up; its first contact: ${addressesText(pinned)}`);
  return exported;
}

async function stateOf(stack: string, engine: Engine): Promise<string | undefined> {
  try {
    return await exportState(engine, stack);
  } catch (error) {
    const cause = (error as Error).cause;
    if (cause instanceof EngineError && cause.failure === "no stack") return undefined;
    throw error;
  }
}
