/**
 * What everything that rotates shares in one run: the moment, what the last run left, the realm's administration, and
 * the settings.
 */
import { memoryOfStack, type RotationPlan } from "../components";
import { rotationNames, type ManualRotation, type Settings } from "../access";
import { KeycloakAdmin } from "../clients/keycloak";

export interface Rotations {
  readonly signingKeys: RotationPlan & { period: number; overlap: number; byHand?: ManualRotation };
  /** By itself where Bitbucket can be told of it. */
  readonly signIn: RotationPlan & { period?: number; overlap: number; byHand?: ManualRotation };
  /** How the credential of this name rotates. */
  credential(name: string): RotationPlan & { period: number; overlap: number; byHand?: ManualRotation };
}

/**
 * Periods and overlaps in seconds, as the settings have them. Keycloak is signed in to only once something asks for
 * it.
 */
export function rotationsOf(settings: Settings, asOf: Date): Rotations {
  const { rotation, rotations, lifetimes, signIn } = settings;
  const { url, realm } = settings.keycloak;
  let admin: KeycloakAdmin | undefined;
  const administration = () => (admin ??= KeycloakAdmin.from(url, realm, process.env));
  const memory = memoryOfStack();
  const shared: RotationPlan = { asOf, memory, administration };
  const byHand = (name: string) => (rotations[name] === undefined ? {} : { byHand: rotations[name] });
  return {
    // What a key has signed lives as long as a session at most.
    signingKeys: {
      ...shared,
      period: rotation.signingKeys,
      overlap: lifetimes.session,
      ...byHand(rotationNames.signingKeys),
    },
    signIn: {
      ...shared,
      ...(signIn.publish === "rest" && { period: rotation.credentials }),
      overlap: rotation.overlap,
      ...byHand(rotationNames.signIn),
    },
    credential: (name) => ({
      ...shared,
      period: rotation.credentials,
      overlap: rotation.overlap,
      ...byHand(name),
    }),
  };
}

/** When the runner repository's pipelines start: before people come to work, and not at once. */
export const everyNight = [
  { branch: "main", pipeline: "rotate", cron: "0 30 2 * * ? *" },
  { branch: "main", pipeline: "expire", cron: "0 15 3 * * ? *" },
  { branch: "main", pipeline: "drift", cron: "0 0 4 * * ? *" },
] as const;
