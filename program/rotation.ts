/** How everything rotates that does, by the settings of a stack, and when the nights' pipelines start. */
import { rotationNames, runnerBranch, type Settings } from "../access";
import type { RotationArgs } from "../components";

export interface Rotations {
  readonly signingKeys: RotationArgs;
  /** By itself where Bitbucket can be told of it. */
  readonly signIn: RotationArgs;
  /** How the credential of this name rotates, by hand also under a name of before. Example: `payments-api.dev`. */
  credential(name: string, ...former: readonly string[]): RotationArgs;
}

/** Periods and overlaps in seconds, as the settings have them, and what people have rotated by hand so far. */
export function rotationsOf({ rotation, rotations, lifetimes, signIn }: Settings): Rotations {
  const byHand = (...names: readonly string[]) => {
    const found = names.map((name) => rotations[name]).find((one) => one !== undefined);
    return found === undefined ? {} : { byHand: found };
  };
  const { credentials, signingKeys, overlap } = rotation;
  return {
    // What a key has signed lives as long as a session at most.
    signingKeys: { period: signingKeys, overlap: lifetimes.session, ...byHand(rotationNames.signingKeys) },
    signIn: {
      ...(signIn.publish === "rest" && { period: credentials }),
      overlap,
      ...byHand(rotationNames.signIn),
    },
    credential: (...names) => ({ period: credentials, overlap, ...byHand(...names) }),
  };
}

/** When the runner repository's pipelines start: before people come to work, and not at once; what ends, ends in each hour. */
export const everyNight = [
  { branch: runnerBranch, pipeline: "rotate", cron: "0 30 2 * * ? *" },
  { branch: runnerBranch, pipeline: "expire", cron: "0 15 * * * ? *" },
  { branch: runnerBranch, pipeline: "drift", cron: "0 0 4 * * ? *" },
] as const;
