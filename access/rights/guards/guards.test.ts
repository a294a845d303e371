/** What each field asks for, one row each: the class of every field of the model and of the settings can be seen here. */
import type { Exception } from "../../exceptions";
import type { Settings } from "../../model";
import { asOf } from "../../testing/anyCompany";
import { companyText, modelOf, settingsFor } from "../../testing/company";
import { asksOf, needsOf } from "../approvals";
import { knownAt, type Known } from "../known";

/** The small company with everything in it that can be weakened. */
const company = companyText
  .replace(
    "environments:",
    "control: [TWO/docs]\nreview: { last: 2026-01-31, every: 90 days }\nenvironments:",
  )
  .replace("restricted: true }", "restricted: true, deployers: [leads] }")
  .replace('0000000000b0}" }', '0000000000b0}", jwks: "https://bot.small.example/jwks.json" }')
  .replace("main: { approvals: 1 }", "main: { approvals: 2, commitsBehind: 3 }")
  .replace("docs: {}", "docs: { protected: { main: { approvals: 1 } } }")
  .concat("  - { team: hands, can: [deploy:prod], on: ONE/api, until: 2026-09-30 }\n")
  .concat("  - { team: guests, can: [read], on: ONE/api, until: 2026-09-30 }\n")
  .concat("separation:\n  - { never together: [merge, administer] }\n");

const base: Settings = {
  ...settingsFor("prod"),
  protect: true,
  pipelines: { credential: "keyless" },
  rotation: { ...settingsFor("prod").rotation, runner: "docs" },
  rotations: { "api.prod": { manualRotations: 2, revocations: 1, reason: "leaked" } },
  samlKey: { newest: 2, signing: 1, reason: "ends" },
};

function known(text: string, settings: Settings, exceptions: readonly Exception[] = []): Known {
  return knownAt({ model: modelOf(text), settings, exceptions, asOf }, () => []);
}

interface Change {
  readonly text?: readonly (readonly [before: string, after: string])[];
  readonly settings?: (settings: Settings) => Settings;
  readonly exceptions?: readonly Exception[];
}

/** `place <- approvers: reason`, a line each. */
function asked({ text = [], settings = (all) => all, exceptions = [] }: Change): string[] {
  const changed = text.reduce((whole, [before, after]) => {
    if (!whole.includes(before)) throw new Error(`the company has no ${before}`);
    return whole.replace(before, () => after);
  }, company);
  const before = known(company, base, [held]);
  const after = known(changed, settings(base), [held, ...exceptions]);
  return asksOf(needsOf(before, after), before).map(
    ({ need, place, approvers }) => `${place} (${approvers.join(" ")}): ${need.reason}`,
  );
}

const held: Exception = {
  rule: "pkce",
  on: "realm",
  owner: "ana",
  reason: "Old client",
  until: "2026-07-31",
};
const set = <K extends keyof Settings>(key: K, part: Partial<Settings[K]>): Change => ({
  settings: (all) => ({ ...all, [key]: { ...(all[key] as object), ...part } }),
});
const company2 = "the company (ana ben)";
const grave = (setting: string, from: string, to: string) =>
  `${company2}: ${setting} changes from ${from} to ${to}`;
const text = (...pairs: readonly (readonly [string, string])[]): Change => ({ text: pairs });
const grant = (line: string) => ["grants:\n", `grants:\n  - { ${line} }\n`] as const;
const dan = ["  cem: {", "  dan: { name: Dan, email: dan@small.example }\n  cem: {"] as const;

