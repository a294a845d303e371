/** The questions of an auditor, to a trail written by hand. */
import type { Entry, NewEntry, Person } from "./entry";
import { factsOf } from "./facts";
import { answersTo, momentOf, namesFor, type Query } from "./query";
import { textOf } from "../commands/audit/text";
import { runAt, windowsOf } from "./windows";

const ana: Person = { username: "ana", name: "Ana Kaya", email: "ana@acme.example", account: "{a}" };
const ben: Person = { username: "ben", email: "ben@acme.example" };
const cem: Person = { username: "cem" };
const bot: Person = { account: "{c1}", name: "Cem" };

const drafts: readonly NewEntry[] = [
  {
    act: "began",
    id: "r1 began",
    at: "2026-11-20T09:00:00.000Z",
    stack: "prod",
    run: "r1",
    command: "deploy",
    authors: [ana],
    approvers: [ben],
    operator: bot,
    why: ["Support rebuilds the status page"],
    approval: "acme/access: pull request #7 approved by ben for project SHOP",
    commit: "4f1c177d4f1c177d",
    sources: [
      {
        commit: "4f1c177d4f1c177d",
        author: ana,
        subject: "Merged in support (pull request #7)",
        pullRequest: {
          repository: "acme/access",
          id: 7,
          title: "Support rebuilds the status page",
          author: ana,
          approvedBy: [ben],
        },
      },
    ],
    pipeline: { repository: "acme/runner", build: "12", pipeline: "{p}" },
    keycloakAccount: "service-account-deployer",
    what: {
      rights: [
        {
          change: "gained",
          subject: { kind: "team", name: "support" },
          people: ["dora", "emil"],
          capability: "trigger",
          targets: ["SHOP/shop-web"],
          path: ["support", "SHOP/shop-web", "write"],
          kind: "granted",
          reason: "Rebuilds the status page",
          until: "2026-12-31",
        },
        {
          change: "lost",
          subject: { kind: "person", name: "gil" },
          people: ["gil"],
          capability: "administer",
          targets: ["PAY/payments-api", "PAY/payments-web"],
          path: ["gil", "PAY", "admin"],
          kind: "granted",
        },
      ],
      gates: [{ what: "PAY/payments-api, branch main, approvals", before: "2", after: "1", weaker: true }],
    },
  },
  {
    act: "ended",
    id: "r1 ended",
    at: "2026-11-20T09:01:00.000Z",
    stack: "prod",
    run: "r1",
    result: "succeeded",
    what: { resources: { update: 3, same: 100 } },
  },
  {
    act: "event",
    id: "e1",
    at: "2026-11-20T09:00:30.000Z",
    stack: "prod",
    run: "r1",
    by: { username: "service-account-deployer" },
    realm: "acme",
    operation: "CREATE",
    resource: "CLIENT_ROLE_MAPPING",
    path: "groups/1/role-mappings/clients/2",
    subject: { kind: "group", name: "/support" },
    names: ["trigger:SHOP/shop-web"],
  },
  {
    act: "event",
    id: "e2",
    at: "2026-11-21T22:10:00.000Z",
    stack: "prod",
    by: cem,
    realm: "acme",
    operation: "CREATE",
    resource: "GROUP_MEMBERSHIP",
    path: "users/9/groups/1",
    subject: { kind: "person", name: "june" },
    names: ["/engineering/payments"],
  },
  {
    act: "began",
    id: "r2 began",
    at: "2026-11-21T23:00:00.000Z",
    stack: "prod",
    run: "r2",
    command: "sync",
    authors: [],
    approvers: [],
    operator: bot,
    why: ["people moved between teams in Keycloak, or were disabled there"],
    sources: [],
    what: {
      members: [
        {
          change: "add",
          group: "payments",
          account: "{j}",
          username: "june",
          why: "is in the team payments in Keycloak",
        },
      ],
    },
  },
  {
    act: "began",
    id: "r3 began",
    at: "2026-11-22T03:00:00.000Z",
    stack: "dev",
    run: "r3",
    command: "rotate",
    authors: [],
    approvers: [],
    operator: ana,
    why: ["payments-api.dev: printed into a log"],
    sources: [],
    what: { rotated: [{ name: "payments-api.dev", why: "by hand: printed into a log" }] },
  },
  {
    act: "ended",
    id: "r3 ended",
    at: "2026-11-22T03:01:00.000Z",
    stack: "dev",
    run: "r3",
    result: "failed",
    problem: "Keycloak does not answer",
    what: {},
  },
  {
    act: "update",
    id: "u1",
    at: "2026-11-22T04:00:00.000Z",
    stack: "dev",
    by: ben,
    kind: "destroy",
    result: "succeeded",
    message: "gone",
    resources: { delete: 12 },
  },
  {
    act: "sign-in",
    id: "s1",
    at: "2026-11-22T05:00:00.000Z",
    stack: "prod",
    client: "pipeline.payments-api.prod",
    realm: "acme",
    pipeline: { repository: "{r}", pipeline: "{p2}" },
    by: ana,
  },
  { act: "note", id: "n1", at: "2026-11-22T06:00:00.000Z", stack: "prod", says: "a writer was killed" },
];
const entries = drafts.map((draft, index): Entry => ({
  form: 1,
  seq: index + 1,
  previous: "0".repeat(64),
  recordedAt: draft.at,
  ...draft,
}));
const facts = factsOf(entries);
const asked = (query: Query) =>
  answersTo(query, facts).map(({ at, how, change, receivers, targets, parts }) =>
    [at.slice(8, 10), how, change, receivers.join(), targets.join(), parts.join()].join(" | "),
  );
