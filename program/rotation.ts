/**
 * What everything that turns shares in one run: the moment, what the last run left, the realm's administration, and
 * the dials.
 */
import { memoryOfStack, type Turning } from "../components";
import { turning, type HandTurn, type Settings } from "../access";
import { KeycloakAdmin } from "../clients/keycloak";

export interface Turns {
  readonly signingKeys: Turning & { period: number; overlap: number; byHand?: HandTurn };
  /** By itself where Bitbucket can be told of it. */
  readonly signIn: Turning & { period?: number; overlap: number; byHand?: HandTurn };
  /** How the credential of this name turns. */
  credential(name: string): Turning & { period: number; overlap: number; byHand?: HandTurn };
}

export function turnsOf(settings: Settings, asOf: Date): Turns {
  const { rotation, turns, lifetimes, signIn } = settings;
  const { url, realm } = settings.keycloak;
  let admin: KeycloakAdmin | undefined;
  const administration = () => (admin ??= KeycloakAdmin.from(url, realm, process.env));
  const memory = memoryOfStack();
  const shared: Turning = { asOf, memory, administration };
  const byHand = (name: string) => (turns[name] === undefined ? {} : { byHand: turns[name] });
  return {
    // What a key has signed lives as long as a session at most.
    signingKeys: {
      ...shared,
      period: rotation.signingKeys,
      overlap: lifetimes.session,
      ...byHand(turning.signingKeys),
    },
    signIn: {
      ...shared,
      ...(signIn.publish === "rest" && { period: rotation.credentials }),
      overlap: rotation.overlap,
      ...byHand(turning.signIn),
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
