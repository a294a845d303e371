/** The schema of the settings of one environment, and what each of them means: docs/reference/settings.md is written from it. */
import { z } from "zod";
import { durationWords, secondsOf } from "../duration";
import { nameRules } from "../file/nameRules";
import { shapes } from "../file/shapes";
import { observable, pipelineCredentials, plans } from "../vocabulary";
import { realmSetting } from "./realm";
import { rotationSetting, rotationsSetting, samlKeySetting } from "./rotation";
import { addressOf, serverUrlWords, type Address } from "./serverUrl";
import { signInSetting } from "./signIn";

const strict = shapes("strict");
const { name, yesNo, choice, map } = strict;

/** However it is written: its one spelling. */
const url = z.string(serverUrlWords).transform((text, { issues }) => {
  const address = addressOf(text);
  if (address?.isSafe && !address.hasMore) return address.url;
  issues.push({
    code: "custom",
    input: text,
    message: serverUrlWords,
    ...(address?.hasMore && { params: refused(address) }),
  });
  return z.NEVER;
});

/** What more it says may be a secret, and is not repeated. */
export const refused = ({ url, isSafe }: Address) => ({
  found: `more than "${url}"`,
  fix: isSafe ? `write "${url}"` : "correct it",
});

const duration = z
  .string(durationWords)
  .refine((text) => secondsOf(text) !== undefined, durationWords)
  .transform((text) => secondsOf(text) ?? 0)
  // Keycloak counts seconds in 32 bits.
  .refine((seconds) => seconds < 2 ** 31, "24855 days at most");

/** A name of Keycloak's own is refused apart, since it is well formed. */
const realm = name(nameRules.realm).refine((text) => text !== "master", {
  error: "a realm of the stack's own, as in acme-dev",
  params: { found: 'the realm "master", by which Keycloak\'s administrators sign in', fix: "name another" },
});

const settings = map({
  environment: name(nameRules.environment).describe(
    "The environment of `access.yaml` that the stack stands for.",
  ),
  keycloak: map(
    {
      url: url.describe("Where Keycloak is. Pinned: what the last deploy said counts."),
      realm: realm.describe("The realm of the environment. Never renamed."),
      people: choice(["declared", "external"]).describe(
        "`declared`: the stack creates the people of `access.yaml`. `external`: it finds them (LDAP, HR).",
      ),
      observed: z
        .array(choice(observable.keycloak), "a list with realm in it, as in [realm]")
        .optional()
        .describe("What is read and never written but for what this program makes. Default: nothing."),
    },
    "{ url: https://keycloak.acme.example, realm: acme, people: external }",
  ),
  bitbucket: map(
    {
      url: url.describe("Where Bitbucket's API is. Pinned, as Keycloak's."),
      workspace: name(nameRules.workspace).describe("The slug of the workspace."),
      governing: yesNo(false).describe(
        "Whether the stack owns what is not per environment: groups, permissions, branch restrictions. One stack of a workspace does.",
      ),
      plan: choice(plans).describe("The workspace's plan, which Bitbucket tells nobody."),
    },
    "{ url: https://api.bitbucket.org, workspace: acme, governing: true, plan: premium }",
  ),
  signIn: signInSetting(strict, url),
  lifetimes: map(
    {
      accessToken: duration.describe("How long an access token lives."),
      sessionIdle: duration.describe("How long a session lives that nobody uses."),
      session: duration.describe("How long any session lives."),
      events: duration.describe("How long the realm keeps an event of a sign-in (admin events stay)."),
    },
    "{ accessToken: 5 minutes, sessionIdle: 30 minutes, session: 10 hours, events: 30 days }",
  ).check((payload) => {
    const { accessToken, sessionIdle, session } = payload.value;
    const longer = (setting: string, than: string) =>
      payload.issues.push({
        code: "custom",
        path: [setting],
        input: payload.value,
        message: `at most as long as ${than}`,
        params: { found: `a longer time than ${than}`, fix: `shorten ${setting}, or lengthen ${than}` },
      });
    if (accessToken > sessionIdle) longer("accessToken", "sessionIdle");
    if (sessionIdle > session) longer("sessionIdle", "session");
  }),
  pipelines: map(
    {
      credential: choice(pipelineCredentials).describe(
        "How pipelines sign in to Keycloak, unless their repository says otherwise. `keyless`: by the step's own token; `rotated`: by a secret; `both`: while they move.",
      ),
    },
    "{ credential: keyless }",
  ),
  rotation: rotationSetting(strict, duration),
  rotations: rotationsSetting(strict).describe(
    "What people have rotated by hand, how often and why. Written by `npm run rotate -- <stack> --now <name> --reason <why>`.",
  ),
  samlKey: samlKeySetting(strict),
  realm: realmSetting(strict),
  protect: yesNo(false).describe("Whether the realm and what it holds refuse to be destroyed."),
  asOf: z.iso
    .datetime({ offset: true, error: 'a moment with its time zone, as in "2026-11-23T12:00:00Z"' })
    .optional()
    .describe("The moment that grants are evaluated at. Default: now."),
});

/** In a realm that is observed nothing is written but what this program makes. */
function observedProblems({ keycloak, realm, samlKey }: z.output<typeof settings>): z.core.$ZodRawIssue[] {
  if (!keycloak.observed?.includes("realm")) return [];
  const problem = (path: string[], input: unknown, message: string, found: string, fix: string) =>
    ({ code: "custom", path, input, message, params: { found, fix } }) as const;
  const owned = "nothing, where the realm is observed";
  const out = "take it out, or own the realm (keycloak.observed)";
  return [
    ...(keycloak.people === "external"
      ? []
      : [
          problem(
            ["keycloak", "people"],
            keycloak.people,
            "external, where the realm is observed",
            "people who would be created in a realm that is observed",
            'write "people: external"',
          ),
        ]),
    ...(realm === undefined ? [] : [problem(["realm"], realm, owned, "settings of the realm", out)]),
    ...(samlKey === undefined ? [] : [problem(["samlKey"], samlKey, owned, "keys of the realm", out)]),
  ];
}

/** A key may go once nothing lives that it has signed: two rotations after it was the current one. */
export const settingsSchema = settings.check((payload) => {
  const { lifetimes, rotation } = payload.value;
  payload.issues.push(...observedProblems(payload.value));
  // One that is no length of time is neither shorter nor longer.
  if (!(rotation.signingKeys < lifetimes.session)) return;
  payload.issues.push({
    code: "custom",
    path: ["rotation", "signingKeys"],
    input: payload.value,
    message: "at least as long as lifetimes.session",
    params: { found: "a shorter time than lifetimes.session", fix: "lengthen rotation.signingKeys" },
  });
});