const who = (name: string) => ({ who: namesFor(name, undefined, entries) });

test("who gave, who received, who approved, who ran it: under any of their names", () => {
  const anas = [
    "20 | deploy | gained | dora,emil | SHOP/shop-web | giver",
    "20 | deploy | lost | gil | PAY/payments-api,PAY/payments-web | giver",
    "20 | deploy | changed |  |  | giver",
    "22 | rotate | rotated |  | payments-api.dev | giver,operator",
    "22 | sign-in | signed in |  | pipeline.payments-api.prod | giver",
  ];
  for (const name of ["ana", "ANA@acme.example", "Ana Kaya", "{a}"]) expect(asked(who(name))).toEqual(anas);
  expect(asked(who("dora"))).toEqual(["20 | deploy | gained | dora,emil | SHOP/shop-web | receiver"]);
  expect(asked(who("support"))).toEqual(["20 | deploy | gained | dora,emil | SHOP/shop-web | receiver"]);
  expect(asked(who("ben")).map((line) => line.split(" | ").at(-1))).toEqual([
    "approver",
    "approver",
    "approver",
    "giver",
  ]);
  expect(asked(who("nobody"))).toEqual([]);
});

test("whoever put somebody into a team of Keycloak's gave them the membership in Bitbucket", () => {
  expect(asked(who("june"))).toEqual([
    "21 | by hand | gained | june | /engineering/payments | receiver",
    "21 | sync | gained | june | payments | receiver",
  ]);
  // The account that runs the pipelines is called "Cem", too.
  expect(asked(who("cem"))).toEqual([
    "21 | by hand | gained | june | /engineering/payments | giver",
    "21 | sync | gained | june | payments | giver",
  ]);
  expect(asked(who("{c1}")).map((line) => line.split(" | ").at(-1))).toEqual(Array(4).fill("operator"));
});

test("whoever put them there later has not given them what they had before", () => {
  const again = entries.flatMap((entry) =>
    entry.act === "event" && entry.id === "e2"
      ? [
          entry,
          { ...entry, id: "e0", at: "2026-11-20T00:00:00.000Z", by: ana },
          { ...entry, id: "e3", at: "2026-11-21T23:00:01.000Z", by: ben },
        ]
      : [entry],
  );
  const [synced] = factsOf(again).filter(({ how }) => how === "sync");
  expect(synced?.givers).toEqual([cem]);
});

