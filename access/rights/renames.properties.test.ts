/**
 * A company made by chance, and names made by chance: a rename gives nothing and takes nothing; whatever comes with it, each
 * person gains and loses what they would have without it.
 */
import fc from "fast-check";
import type { Model } from "../model";
import { asOf, model } from "../testing/anyCompany";
import { settingsFor } from "../testing/company";
import { needsOf } from "./approvals";
import { differenceOf } from "./difference";
import { guardChangesOf } from "./guardChanges";
import { knownAt, type Known } from "./known";
import { namesBetween } from "./names/names";

const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
const numRuns = exhaustive ? 5_000 : 200;

/** Who is in which team, by bits; with the fourth, Keycloak keeps the team. */
const members = fc.array(fc.nat(15), { minLength: 6, maxLength: 6 });
const company = fc.record({ model, members }).map(({ model, members }): Model => ({
  ...model,
  teams: model.teams.map((team, n) => {
    const bits = members[n] ?? 0;
    return bits > 11 ? team : { ...team, members: ["p0", "p1"].filter((_, bit) => bits & (1 << bit)) };
  }),
}));

/** Which of six teams and two people are renamed. */
const renames = fc.record({ teams: fc.nat(63), people: fc.nat(3) });

/** Written anew, by nothing of the product: the same text with other names. */
function called(model: Model, { teams, people }: { teams: number; people: number }): Model {
  const isChosen = (name: string): boolean =>
    name.startsWith("t")
      ? (teams & (1 << Number(name.slice(1)))) !== 0
      : (people & (1 << Number(name.slice(1)))) !== 0;
  const fresh = (name: string) => (isChosen(name) ? `${name}-new` : name);
  const text = JSON.stringify(model).replaceAll(/"([tp]\d)"/g, (_, name: string) =>
    JSON.stringify(fresh(name)),
  );
  const renamed = JSON.parse(text) as Model;
  return {
    ...renamed,
    teams: renamed.teams.map((one, n) => (one.name.endsWith("-new") ? { ...one, previously: `t${n}` } : one)),
    people: renamed.people.map((one, n) =>
      one.username.endsWith("-new") ? { ...one, previously: `p${n}` } : one,
    ),
  };
}

const old = (text: string): string => text.replaceAll("-new", "");

function known(model: Model, kept: (team: string) => readonly string[] | undefined): Known {
  return knownAt({ model, settings: settingsFor("prod"), exceptions: [], asOf }, kept);
}

/** Keycloak says who is in a team by the names of today. */
const kept = (team: string): readonly string[] | undefined =>
  old(team) === "t1" ? ["p0"] : old(team) === "t2" ? ["p1", "dan"] : undefined;

test("a new name alone changes no right, weakens no guard and needs nobody", () => {
  let renamed = 0;
  fc.assert(
    fc.property(company, renames, (before, chosen) => {
      const after = called(before, chosen);
      const sides = [known(before, kept), known(after, kept)] as const;
      const { gained, lost, altered, lostShare } = differenceOf(...sides);
      expect({ gained, lost, altered, lostShare }).toEqual({
        gained: [],
        lost: [],
        altered: [],
        lostShare: 0,
      });
      expect(needsOf(...sides)).toEqual([]);
      expect(guardChangesOf(...sides).filter(({ weaker }) => weaker)).toEqual([]);
      const names = namesBetween(...sides, { gained, lost });
      expect(names.filter(({ kind, means }) => kind !== "renamed" || means.length > 0)).toEqual([]);
      renamed += names.length;
    }),
    { numRuns },
  );
  expect(renamed).toBeGreaterThan(numRuns);
});

/** By person and by team, whatever the way. */
function told(before: Model, after: Model): object {
  const sides = [known(before, kept), known(after, kept)] as const;
  const { gained, lost } = differenceOf(...sides);
  const rights = (changes: typeof gained) =>
    changes
      .map(({ subject, capability, target, people }) =>
        [subject.kind, old(subject.name), capability, target, ...people.map(old).sort()].join(" "),
      )
      .sort();
  const needs = needsOf(...sides).map(({ reason, projects, beneficiaries, unknown }) => ({
    reason: old(reason),
    projects,
    beneficiaries: [...new Set(beneficiaries.map(old))].sort(),
    unknown,
  }));
  const byReason = (a: { reason: string }, b: { reason: string }) => (a.reason < b.reason ? -1 : 1);
  return { gained: rights(gained), lost: rights(lost), needs: needs.sort(byReason) };
}

test("with a new name, a change gives, takes and needs what it does without", () => {
  let changes = 0;
  fc.assert(
    fc.property(company, company, renames, (before, other, chosen) => {
      // Of the same company: other grants, other members, another tree of as many teams.
      const teams = before.teams.map((one, n) => ({ ...(other.teams[n] ?? one), name: one.name }));
      const after = { ...before, teams, grants: other.grants };
      const plain = told(before, after);
      expect(told(before, called(after, chosen))).toEqual(plain);
      if (Object.values(plain).some((list: unknown[]) => list.length > 0)) changes++;
    }),
    { numRuns },
  );
  expect(changes).toBeGreaterThan(numRuns / 2);
});
