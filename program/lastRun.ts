/**
 * What the stack was last brought up with, read by the program itself, so that plain `pulumi up` knows it, too, before
 * anything is registered and before it signs in anywhere. It comes from the engine, which has the state open already:
 * with any CLI, language host and backend, and without another process or credential.
 */
import * as pulumi from "@pulumi/pulumi";
import {
  knownAddresses,
  lastBaseline,
  movedAddresses,
  renamedRealm,
  pinnedAddresses,
  readSettings,
  sharedSecrets,
  unreadCredentials,
  type Baseline,
  type Problem,
  type Settings,
} from "../access";
import { textsIn } from "../checkout/folder";
import { settingsOfStacks } from "../checkout/stack";
import type { Recorded } from "../components";

export interface LastRun {
  /** The resources that it left. */
  readonly record: readonly Recorded[];
  /** Why nothing may be sent with these settings. */
  readonly unsafe: (settings: Settings) => Unsafe;
  /** What it declared; undefined where no run of this version has come to its end. */
  readonly baseline: Baseline | undefined;
}

interface Unsafe {
  /** A secret that would go to two servers, or that nothing reads. */
  readonly credentials: readonly Problem[];
  /** An address that the last run did not go to. */
  readonly moved: readonly Problem[];
  /** Another name of the realm, which nobody can approve of. */
  readonly realm: readonly Problem[];
}

/** @param record the resources that it left */
export function lastRunOf(record: readonly Recorded[]): LastRun {
  return { record, unsafe: (settings) => unsafe(settings, record), baseline: lastBaseline(record) };
}

function unsafe(settings: Settings, resources: readonly Recorded[]): Unsafe {
  const [stack, env] = [pulumi.getStack(), process.env];
  // What the engine made of the file counts; the file says where it stands.
  const { positions } = readSettings(textsIn("."), stack, env);
  const stacks = settingsOfStacks(".", env).set(stack, settings);
  const [pinned, known] = [pinnedAddresses(stack, settings, env), knownAddresses(resources)];
  return {
    credentials: [...unreadCredentials(stack, [...stacks.keys()], env), ...sharedSecrets(stack, stacks, env)],
    moved: movedAddresses(stack, pinned, known, positions),
    realm: renamedRealm(stack, pinned, known, positions),
  };
}