test("a target, a stack, a span of time", () => {
  const targets = (target: string) =>
    asked({ target }).map((line) => line.split(" | ").slice(1, 3).join(" "));
  expect(targets("PAY")).toEqual(["deploy lost", "deploy changed"]);
  expect(targets("PAY/payments-web")).toEqual(["deploy lost"]);
  expect(targets("payments")).toEqual(["by hand gained", "sync gained"]);
  expect(targets("payments-api.dev")).toEqual(["rotate rotated"]);
  expect(asked({ stack: "dev" }).map((line) => line.split(" | ")[1])).toEqual(["rotate", "by hand"]);
  expect(asked({ since: "2026-11-22T04:00:00.000Z", until: "2026-11-22T06:00:00.000Z" })).toHaveLength(2);
});

test("how things ended, and what Keycloak's log tells of a run", () => {
  const of = (run: string) => facts.find((fact) => fact.run === run);
  expect(of("r1")).toMatchObject({ result: "succeeded", events: 1 });
  expect(of("r2")).toMatchObject({ result: "not ended" });
  expect(of("r3")).toMatchObject({ result: "failed", problem: "Keycloak does not answer" });
});

test.each([
  [{ operation: "ACTION", resource: "USER", path: "users/9/reset-password" }, "reset-password person june"],
  [
    { operation: "UPDATE", resource: "USER", path: "users/9", names: ["june", "enabled: false"] },
    "update person june (enabled: false)",
  ],
  [
    {
      operation: "CREATE",
      resource: "CLIENT_ROLE",
      path: "clients/2/roles/x",
      subject: { kind: "client", name: "bitbucket" },
      names: ["merge:PAY"],
    },
    "create client role client bitbucket (merge:PAY)",
  ],
  [{ operation: "UPDATE", resource: "REALM", path: "", subject: undefined, names: [] }, "update realm"],
])("by hand in Keycloak: %o", (event, words) => {
  const base = entries.find(({ act, seq }) => act === "event" && seq === 4);
  const changed = { ...base, names: [], ...event } as Entry;
  expect(factsOf([changed]).map(({ what }) => what)).toEqual([words]);
});

test("in words", () => {
  expect(textOf(answersTo({}, facts), "of all")).toMatchSnapshot();
  expect(textOf(answersTo(who("dora"), facts), "about dora")).toMatchSnapshot();
  expect(textOf([], "about nobody")).toBe("0 answers about nobody");
});

test("what an account did while a run of its was at work is the run's; anybody else's is not", () => {
  const windows = windowsOf(entries, "prod");
  const at = (time: string, account: string | undefined) => runAt(windows, Date.parse(time), account);
  expect(at("2026-11-20T09:00:30Z", "service-account-Deployer")).toBe("r1");
  expect(at("2026-11-20T09:01:01Z", "service-account-deployer")).toBe("r1");
  expect(at("2026-11-20T08:59:57Z", "service-account-deployer")).toBeUndefined();
  expect(at("2026-11-20T09:01:03Z", "service-account-deployer")).toBeUndefined();
  expect(at("2026-11-20T09:00:30Z", "cem")).toBeUndefined();
  expect(at("2026-11-20T09:00:30Z", undefined)).toBeUndefined();
  expect(windowsOf(entries, "dev").map(({ run }) => run)).toEqual(["r3"]);
});

test("moments", () => {
  const now = new Date("2026-11-25T12:00:00Z");
  expect(
    ["90d", "12h", "2w", "2026-11-20", "2026-11-20T08:00:00Z"].map((text) => momentOf(text, now)),
  ).toEqual([
    "2026-08-27T12:00:00.000Z",
    "2026-11-25T00:00:00.000Z",
    "2026-11-11T12:00:00.000Z",
    "2026-11-20T00:00:00.000Z",
    "2026-11-20T08:00:00.000Z",
  ]);
  expect(["yesterday", "90", "2026-13-40", ""].map((text) => momentOf(text, now))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
