import { compile } from "./compile";
import { formerGroupsOf, formerOf, takenOverGroups, withFormerGroups } from "./formerGroups";
import type { Model } from "./model";
import { changed, companyText, modelOf, settingsFor } from "./testing/company";

const settings = settingsFor("dev");
const last = { model: modelOf(companyText), settings };
const group = (slug: string) => ({ type: "bitbucket:index:Group", outputs: { slug } });
const there = ["guests", "hands", "leads", "makers", "old"].map(group);
const called = (name: string, more = "") =>
  modelOf(
    changed(
      ["leads: {", `${name}: { previously: leads, ${more}`],
      ["owner: leads", `owner: ${name}`],
      ["team: leads", `team: ${name}`],
    ),
  );

describe("the groups of before that stay", () => {
  test.each([
    ["nothing is renamed", last.model, {}],
    ["a team has another name", called("heads"), { heads: ["leads"] }],
    ["its group keeps its name", called("heads", "group: leads,"), {}],
    ["its group gets a name of its own", called("heads", "group: bosses,"), { bosses: ["leads"] }],
  ])("%s", (_, model, expected) => {
    expect(formerGroupsOf({ model, settings }, last, there)).toEqual(expected);
  });

  test("one after the other, until they may go; what the state lacks is gone", () => {
    const before = { ...last, formerGroups: { leads: ["old", "older"] } };
    expect(formerGroupsOf({ model: called("heads"), settings }, before, there)).toEqual({
      heads: ["leads", "old"],
    });
  });

  test("none where the stack governs nothing, governed nothing, or governs another workspace", () => {
    const other = (bitbucket: object) => ({
      ...settings,
      bitbucket: { ...settings.bitbucket, ...bitbucket },
    });
    const model = called("heads");
    for (const one of [other({ governing: false }), other({ workspace: "else" })]) {
      expect(formerGroupsOf({ model, settings: one }, last, there)).toEqual({});
      expect(formerGroupsOf({ model, settings }, { ...last, settings: one }, there)).toEqual({});
    }
    expect(formerGroupsOf({ model, settings }, undefined, there)).toEqual({});
  });
});

test("a group of before has what the new one has, and nothing else changes", () => {
  const at = new Date("2026-06-15T12:00:00Z");
  const model = called("heads");
  const { bitbucket } = compile(model, settings, at);
  const both = withFormerGroups(bitbucket, { heads: ["leads"] });
  const without = JSON.stringify(both, (_, value: unknown) =>
    Array.isArray(value)
      ? value.filter((one) => one !== "leads" && (one as { group?: string }).group !== "leads")
      : value,
  );
  expect(JSON.parse(without)).toEqual(bitbucket);
  const inOldWords = JSON.stringify(both.governed).match(/"leads"/g);
  expect(inOldWords).toHaveLength(JSON.stringify(bitbucket.governed).match(/"heads"/g)?.length ?? 0);
  expect(both.governed?.groups).toContain("leads");
  expect(withFormerGroups(bitbucket, {})).toBe(bitbucket);
});

test("a team may be called as what every object has", () => {
  expect(formerOf({}, "constructor")).toEqual([]);
  expect(formerOf({ constructor: ["a"] }, "constructor")).toEqual(["a"]);
});

test("nobody takes a group that has another team's people", () => {
  const taken = modelOf(changed(["guests: {", "guests: { group: heads,"]));
  const freed: Model = {
    ...taken,
    teams: taken.teams.map((team) => (team.group ? { ...team, group: "leads" } : team)),
  };
  const next = { model: freed, settings };
  expect(takenOverGroups(next, last)).toEqual([
    expect.objectContaining({
      found: "the group leads in Bitbucket, which still has the members of team leads",
    }),
  ]);
  expect(takenOverGroups({ model: called("heads"), settings }, last)).toEqual([]);
  const waiting = { model: called("heads"), settings, formerGroups: { heads: ["leads"] } };
  expect(takenOverGroups({ model: last.model, settings }, waiting)).toEqual([
    expect.objectContaining({ at: ["teams", expect.any(Number)] }),
  ]);
});
