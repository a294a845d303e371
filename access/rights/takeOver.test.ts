import { changed, companyText, modelOf, settingsFor } from "../testing/company";
import type { Grant, Model } from "../model";
import { differenceOf } from "./difference";
import { knownAt } from "./known";
import { needsOf } from "./approvals";
import { lostByOwning, ownedAtoms, ownedSince, owningNeed } from "./takeOver";

const asOf = new Date("2026-06-15T12:00:00Z");
const known = (model: Model) =>
  knownAt({ model, settings: settingsFor("dev"), exceptions: [], asOf }, () => undefined);
const noGrants = (text: string) => `${text.split("grants:")[0] ?? ""}grants: []\n`;
const observed = modelOf(
  noGrants(
    changed([
      "    name: First\n    owner: leads\n    protected: { main: { approvals: 1 } }\n",
      "    owner: leads\n    observed: [permissions, branches]\n",
    ]),
  ),
);
const owned = modelOf(companyText);
const goran: Grant = { subject: { kind: "person", name: "goran" }, can: ["administer"], on: ["ONE/api"] };

test("what becomes owned: what is new, and what was observed; what has another name does not", () => {
  expect(ownedSince(observed, owned, "permissions")).toEqual(["ONE", "ONE/api", "ONE/web"]);
  expect(ownedSince(owned, observed, "permissions")).toEqual([]);
  expect(ownedSince(undefined, observed, "branches")).toEqual(["TWO", "TWO/docs"]);
  const renamed = modelOf(changed(["docs: {}", "papers: { previously: docs }"]));
  expect(ownedSince(owned, renamed, "permissions")).toEqual([]);
});

test("what is observed from now on is neither lost nor a removal, and is asked about all the same", () => {
  const [before, after] = [known(owned), known(observed)];
  expect(differenceOf(before, after)).toMatchObject({ gained: [], lost: [], lostShare: 0 });
  const reasons = needsOf(before, after).map(({ reason }) => reason);
  expect(reasons).toContain("ONE, permissions changes from owned to observed");
  expect(reasons).toContain("ONE, branches changes from owned to observed");
});

test("a repository that is observed keeps what it was given alone; what its project gives is as before", () => {
  const withRights = (docs: string) =>
    known(modelOf(changed(["docs: {}", docs]).replace("grants:\n", "grants:\n  - { team: guests, can: [read], on: TWO }\n"))); // prettier-ignore
  const [before, after] = [withRights("docs: {}"), withRights("docs: { observed: [permissions] }")];
  expect(differenceOf(before, after)).toMatchObject({ gained: [], lost: [], lostShare: 0 });
  expect(ownedSince(before.model, after.model, "permissions")).toEqual([]);
  expect(ownedSince(after.model, before.model, "permissions")).toEqual(["TWO/docs"]);
});

test("the rights that go with found entries are named; what is declared as well is not lost", () => {
  const of = (found: readonly Grant[]) =>
    lostByOwning(known(observed), known(owned), found).map(
      ({ subject, capability, target }) => `${subject.name} ${capability} ${target}`,
    );
  expect(of([])).toEqual([]);
  expect(of([goran])).toEqual([
    "goran administer ONE/api",
    "goran deploy:prod ONE/api",
    "goran merge ONE/api",
    "goran deploy:dev ONE/api",
    "goran read ONE/api",
    "goran trigger ONE/api",
  ]);
  expect(of([{ subject: { kind: "team", name: "makers" }, can: ["trigger"], on: ["ONE"] }])).toEqual([
    // No branch was protected before.
    "makers merge ONE/api",
  ]);
  expect(lostByOwning(undefined, known(owned), [goran])).toHaveLength(6);
});

test("more than may go by accident needs a second person, and is traced to the commit that owns the place", () => {
  const [before, after] = [known(observed), known(owned)];
  expect(owningNeed(before, after, [goran])).toBeUndefined();
  const many = Array.from({ length: 20 }, (_, index): Grant => ({
    ...goran,
    subject: { kind: "person", name: `p${index}` },
  }));
  const need = owningNeed(before, after, many);
  expect(need).toMatchObject({
    projects: ["ONE"],
    beneficiaries: [],
    atoms: ['["owned","ONE"]', '["owned","ONE/api"]'],
  });
  expect(need?.reason).toMatch(/^\d+ % of all rights go with what becomes owned, more than 25 %$/);
  expect(ownedAtoms(observed, owned)).toEqual(expect.arrayContaining([...(need?.atoms ?? [])]));
  expect(ownedAtoms(owned, owned)).toEqual([]);
  expect(owningNeed(undefined, after, many)).toBeUndefined();
});
