import { Events } from "./events";

const group = "urn:pulumi:s::p::x:y:Team$keycloak:index/group:Group::";
const team = "urn:pulumi:s::p::x:y:Team::a";
const at = (urn: string, op = "create", custom = true) => ({ metadata: { op, urn, new: { custom } } });
const error = (message: string, urn?: string) => ({
  diagnosticEvent: { severity: "error", message, ...(urn && { urn }) },
});

function read(...events: object[]): Events {
  const all = new Events(() => undefined);
  for (const event of ["no event", ...events.map((one) => JSON.stringify(one))]) all.read(event);
  return all;
}

test("what was written, what failed, and what nobody knows of; what merely ended with the rest is left out", () => {
  const { halfway, problems } = read(
    { resourcePreEvent: at(team, "create", false) },
    { resOutputsEvent: at(team, "create", false) },
    { resourcePreEvent: at(`${group}done`) },
    { resOutputsEvent: at(`${group}done`) },
    { resOutputsEvent: at(`${group}same`, "same") },
    { resOutputsEvent: at(`${group}gone`, "delete-replaced") },
    { resourcePreEvent: at(`${group}bad`) },
    error("1 error occurred:\n\t* refused\n", `${group}bad`),
    { resOpFailedEvent: at(`${group}bad`) },
    error("failed to run policy: context canceled", `${group}never`),
    { resourcePreEvent: at(`${group}cut`, "update") },
    error("context canceled", `${group}cut`),
    { resOpFailedEvent: at(`${group}cut`, "update") },
    { resourcePreEvent: at(`${group}open`) },
    error("update failed"),
    error("expected resource operations for x but none were seen", `${group}late`),
  );
  expect(halfway).toEqual({
    written: { create: 1, delete: 1 },
    failed: [{ op: "create", urn: `${group}bad`, causes: ["refused"] }],
    others: [],
    uncertain: [
      { op: "update", urn: `${group}cut` },
      { op: "create", urn: `${group}open` },
    ],
  });
  expect(problems).toEqual(["keycloak:index/group:Group bad: refused"]);
});

test("what was not begun and what is wrong with the program are told, once something has changed", () => {
  const { halfway } = read(
    { resourcePreEvent: at(`${group}done`) },
    { resOutputsEvent: at(`${group}done`) },
    error("name is missing", `${group}odd`),
    error("thrown", "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s"),
  );
  expect(halfway).toEqual({
    written: { create: 1 },
    failed: [{ urn: `${group}odd`, causes: ["name is missing"] }],
    others: ["thrown"],
    uncertain: [],
  });
});

test("what failed in the preview of a run changed nothing", () => {
  const bad = at(`${group}bad`);
  const { halfway } = read(
    { resourcePreEvent: { ...at(`${group}done`), planning: true } },
    { resOutputsEvent: { ...at(`${group}done`), planning: true } },
    { resourcePreEvent: { ...bad, planning: true } },
    error("refused", `${group}bad`),
    { resOpFailedEvent: bad },
  );
  expect(halfway).toBeUndefined();
});

test("a run that changed nothing did not stop half way", () => {
  const { halfway, problems } = read(
    { resourcePreEvent: at(team, "create", false) },
    { resOutputsEvent: at(team, "create", false) },
    { resourcePreEvent: at("urn:pulumi:s::p::pulumi:providers:keycloak::keycloak") },
    error("2 problems; nothing was changed", "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s"),
  );
  expect([halfway, problems]).toEqual([undefined, ["2 problems; nothing was changed"]]);
});
