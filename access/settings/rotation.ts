/**
 * The settings of rotation: what rotates by itself and how often, and what people have rotated by hand, so that Git knows
 * who did it and why.
 */
import { z } from "zod";
import { nameRules } from "../file/nameRules";
import type { shapes } from "../file/shapes";

/** Lengths of time in seconds. */
export interface Rotation {
  /** From one rotation of a pipeline's credential to the next. */
  readonly credentials: number;
  /** From one rotation of the signing keys to the next. */
  readonly signingKeys: number;
  /** How long a credential that was replaced stays valid at least. */
  readonly overlap: number;
  /** How late a rotation may be before somebody is alerted. */
  readonly grace: number;
  /** Slug of the repository whose pipeline `rotate` runs every night; `none`. */
  readonly runner: string;
  /** The last day of the Bitbucket API token that this program uses: `2027-06-30`, or `unknown`. */
  readonly apiTokenExpires: string;
}

/** What somebody has rotated by hand, so far. */
export interface ManualRotation {
  /** How often. Of the SAML key: the number of the newest one. */
  readonly again: number;
  /** How often what was in use before was ended at once. Of the SAML key: the number of the one that signs. */
  readonly revoke: number;
  /** Why, the last time. */
  readonly reason: string;
}

/** Names of what rotates besides the credentials of pipelines. */
export const rotationNames = { signingKeys: "signing-keys", signIn: "sign-in", samlKey: "saml-key" } as const;

const runnerWords = "the slug of a repository, as in identity-runner, or none";
const dayWords = 'a day, as in "2027-06-30", or unknown';

type Strict = Pick<ReturnType<typeof shapes>, "map" | "text">;

export function rotationSetting({ map }: Strict, duration: z.ZodType<number>) {
  return map(
    {
      credentials: duration,
      signingKeys: duration,
      overlap: duration,
      grace: duration,
      runner: z.string(runnerWords).regex(nameRules.repository.pattern, runnerWords),
      apiTokenExpires: z
        .string(dayWords)
        .refine((text) => text === "unknown" || z.iso.date().safeParse(text).success, dayWords),
    },
    '{ credentials: 30 days, signingKeys: 90 days, overlap: 1 day, grace: 3 days, runner: none, apiTokenExpires: "2027-06-30" }',
  ).check((payload) => {
    const { overlap, credentials } = payload.value;
    if (overlap <= credentials) return;
    payload.issues.push({
      code: "custom",
      path: ["overlap"],
      input: payload.value,
      message: "at most as long as credentials",
      params: { found: "a longer time than credentials", fix: "shorten overlap, or lengthen credentials" },
    });
  });
}

export function rotationsSetting({ map, text }: Strict) {
  const count = (least: number) => z.int(countWords).min(least, countWords).max(1_000_000, countWords);
  const rotation = map(
    { again: count(1), revoke: count(0), reason: text("why, as in printed into a log") },
    "{ again: 1, revoke: 0, reason: printed into a log }",
  );
  return z
    .record(z.string(), rotation, `a map from names to rotations, as in { payments-api.dev: ${example} }, or {}`)
    .check((payload) => {
      const { again = 0, revoke = 0 } = payload.value[rotationNames.samlKey] ?? {};
      if (revoke <= again) return;
      payload.issues.push({
        code: "custom",
        path: [rotationNames.samlKey, "revoke"],
        input: payload.value,
        message: "at most again, the number of the newest key",
        params: { found: `${revoke}, and ${again} keys`, fix: `set revoke to ${again} or less` },
      });
    });
}

const countWords = "a whole number, as in 1";
const example = "{ again: 1, revoke: 1, reason: printed into a log }";
