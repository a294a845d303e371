/** What `rotate` has the engine do, and what it reads of the state and of the realm. */
import { resourcesIn, type ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import type { Settings } from "../../access";
import { exportState, up, type Engine } from "../../engine/engine";
import { EngineError } from "../../engine/errors";
import { KeycloakAdmin } from "../../clients/keycloak";
import { withMoment } from "../../checkout/moment";
import { variable } from "../../access/environment";
import type { Wanted } from "./byHand";
import { credentialsOf, type Published } from "./published";
import { samlKeysOf } from "./samlKeys";
import type { Rotatable } from "../../engine/rotations/status";

/** @throws if another SAML key signs than the one that somebody confirmed */
export async function whichSigns(
  wanted: Wanted | undefined,
  settings: Settings,
  stack: string,
  engine: Engine,
): Promise<void> {
  const keys = await samlKeysIn(await resourcesOf(stack, engine), settings, engine);
  const signing = keys.find((key) => key.signs);
  if (signing?.number === wanted?.samlKey) return;
  throw new Error(
    `SAML key ${wanted?.samlKey ?? 0} was to sign, and key ${signing?.number ?? "unknown"} does: look for a key of a higher priority in Keycloak (Realm settings, Keys)`,
  );
}

/**
 * Asks the realm of the settings, with the credentials of the engine's environment.
 *
 * @throws KeycloakError if it has none, or Keycloak does not answer
 */
export function samlKeysIn(
  resources: readonly ResourceState[],
  { keycloak: { url, realm } }: Settings,
  { env }: Engine,
) {
  const admin = KeycloakAdmin.from(url, realm, env);
  return samlKeysOf(admin, resources);
}

/**
 * An `up` of these alone, by an engine that goes by the baseline.
 *
 * @throws EngineError, or an Error that says so where another run is at work on the stack
 */
export async function rotateTargets(
  stack: string,
  engine: Engine,
  rotatables: readonly Rotatable[],
  asOf: Date,
  wanted?: Wanted,
): Promise<void> {
  const targets = rotatables.flatMap(({ urns }) => urns).flatMap((urn) => ["--target", urn]);
  const confirmed = wanted?.samlKey === undefined ? {} : { [variable.samlKey]: String(wanted.samlKey) };
  const env = { ...withMoment(engine.env, asOf), ...confirmed };
  try {
    await up({ ...engine, env }, stack, () => undefined, targets);
  } catch (error) {
    if (!(error instanceof EngineError) || error.failure !== "locked") throw error;
    throw new Error(`another run is at work on stack ${stack}: wait for it, then run this again`, {
      cause: error,
    });
  }
}

/** What the state has now. */
export async function resourcesOf(stack: string, engine: Engine): Promise<readonly ResourceState[]> {
  return resourcesIn(await exportState(engine, stack));
}

/** The credentials that the state has now. */
export async function publishedOf(stack: string, engine: Engine): Promise<Published[]> {
  return credentialsOf(resourcesIn(await exportState(engine, stack, { secrets: true })));
}
