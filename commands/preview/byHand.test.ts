import { byHand } from "./byHand";
import type { Inputs, LastRun } from "./lastRun";
import type { EngineStep, Observed } from "../../engine/steps";

const type = "bitbucket:index:ProjectPermissions";
const urn = `urn:pulumi:prod::bitbucket-keycloak::${type}::PAY`;
const leads = { group: "leads", permission: "write" };
const support = { group: "support", permission: "admin" };
const guests = { group: "guests", permission: "read" };

const state = (inputs: Inputs) => ({ type, id: "acme/PAY", inputs, outputs: inputs });
const planned = (found: Inputs, declared: Inputs, op = "update"): EngineStep => ({
  op,
  urn,
  oldState: state(found),
  newState: state(declared),
  detailedDiff: Object.fromEntries(Object.keys({ ...found, ...declared }).map((key) => [`${key}[0]`, {}])),
});
/** The state has what is there, as after a refresh; the engine would make what is declared of it. */
const refreshed = (found: Inputs, declared: Inputs): Observed => ({
  recorded: state(found),
  found: state(found),
  planned: planned(found, declared),
});
const unknown: LastRun = { isCurrent: false, resources: [] };
const current: LastRun = { isCurrent: true, resources: [] };
const declaredThen = (...holders: Inputs[]): LastRun => ({
  isCurrent: false,
  resources: [{ type, name: "PAY", inputs: { project: "PAY", holders } }],
});
const what = (observed: Observed, last: LastRun) => byHand(urn, observed, last)?.what;

test("what has moved since it was recorded was changed by hand, whatever is known of the last run", () => {
  const observed: Observed = {
    recorded: state({ holders: [leads] }),
    found: state({ holders: [leads, support] }),
    moved: ["holders"],
  };
  for (const last of [unknown, current, declaredThen(leads)])
    expect(what(observed, last)).toEqual(['holders: added {"group":"support","permission":"admin"}']);
});

describe("where a refresh has written into the state what it found", () => {
  const found = { holders: [support, leads] };

  test("a right given by hand is one: the last run declared what is declared now", () => {
    expect(what(refreshed(found, { holders: [leads] }), current)).toEqual([
      'holders: added {"group":"support","permission":"admin"}',
    ]);
  });

  test("a right given by hand is one beside a change that waits; the change is none", () => {
    expect(what(refreshed(found, { holders: [guests] }), declaredThen(leads))).toEqual([
      'holders: added {"group":"support","permission":"admin"}',
    ]);
  });

  test("a right taken by hand is one, unless it is about to be taken anyway", () => {
    const taken = { holders: [guests] };
    expect(what(refreshed(taken, { holders: [guests, leads] }), declaredThen(guests, leads))).toEqual([
      'holders: removed {"group":"leads","permission":"write"}',
    ]);
    expect(what(refreshed(taken, { holders: [support] }), declaredThen(guests, leads))).toBeUndefined();
  });

  test("what the last run did not declare and nobody knows of may wait to be brought up", () => {
    const observed = refreshed({ lifespan: 600 }, { lifespan: 300 });
    expect(what(observed, unknown)).toBeUndefined();
    expect(what(observed, current)).toEqual(["lifespan: 300 → 600"]);
  });
});

test("what a failed run has made already of what is declared, nobody changed by hand", () => {
  const done: Observed = {
    recorded: state({ holders: [leads, guests] }),
    found: state({ holders: [guests, leads] }),
    planned: {
      op: "same",
      urn,
      oldState: state({ holders: [] }),
      newState: state({ holders: [leads, guests] }),
    },
  };
  expect(what(done, declaredThen(leads))).toBeUndefined();
  const byItself = refreshed({ holders: [leads, guests], other: 1 }, { holders: [guests, leads], other: 2 });
  expect(what(byItself, declaredThen(leads))).toBeUndefined();
});

test("a secret that differs is told without its value", () => {
  const observed: Observed = {
    recorded: state({ secret: "[secret]" }),
    found: state({ secret: "[secret]" }),
    moved: ["secret"],
  };
  expect(what(observed, unknown)).toEqual(["secret: changed"]);
});

describe("what is not there", () => {
  const recorded = state({ holders: [leads] });
  const create: EngineStep = { op: "create", urn, newState: recorded };

  test.each<[string, Observed, LastRun, boolean]>([
    ["is gone where the state has it", { recorded, moved: [] }, unknown, true],
    [
      "is gone where the engine has read that and makes it anew",
      { recorded, planned: create },
      unknown,
      true,
    ],
    [
      "is gone where a refresh took it out of the state, and the model had it",
      { planned: create },
      declaredThen(leads),
      true,
    ],
    [
      "is gone where a refresh took it out of the state, and nothing waits",
      { planned: create },
      current,
      true,
    ],
    ["is about to come where nobody knows of it", { planned: create }, unknown, false],
    [
      "is of no interest where it is to go",
      { recorded, planned: { op: "delete", urn, oldState: recorded } },
      unknown,
      false,
    ],
  ])("%s", (_, observed, last, gone) => {
    expect(byHand(urn, observed, last)).toEqual(gone ? { type, name: "PAY", gone, what: [] } : undefined);
  });
});
