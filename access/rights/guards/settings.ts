/** What a change of each setting, and of each exception, means: harmless, or grave and asked of the company's owners. */
import type { Exception } from "../../exceptions";
import type { Settings } from "../../model";
import type { RealmSettings } from "../../settings/realm";
import type { ManualRotation } from "../../settings/rotation";
import { compareEnds } from "../../until";
import { each, fields, guard, harmless, named, presence, type Class } from "./class";
import { isLongerLived } from "./model";

const grave = guard<unknown>("setting");
const longer = guard<number>("setting", { weaker: (before = 0, after = 0) => after > before });
const shorter = guard<number>("setting", { weaker: (before = 0, after = 0) => after < before });

/** What was rotated, or ended, by hand is not taken back; to end more is what a leak asks for, at night as well. */
const counted = guard<number>("setting", { weaker: (before = 0, after = 0) => after < before });

const manualRotation: Class<ManualRotation> = named<ManualRotation>({
  manualRotations: counted,
  revocations: counted,
  reason: harmless,
});

const rotations: Class<Settings["rotations"]> = (before = {}, after = {}, at) =>
  each<readonly [string, ManualRotation]>(
    { key: ([name]) => name, at: ([name], list) => ({ name: `${list.name}.${name}` }) },
    (was, is, of) => manualRotation(was?.[1], is?.[1], of),
  )(Object.entries(before), Object.entries(after), at);

export const settingsClasses: Class<Settings> = named<Settings>({
  environment: grave,
  keycloak: named<Settings["keycloak"]>({
    url: grave,
    realm: grave,
    people: grave,
    observed: guard("setting", { word: (parts) => parts.join(", ") }),
  }),
  bitbucket: named({ url: grave, workspace: grave, governing: grave, plan: grave }),
  signIn: named({ kind: grave, url: grave, connection: grave, publish: grave }),
  lifetimes: named({ accessToken: longer, sessionIdle: longer, session: longer, events: shorter }),
  pipelines: named({ credential: guard("setting", { weaker: isLongerLived }) }),
  rotation: named({
    credentials: longer,
    signingKeys: longer,
    overlap: longer,
    grace: longer,
    runner: grave,
    // What a person has read in Atlassian's settings: it only moves a reminder.
    apiTokenExpires: harmless,
  }),
  rotations,
  samlKey: named({ newest: counted, signing: counted, reason: harmless }),
  realm: named<RealmSettings>({
    // Whoever runs it reads what people are sent.
    mail: grave,
    // They show people where to type a password.
    themes: grave,
    requiredActions: grave,
  }),
  protect: guard("setting", { weaker: (before) => before === true }),
  // A moment that stands still: what is to end does not.
  asOf: guard("setting", { weaker: (_, after) => after !== undefined }),
});

/** A rule that may be broken, or for longer. */
export const exceptionClasses: Class<readonly Exception[]> = each(
  {
    key: ({ rule, on }) => `exception from ${rule} for ${on}`,
    at: () => ({ asks: [] }),
  },
  presence(
    guard("exception", { weaker: (before) => before === undefined, word: ({ until }) => `until ${until}` }),
  ),
  fields<Exception>({
    rule: harmless, // its key, with the next
    on: harmless,
    owner: harmless,
    reason: harmless,
    until: guard("exception", { weaker: (before, after) => compareEnds(after, before) > 0 }),
  }),
);