test.each<[string, Change, string[]]>([
  // Who approves.
  [
    "a new owner of the company",
    text(["owners: [ana, ben]", "owners: [ana, ben, cem]"]),
    [`${company2}: cem may approve for the company from now on`],
  ],
  [
    "joining the team that owns a project",
    text(["members: [ana]", "members: [ana, cem]"]),
    ["project ONE (ana): cem may approve for project ONE from now on"],
  ],
  [
    "another team that owns a project",
    text(["owner: leads\n", "owner: hands\n"]),
    [
      "project ONE (ana): ben may approve for project ONE from now on",
      "project ONE (ana): cem may approve for project ONE from now on",
    ],
  ],
  [
    "a team within the one that owns",
    text([
      "leads: { owner: ana, members: [ana] }",
      "leads: { owner: ana, members: [ana], teams: { juniors: { owner: ana, members: [cem] } } }",
    ]),
    ["project ONE (ana): cem may approve for project ONE from now on"],
  ],
  [
    "a new project, whoever owns it",
    text(
      dan,
      ["  TWO:\n", "  NEW: { name: New, owner: fresh, repositories: { app: {} } }\n  TWO:\n"],
      ["  guests: {", "  fresh: { owner: ben, members: [dan] }\n  guests: {"],
    ),
    [`${company2}: dan may approve for project NEW from now on`],
  ],
  ["an owner less", text(["owners: [ana, ben]", "owners: [ana]"]), [`${company2}: owner ben is removed`]],
  [
    "the address of somebody who approves",
    text(["email: ana@small.example", "email: a@evil.example"]),
    ["the company (ben): e-mail address of ana changes from ana@small.example to a@evil.example"],
  ],
  [
    "the account of somebody who approves",
    text(["00000000000c", "00000000000d"]),
    [
      `${company2}: Bitbucket account of cem changes from {00000000-0000-0000-0000-00000000000c} to {00000000-0000-0000-0000-00000000000d}`,
    ],
  ],
  // Guards of the model.
  [
    "a larger share that may go",
    text(["environments:", "limits: { removal: 100% }\nenvironments:"]),
    [grave("largest share of rights that a change removes", "0.25", "1")],
  ],
  [
    "a review said to have been",
    text(["last: 2026-01-31", "last: 2026-04-30"]),
    [grave("review.last", "2026-01-31", "2026-04-30")],
  ],
  ["a review sooner", text(["every: 90 days", "every: 30 days"]), []],
  [
    "a review later",
    text(["every: 90 days", "every: 91 days"]),
    [grave("review.every", "90 days", "91 days")],
  ],
  [
    "no review any more",
    text(["review: { last: 2026-01-31, every: 90 days }\n", ""]),
    [grave("review.every", "90 days", "nothing")],
  ],
  [
    "a separation taken out",
    text(["separation:\n  - { never together: [merge, administer] }\n", ""]),
    [grave("never together", "merge and administer", "nothing")],
  ],
  [
    "fewer approvals",
    text(["approvals: 2", "approvals: 1"]),
    ["project ONE (ana): ONE/api, branch main, approvals changes from 2 to 1"],
  ],
  [
    "protection of a branch taken out",
    text(["{ main: { approvals: 2, commitsBehind: 3 } }", "{}"]),
    ["project ONE (ana): ONE/api, branch main changes from protected to nothing"],
  ],
  [
    "a repository that leaves, while rights on its project stay",
    text(
      ["      api: { deploys: [dev, prod] }\n", ""],
      ["  - { team: leads, can: [merge], on: ONE/api }\n", ""],
      ["  - { team: hands, can: [deploy:prod], on: ONE/api, until: 2026-09-30 }\n", ""],
      ["  - { team: guests, can: [read], on: ONE/api, until: 2026-09-30 }\n", ""],
    ),
    ["project ONE (ana): ONE/api, its gates changes from kept to nothing"],
  ],
  [
    "the type of an environment",
    text(["type: production", "type: test"]),
    [grave("environment prod, type", "production", "test")],
  ],
  [
    "more teams that may deploy",
    text(["deployers: [leads]", "deployers: [leads, hands]"]),
    [grave("environment prod, deployers", "leads", "leads, hands")],
  ],
  [
    "an agent's keys",
    text(["bot.small.example", "evil.example"]),
    [
      `the company (ana): keys of bot changes from https://bot.small.example/jwks.json to https://evil.example/jwks.json`,
    ],
  ],
  [
    "what is asked about what steers everything",
    text(["control: [TWO/docs]\n", ""]),
    [grave("what steers everything", "TWO/docs", "nothing")],
  ],
  [
    "to read what steers everything",
    text(grant("team: leads, can: [read], on: TWO/docs")),
    ["the company (ben): team leads gains read on TWO/docs"],
  ],
  [
    "fewer approvals on what steers everything",
    text(["docs: { protected: { main: { approvals: 1 } } }", "docs: { protected: { main: {} } }"]),
    [grave("TWO/docs, branch main, approvals", "1", "none")],
  ],
  [
    "a grave right for longer",
    text(["on: ONE/api, until: 2026-09-30", "on: ONE/api, until: 2036-09-30"]),
    ["project ONE (ana): team hands keeps until 2036-09-30 instead of 2026-09-30 deploy:prod on ONE/api"],
  ],
  // Settings.
  [
    "another Keycloak",
    set("keycloak", { url: "https://evil.example" }),
    [grave("keycloak.url", "https://keycloak.small.example", "https://evil.example")],
  ],
  ["another realm", set("keycloak", { realm: "mine" }), [grave("keycloak.realm", "small", "mine")]],
  [
    "people found and not made",
    set("keycloak", { people: "external" }),
    [grave("keycloak.people", "declared", "external")],
  ],
  [
    "another workspace",
    set("bitbucket", { workspace: "mine" }),
    [grave("bitbucket.workspace", "small", "mine")],
  ],
  [
    "another governing stack",
    set("bitbucket", { governing: false }),
    [grave("bitbucket.governing", "yes", "none")],
  ],
  ["another plan", set("bitbucket", { plan: "free" }), [grave("bitbucket.plan", "premium", "free")]],
  [
    "where people sign in",
    set("signIn", { url: "https://evil.example" }),
    [grave("signIn.url", "https://bitbucket.small.example", "https://evil.example")],
  ],
  ["longer sessions", set("lifetimes", { session: 72_000 }), [grave("lifetimes.session", "36000", "72000")]],
  ["shorter sessions", set("lifetimes", { session: 3_600 }), []],
  [
    "an event log that forgets",
    set("lifetimes", { events: 3_600 }),
    [grave("lifetimes.events", "2592000", "3600")],
  ],
  [
    "pipelines by a stored secret",
    set("pipelines", { credential: "rotated" }),
    [grave("pipelines.credential", "keyless", "rotated")],
  ],
  [
    "rarer rotation",
    set("rotation", { credentials: 31_104_000 }),
    [grave("rotation.credentials", "2592000", "31104000")],
  ],
  ["more frequent rotation", set("rotation", { credentials: 86_400 }), []],
  ["another runner", set("rotation", { runner: "api" }), [grave("rotation.runner", "docs", "api")]],
  [
    "the last day of a token, which only a person knows",
    set("rotation", { apiTokenExpires: "2027-01-01" }),
    [],
  ],
  [
    "a rotation by hand taken back",
    { settings: (all) => ({ ...all, rotations: {} }) },
    [
      grave("rotations.api.prod.manualRotations", "2", "nothing"),
      grave("rotations.api.prod.revocations", "1", "nothing"),
    ],
  ],
  [
    "a revocation more, as for a leak at night",
    {
      settings: (all) => ({
        ...all,
        rotations: { "api.prod": { manualRotations: 3, revocations: 2, reason: "again" } },
      }),
    },
    [],
  ],
  ["an older key that signs", set("samlKey", { signing: 0 }), [grave("samlKey.signing", "1", "0")]],
  [
    "what may be destroyed",
    { settings: (all) => ({ ...all, protect: false }) },
    [grave("protect", "yes", "none")],
  ],
  [
    "a moment that stands still",
    { settings: (all) => ({ ...all, asOf: "2026-06-15T12:00:00Z" }) },
    [grave("asOf", "nothing", "2026-06-15T12:00:00Z")],
  ],
  [
    "another environment",
    { settings: (all) => ({ ...all, environment: "dev" }) },
    [grave("environment", "prod", "dev")],
  ],
  // Exceptions.
  [
    "an exception",
    { exceptions: [{ ...held, on: "client" }] },
    [grave("exception from pkce for client", "nothing", "until 2026-07-31")],
  ],
  // Ordinary life.
  ["a right to merge", text(grant("team: leads, can: [merge], on: ONE/web")), []],
  [
    "a new member of a team that owns nothing",
    text(["guests: { owner: ben, members: [] }", "guests: { owner: ben, members: [cem] }"]),
    [],
  ],
  [
    "names, descriptions and reasons",
    text(
      ["company: Small", "company: Smaller"],
      ["name: First", "name: Primus"],
      ["name: Cem,", "name: Cem Kaya,"],
    ),
    [],
  ],
  [
    "somebody who leaves",
    text(
      ["members: [ben, cem]", "members: [ben]"],
      [
        '  cem: { name: Cem, email: cem@small.example, account: "{00000000-0000-0000-0000-00000000000c}" }\n',
        "",
      ],
    ),
    [],
  ],
  [
    "a new repository in a project, by the rights there were",
    text(["      web: {", "      new: { deploys: [dev, prod] }\n      web: {"]),
    [],
  ],
])("%s", (_, change, expected) => {
  expect(asked(change)).toEqual(expected);
});
