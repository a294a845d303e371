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
  /** How often it was given a successor. */
  readonly manualRotations: number;
  /** How often what was in use before was ended at once. */
  readonly revocations: number;
  /** Why, the last time. */
  readonly reason: string;
}

/**
 * Which of the realm's keys sign SAML, by their numbers; 0 is the key that came with the realm. No schedule changes them:
 * a partner pins the certificate of the one that signs.
 */
export interface SamlKeyNumbers {
  /** The newest key that is published. */
  readonly newest: number;
  /** The key that signs. */
  readonly signing: number;
  /** Why, the last time. */
  readonly reason: string;
}

/** Names of what rotates besides the credentials of pipelines. */
export const rotationNames = { signingKeys: "signing-keys", signIn: "sign-in", samlKey: "saml-key" } as const;

const runnerWords = "the slug of a repository, as in identity-runner, or none";
const dayWords = 'a day, as in "2027-06-30", or unknown';

type Strict = Pick<ReturnType<typeof shapes>, "map" | "text">;

/**
 * Schema of the setting `rotation`, durations in seconds; an `overlap` longer than `credentials` is refused.
 *
 * @param duration schema that reads `30 days` as seconds
 */
export function rotationSetting({ map }: Strict, duration: z.ZodType<number>) {
  return map(
    {
      credentials: duration.describe("From one rotation of a pipeline's credential to the next."),
      signingKeys: duration.describe(
        "From one rotation of the signing keys to the next; no shorter than a session.",
      ),
      overlap: duration.describe("How long a credential that was replaced stays valid at least."),
      grace: duration.describe("How late a rotation may be before somebody is alerted."),
      runner: z
        .string(runnerWords)
        .regex(nameRules.repository.pattern, runnerWords)
        .describe(
          "The repository whose pipelines run every night, by schedules of the governing stack; or `none`.",
        ),
      apiTokenExpires: z
        .string(dayWords)
        .refine((text) => text === "unknown" || z.iso.date().safeParse(text).success, dayWords)
        .describe("The last day of the API token that this program uses, or `unknown`."),
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

/** What people have rotated by hand; written by `rotate --now`. */
export function rotationsSetting({ map, text }: Strict) {
  const rotation = map(
    {
      manualRotations: count(1).describe("How often it was given a successor."),
      revocations: count(0).describe("How often what was in use before was ended at once."),
      reason: text(reasonWords).describe("Why, the last time."),
    },
    example,
  );
  return z.record(
    z.string(),
    rotation,
    `a map from names to rotations, as in { payments-api.dev: ${example} }, or {}`,
  );
}

/** The numbers of the SAML keys; written by `rotate --now saml-key`. Left out: the realm's own key signs. */
export function samlKeySetting({ map, text }: Strict) {
  return map(
    {
      newest: count(1).describe(
        "The newest key that is published. Default: the realm's own is the only one.",
      ),
      signing: count(0).describe("The key that signs SAML; 0 is the one that came with the realm."),
      reason: text(reasonWords).describe(
        "Why, the last time. Written by `npm run rotate -- <stack> --now saml-key`.",
      ),
    },
    "{ newest: 1, signing: 0, reason: ends next year }",
  )
    .check((payload) => {
      const { newest, signing } = payload.value;
      if (signing <= newest) return;
      payload.issues.push({
        code: "custom",
        path: ["signing"],
        input: payload.value,
        message: "at most newest",
        params: { found: `${signing}, and ${newest} as the newest`, fix: `set signing to ${newest} or less` },
      });
    })
    .optional();
}

const countWords = "a whole number, as in 1";
const count = (least: number) => z.int(countWords).min(least, countWords).max(1_000_000, countWords);
const reasonWords = "why, as in printed into a log";
const example = "{ manualRotations: 1, revocations: 1, reason: printed into a log }";
