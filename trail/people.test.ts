import type { NewEntry, Person } from "./entry";
import type { Entry } from "./entry";
import { factsOf } from "./facts";
import { distinct, nameOf } from "./people";
import { answersTo, namesFor } from "./query";

const ana: Person = { username: "ana", name: "Ana Kaya", email: "ana@acme.example", account: "{a}" };
/** Somebody who calls himself what ana is called, in every field that one may choose. */
const lookalikes: readonly Person[] = [
  { account: "{m}", name: "ana" },
  { account: "{m}", name: "Ana Kaya" },
  { email: "mallory@evil.example", name: "ANA" },
  { email: "mallory@evil.example", name: "ana@acme.example" },
  { username: "mallory", name: "{a}" },
  { name: "ana" },
];

test.each(lookalikes)("%j is not ana, whatever they call themselves", (other) => {
  expect(distinct([ana, other])).toEqual([ana, other]);
  expect(distinct([other, ana])).toEqual([other, ana]);
  expect(nameOf(other)).not.toBe("ana".toUpperCase());
});

test("the same person is told once, whichever of the keys is shared", () => {
  expect(distinct([{ email: "ANA@acme.example" }, { account: "{b}" }, ana])).toEqual([
    { ...ana, email: "ANA@acme.example" },
    { account: "{b}" },
  ]);
  expect(distinct([{ name: "Robot" }, { name: "robot" }, { machine: "x on y" }])).toHaveLength(2);
});

test.each(lookalikes.slice(0, -1))("what %j did is no answer about ana, nor hers one about them", (other) => {
  const update = (by: Person, id: string): NewEntry => ({
    act: "update",
    id,
    at: "2026-11-25T12:00:00.000Z",
    stack: "prod",
    by,
    kind: "update",
    result: "succeeded",
    message: "",
    resources: {},
  });
  const entries = [update(other, "1"), update(ana, "2")] as unknown as Entry[];
  const model = {
    people: [{ username: "ana", name: "Ana Kaya", email: "ana@acme.example", account: "{a}" }],
  };
  const facts = factsOf(entries);
  const about = (who: string) =>
    answersTo({ who: namesFor(who, model as never, entries) }, facts).map(({ givers }) => givers[0]);
  for (const who of ["ana", "ana@acme.example", "{a}"]) expect(about(who)).toEqual([ana]);
  for (const who of [other.account, other.email, other.username])
    if (who !== undefined) expect(about(who)).toEqual([other]);
});

test("who asks for a display name means all who have it", () => {
  const other: Person = { account: "{m}", name: "Ana Kaya" };
  expect([...namesFor("Ana Kaya", { people: [] }, [])]).toContain("name ana kaya");
  const entries = [
    { act: "began", authors: [ana, other], approvers: [], operator: {} },
  ] as unknown as Entry[];
  const keys = namesFor("Ana Kaya", undefined, entries);
  expect(keys.has("account {m}") && keys.has("username ana")).toBe(true);
});
