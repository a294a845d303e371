import type { NewEntry } from "../trail/entry";
import { factsFor, acme, chained } from "./testing/facts";
import { moversIn, moversPart } from "./parts/history";
import { moversOf } from "./movers";

test("who joined and who moved, when it was asked for and by whom", () => {
  expect(moversIn(factsFor(acme()))).toEqual([
    {
      who: "hana",
      what: "joined",
      before: [],
      after: ["storefront"],
      askedAt: "2026-09-07T09:00:00.000Z",
      askedBy: "fatima",
      doneAt: "2026-09-07T09:30:00.000Z",
    },
    {
      who: "goran",
      what: "moved",
      before: ["payments"],
      after: ["storefront"],
      askedAt: "2026-10-01T22:12:00.000Z",
      askedBy: "ivo",
      doneAt: "2026-10-02T02:12:00.000Z",
    },
  ]);
  expect([...moversPart(factsFor(acme())).rows].map((row) => row.at(-1))).toEqual([0.5, 4]);
});

const range = { since: new Date("2026-09-01T00:00:00Z"), asOf: new Date("2026-10-01T00:00:00Z") };
const act = (at: string, what: "add" | "remove", group: string) => ({
  at,
  act: what,
  group,
  account: "{1}",
  username: "dora",
  why: "",
});

test("without a trail, the log of sync tells it, and nobody says when it was asked", () => {
  const log = [
    act("2026-08-01T00:00:00Z", "add", "payments"),
    act("2026-09-10T00:00:00Z", "add", "support"),
    act("2026-09-20T00:00:00Z", "remove", "payments"),
    act("2026-09-20T00:00:01Z", "remove", "support"),
    act("2026-10-02T00:00:00Z", "add", "payments"),
  ];
  const movers = moversOf({ ...range, entries: [], log, teams: new Map() });
  expect(movers.map(({ what, before, after, doneAt }) => [what, before, after, doneAt])).toEqual([
    ["moved", ["payments"], ["payments", "support"], "2026-09-10T00:00:00Z"],
    ["left", ["payments", "support"], [], "2026-09-20T00:00:01Z"],
  ]);
});

test("what both the trail and the log tell is one move; who was off-boarded has left", () => {
  const place = { id: "x", stack: "prod", authors: [], approvers: [], why: [], sources: [] };
  const entries = chained([
    {
      ...place,
      act: "began",
      at: "2026-09-05T10:00:00.000Z",
      run: "r",
      command: "sync",
      operator: { name: "ci" },
      what: {},
    },
    {
      act: "ended",
      id: "y",
      stack: "prod",
      at: "2026-09-05T10:01:00.000Z",
      run: "r",
      result: "succeeded",
      what: { members: [{ change: "add", group: "payments", account: "{1}", username: "dora", why: "" }] },
    },
    {
      ...place,
      act: "began",
      at: "2026-09-06T10:00:00.000Z",
      run: "o",
      command: "offboard",
      operator: { username: "ana" },
      what: {},
    },
    {
      act: "ended",
      id: "z",
      stack: "prod",
      at: "2026-09-06T10:02:00.000Z",
      run: "o",
      result: "succeeded",
      what: {
        taken: [{ person: "emil", system: "Keycloak", what: "disable the person", ok: true, found: "" }],
      },
    },
  ]);
  const log = [
    { ...act("2026-08-05T10:00:00.000Z", "add", "support"), username: "emil" },
    act("2026-09-05T10:00:30Z", "add", "payments"),
  ];
  const movers = moversOf({ ...range, entries, log, teams: new Map([["dora", ["payments"]]]) });
  expect(
    movers.map(({ who, what, before, askedAt, askedBy }) => [who, what, before, askedAt, askedBy]),
  ).toEqual([
    ["dora", "joined", [], undefined, undefined],
    ["emil", "left", ["support"], "2026-09-06T10:00:00.000Z", "ana"],
  ]);
});

