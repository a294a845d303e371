/** Acme as an auditor finds it on a day in November: for tests, each of which changes what it is about. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { entitlementsOf, type Model } from "../../access";
import { modelOf, settingsFor } from "../../access/testing/company";
import { root } from "../../toolchain/places";
import { noHash } from "../../trail/trail";
import type { Entry, NewEntry } from "../../trail/entry";
import type { Facts } from "../facts";

export const asOf = new Date("2026-11-25T18:00:00Z");
const since = new Date("2026-08-27T18:00:00Z");

export const acmeText = readFileSync(join(root, "test/fixtures/acme.yaml"), "utf8");

export function acme(): Model {
  return modelOf(acmeText);
}

const had = <T>(value: T, source: string) => ({ ok: true, value, source }) as const;

export function factsFor(model: Model, more: Partial<Facts> = {}): Facts {
  const teams = new Map(model.teams.map(({ name, members = [] }) => [name, members]));
  return {
    stack: "prod",
    asOf,
    since,
    model,
    settings: settingsFor("prod"),
    modelSource: "what stack prod was last brought up with (commit 1f0c9d2)",
    entitlements: entitlementsOf(model, asOf),
    realm: had(
      {
        accounts: model.people.map(({ username, email }) => ({ username, email, enabled: true })),
        teams,
        failures: [],
      },
      "realm acme",
    ),
    ages: had(
      {
        stack: "prod",
        asOf: asOf.toISOString(),
        rotated: [],
        due: [],
        ages: [
          age("payments-api.prod", 12, 33),
          age("shop-web.prod", 29, 33),
          age("identity.prod", 41, 33),
          { ...age("signing-keys", 62, 93), kind: "signing keys" },
          { ...age("sign-in", 200, 0), kind: "sign-in secret", limitDays: null },
        ],
        apiToken: { expires: "2027-06-30", daysLeft: 217 },
        overdue: ["identity.prod"],
        notes: [],
      },
      "the state of stack prod",
    ),
    verified: had(
      {
        realm: "https://keycloak.acme.example/realms/acme",
        at: "2026-11-25T17:58:00.000Z",
        passed: 1,
        failed: 0,
        skipped: ["password-policy"],
        notApplicable: [],
        seconds: 2,
        checks: [
          {
            name: "exact-redirects",
            promise: "an address that is not registered is refused",
            setting: "signIn.url",
            ok: true,
            found: "refused",
            seconds: 1,
          },
        ],
      },
      "real requests, which wrote nothing",
    ),
    guardrails: had(
      [
        {
          rule: "production-branches",
          on: "repository PLAT/identity",
          found: "no approval",
          level: "advisory",
          because: "excepted until 2026-12-31 by ben: Approvals begin when the second engineer has started",
        },
      ],
      "the rules in policy/",
    ),
    exceptions: had(
      [
        {
          rule: "production-branches",
          on: "repository PLAT/identity",
          owner: "ben",
          reason: "Approvals begin when the second engineer has started",
          until: "2026-12-31",
        },
        {
          rule: "events-kept",
          on: "realm",
          owner: "ana",
          reason: "The log moves to the archive",
          until: "2026-10-15",
        },
      ],
      "exceptions.yaml",
    ),
    drift: had(
      {
        stack: "prod",
        at: "2026-11-25T06:00:00.000Z",
        verdict: "drift",
        findings: [
          {
            system: "bitbucket",
            kind: "permission",
            target: "runbooks: group support",
            declared: "read",
            found: "admin",
          },
        ],
        requests: 98,
        coverage: { parts: 16, looked: 16, never: 0, oldest: "2026-11-25T06:00:00.000Z" },
        notExamined: ["values of secured variables"],
      },
      "the last drift report",
    ),
    trail: had({ entries: chained(story), problems: [], notes: [] }, "the audit trail in /trail"),
    log: { ok: false, cause: "none was named (--log)", source: "the log of sync" },
    limits: had(
      ["the branches that may deploy to an environment", "OAuth consumers, installed apps"],
      "docs/limits.md",
    ),
    accounts: [
      {
        system: "Bitbucket",
        account: "access-bot@acme.example",
        may: "administer the workspace",
        owners: model.owners,
        ends: "2027-06-30",
      },
      {
        system: "Keycloak",
        account: "deployer",
        may: "administer the realm",
        owners: model.owners,
        ends: "does not end: rotated by hand",
      },
    ],
    ...more,
  };
}

function age(name: string, ageDays: number, limitDays: number) {
  const rotatedAt = new Date(asOf.getTime() - ageDays * 86_400_000).toISOString();
  return { name, kind: "credential" as const, rotatedAt, ageDays, limitDays, ageDaysBefore: ageDays };
}

/** Hana joins, Goran moves, a secret leaks, somebody works by hand. */
const story: NewEntry[] = [
  {
    act: "began",
    id: "1",
    at: "2026-09-07T09:00:00.000Z",
    stack: "prod",
    run: "r1",
    command: "deploy",
    authors: [{ username: "fatima" }],
    approvers: [{ username: "ana" }],
    operator: { name: "pipeline" },
    why: [],
    commit: "aa11",
    sources: [{ commit: "aa11", author: { username: "fatima" }, subject: "Hana joins the storefront" }],
    what: {
      rights: [
        {
          change: "gained",
          subject: { kind: "team", name: "storefront" },
          people: ["hana"],
          capability: "trigger",
          targets: ["SHOP/shop-web"],
          path: ["storefront", "SHOP", "write"],
          kind: "granted",
        },
      ],
    },
  },
  {
    act: "ended",
    id: "2",
    at: "2026-09-07T09:04:00.000Z",
    stack: "prod",
    run: "r1",
    result: "succeeded",
    what: {},
  },
  ...synced("r2", "2026-09-07T09:30:00.000Z", [
    { change: "add", group: "storefront", account: "{h}", username: "hana", why: "is in the team" },
  ]),
  {
    act: "event",
    id: "5",
    at: "2026-10-01T22:12:00.000Z",
    stack: "prod",
    by: { username: "ivo" },
    realm: "acme",
    operation: "CREATE",
    resource: "GROUP_MEMBERSHIP",
    path: "users/1/groups/2",
    subject: { kind: "person", name: "goran" },
    names: ["storefront"],
  },
  ...synced("r3", "2026-10-02T02:12:00.000Z", [
    { change: "remove", group: "payments", account: "{g}", username: "goran", why: "is not in the team" },
    { change: "add", group: "storefront", account: "{g}", username: "goran", why: "is in the team" },
  ]),
  {
    act: "began",
    id: "8",
    at: "2026-11-13T14:00:00.000Z",
    stack: "prod",
    run: "r4",
    command: "rotate",
    authors: [],
    approvers: [],
    operator: { username: "ben" },
    why: ["printed into a log"],
    sources: [],
    what: { rotated: [{ name: "payments-api.prod", why: "printed into a log" }] },
  },
  {
    act: "ended",
    id: "9",
    at: "2026-11-13T14:02:00.000Z",
    stack: "prod",
    run: "r4",
    result: "succeeded",
    what: {},
  },
];

function synced(
  run: string,
  at: string,
  members: NonNullable<Extract<NewEntry, { act: "began" }>["what"]["members"]>,
): NewEntry[] {
  return [
    {
      act: "began",
      id: `${run}a`,
      at,
      stack: "prod",
      run,
      command: "sync",
      authors: [],
      approvers: [],
      operator: { name: "pipeline" },
      why: [],
      sources: [],
      what: {},
    },
    {
      act: "ended",
      id: `${run}b`,
      at,
      stack: "prod",
      run,
      result: "succeeded",
      what: { members: [...members] },
    },
  ];
}

export function chained(entries: readonly NewEntry[]): Entry[] {
  return entries.map((entry, index): Entry => ({
    ...entry,
    form: 1,
    seq: index + 1,
    previous: noHash,
    recordedAt: entry.at,
  }));
}
