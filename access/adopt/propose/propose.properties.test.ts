/** Grown worlds made by chance: the file that is proposed says what was found, of everybody, and nothing else. */
import fc from "fast-check";
import { readAccess } from "../../checks/validate";
import { compile } from "../../compile";
import { renderProblems } from "../../problem";
import { restrictionsOf } from "../../rights/protection";
import { anyFound } from "../../testing/anyFound";
import { settingsFor } from "../../testing/company";
import { accountOf } from "../../testing/found";
import { targetOf, Tree } from "../../tree";
import type { ObservedOfPlace } from "../../vocabulary";
import type { Found } from "../found";
import { propose } from "./propose";

const options = { environment: "prod", plan: "premium" } as const;
const settings = settingsFor("prod");
const governing = { ...settings, keycloak: { ...settings.keycloak, people: "external" as const } };
const runs = { numRuns: 300 };

/** What a proposal means. */
function meant(found: Found) {
  const asOf = new Date(found.at);
  const { text } = propose(found, options);
  const read = readAccess(text, "access.yaml", governing, undefined, asOf);
  if (!read.ok) throw new Error(`${renderProblems(read.problems)}\n${text}`);
  const { governed } = compile(read.model, governing, asOf).bitbucket;
  if (governed === undefined) throw new Error("the stack governs the workspace");
  return { model: read.model, governed };
}

const inOrder = (all: readonly unknown[]) => all.map((one) => JSON.stringify(one)).sort();
const holder = ({ group = null, user = null, permission }: { group?: string | null; user?: string | null; permission: string }) => [group, user, permission]; // prettier-ignore
const restriction = (one: { kind: string; pattern?: string; groups?: readonly string[]; users?: readonly string[]; value?: number }) => [one.kind, one.pattern, [...(one.groups ?? [])].sort(), [...(one.users ?? [])].sort(), one.value ?? null]; // prettier-ignore

test("300 worlds: what is owned has the permissions and restrictions that were found, entry by entry", () => {
  let [owned, left] = [0, 0];
  fc.assert(
    fc.property(anyFound, (found) => {
      const { model, governed } = meant(found);
      const tree = new Tree(model);
      const owns = (place: string, part: ObservedOfPlace) => !tree.observes(place, part);
      for (const { key, holders } of found.workspace.projects) {
        const declared = governed.projects.find((one) => one.key === key)?.holders ?? [];
        if (owns(key, "permissions"))
          expect([key, inOrder(declared.map(holder))]).toEqual([key, inOrder(holders.map(holder))]);
      }
      for (const { slug, project, holders, restrictions } of found.workspace.repositories) {
        const [declared, target] = [
          governed.repositories.find((one) => one.slug === slug),
          targetOf({ project, slug }),
        ];
        const isOwned = declared !== undefined && owns(target, "permissions");
        if (isOwned) owned++;
        else left++;
        if (isOwned)
          expect([slug, inOrder(declared.holders.map(holder))]).toEqual([slug, inOrder(holders.map(holder))]);
        if (declared !== undefined && owns(target, "branches"))
          expect([slug, inOrder(declared.branches.flatMap((branch) => restrictionsOf(branch, "premium")).map(restriction))]).toEqual([slug, inOrder(restrictions.map(restriction))]); // prettier-ignore
      }
    }),
    runs,
  );
  // That everything is left as it is would be true as well.
  expect(owned).toBeGreaterThan(left);
});

test("300 worlds: whoever is in a group is in it by the realm, by the file, or it is observed", () => {
  fc.assert(
    fc.property(anyFound, (found) => {
      const { model } = meant(found);
      const accounts = new Map(model.people.map(({ username, account }) => [username, account]));
      for (const { slug, members } of found.workspace.groups) {
        const team = model.teams.find(({ name, group }) => name === slug || group === slug || group?.toLowerCase() === slug); // prettier-ignore
        if (team?.members === undefined) continue;
        expect(team.members.map((name) => accounts.get(name)).sort()).toEqual([...members].sort());
      }
    }),
    runs,
  );
});

test("300 worlds: the same in another order is the same, to the byte", () => {
  const shuffled = (found: Found): Found => ({
    ...found,
    workspace: {
      ...found.workspace,
      groups: found.workspace.groups
        .map((one) => ({ ...one, members: [...one.members].reverse() }))
        .reverse(),
      accounts: [...found.workspace.accounts].reverse(),
      projects: found.workspace.projects
        .map((one) => ({ ...one, holders: [...one.holders].reverse() }))
        .reverse(),
      repositories: found.workspace.repositories
        .map((one) => ({
          ...one,
          holders: [...one.holders].reverse(),
          restrictions: [...one.restrictions].reverse(),
        }))
        .reverse(),
    },
    realm: {
      ...found.realm,
      users: [...found.realm.users].reverse(),
      groups: found.realm.groups.map((one) => ({ ...one, members: [...one.members].reverse() })).reverse(),
    },
  });
  fc.assert(
    fc.property(anyFound, (found) => {
      expect(JSON.stringify(propose(shuffled(found), options))).toBe(JSON.stringify(propose(found, options)));
    }),
    runs,
  );
});

test("300 worlds: a group that may read one more project, or one more person in a group, is a few lines more or less", () => {
  const places = fc.record({ project: fc.nat(2), group: fc.constantFrom("mobile-devs", "platform", "ops") });
  fc.assert(
    fc.property(anyFound, places, (found, { project: number, group }) => {
      const { projects, repositories } = found.workspace;
      const key = projects[number]?.key;
      const here = [
        ...projects.filter((one) => one.key === key),
        ...repositories.filter((one) => one.project === key),
      ];
      fc.pre(!here.some(({ holders }) => holders.some((one) => one.group === group)));
      const more = projects.map((one) => one.key !== key ? one : { ...one, holders: [...one.holders, { group, permission: "read" as const }] }); // prettier-ignore
      expect(changedLines(found, { ...found, workspace: { ...found.workspace, projects: more } })).toBeLessThanOrEqual(few); // prettier-ignore
      const groups = found.workspace.groups.map((one) => one.slug !== group ? one : { ...one, members: [...new Set([...one.members, accountOf(8)])] }); // prettier-ignore
      expect(changedLines(found, { ...found, workspace: { ...found.workspace, groups } })).toBeLessThanOrEqual(few + anotherOwner); // prettier-ignore
    }),
    runs,
  );
});

/** A line that goes and one that comes; a list that has outgrown its line has a line for each of its five. */
const few = 9;
/** Whoever is in more groups may be proposed as the owner of all that nobody owns. */
const anotherOwner = 16;

/** Lines that only one of the two proposals has. */
function changedLines(before: Found, after: Found): number {
  const lines = [before, after].map((found) => propose(found, options).text.split("\n"));
  const [had = [], has = []] = lines;
  const lacks = (some: readonly string[], others: readonly string[]) =>
    some.filter((line) => !others.includes(line));
  return lacks(had, has).length + lacks(has, had).length;
}