test.each([
  ["2026-09-19T00:00:00.000Z", "2026-09-19T00:00:00.000Z"],
  ["2026-07-23T00:00:00.000Z", "2026-07-23T00:00:00.000Z"],
  ["2026-07-21T00:00:00.000Z", undefined],
  ["2026-09-21T00:00:00.000Z", undefined],
])("what was done on 20 September, with somebody placed by hand at %s: asked for at %s", (at, askedAt) => {
  const entries = chained([
    {
      act: "event",
      id: "e",
      at,
      stack: "prod",
      by: { username: "ivo" },
      realm: "acme",
      operation: "CREATE",
      resource: "GROUP_MEMBERSHIP",
      path: "users/1/groups/1",
      subject: { kind: "person", name: "dora" },
      names: ["/payments"],
    },
  ]);
  const log = [act("2026-09-20T00:00:00.000Z", "add", "payments")];
  const movers = moversOf({ ...range, entries, log, teams: new Map([["dora", ["payments"]]]) });
  expect(movers.map((mover) => [mover.askedAt, mover.askedBy])).toEqual([[askedAt, askedAt && "ivo"]]);
});

test("a run that failed has done what it says at its end, and not what it set out to do", () => {
  const members = [
    { change: "add", group: "payments", account: "{1}", username: "dora", why: "" },
    { change: "add", group: "payments", account: "{2}", username: "emil", why: "" },
  ] as const;
  const failed = (what: object) =>
    chained([
      {
        act: "began",
        id: "a",
        stack: "prod",
        at: "2026-09-05T10:00:00.000Z",
        run: "r",
        command: "sync",
        authors: [],
        approvers: [],
        operator: { name: "ci" },
        why: [],
        sources: [],
        what: { members: [...members] },
      },
      {
        act: "ended",
        id: "b",
        stack: "prod",
        at: "2026-09-05T10:01:00.000Z",
        run: "r",
        result: "failed",
        problem: "no answer",
        what,
      },
    ]);
  const teams = new Map([
    ["dora", ["payments"]],
    ["emil", ["payments"]],
  ]);
  const who = (what: object) =>
    moversOf({ ...range, entries: failed(what), log: [], teams }).map((mover) => mover.who);
  expect([who({}), who({ members: [members[0]] })]).toEqual([[], ["dora"]]);
});

test("who joins and is off-boarded within the hour has joined and left, however often that is run", () => {
  const place = {
    stack: "prod",
    authors: [],
    approvers: [],
    why: [],
    sources: [],
    operator: { name: "ana" },
  };
  type What = Extract<NewEntry, { act: "began" }>["what"];
  const run = (name: string, command: "sync" | "offboard", minute: string, what: What): NewEntry[] => [
    { ...place, act: "began", id: name, at: `2026-09-05T10:${minute}:00.000Z`, run: name, command, what },
    {
      act: "ended",
      id: `${name} ended`,
      stack: "prod",
      at: `2026-09-05T10:${minute}:30.000Z`,
      run: name,
      result: "succeeded",
      what,
    },
  ];
  const taken = [{ person: "dora", system: "Keycloak", what: "disable the person", ok: true, found: "" }];
  const members = ["payments", "support"].map((group) => ({
    change: "add" as const,
    group,
    account: "{1}",
    username: "dora",
    why: "",
  }));
  const entries = chained([
    ...run("in", "sync", "00", { members }),
    ...run("out", "offboard", "07", { taken }),
    ...run("again", "offboard", "09", { taken }),
    ...run("back", "sync", "20", { members }),
    ...run("out again", "offboard", "27", { taken }),
  ]);
  const movers = moversOf({ ...range, entries, log: [], teams: new Map() });
  expect(movers.map(({ what, before, after, doneAt }) => [what, before, after, doneAt])).toEqual([
    ["joined", [], ["payments", "support"], "2026-09-05T10:00:30.000Z"],
    ["left", ["payments", "support"], [], "2026-09-05T10:07:30.000Z"],
    ["joined", [], ["payments", "support"], "2026-09-05T10:20:30.000Z"],
    ["left", ["payments", "support"], [], "2026-09-05T10:27:30.000Z"],
  ]);
});
