/** Names of before, and groups that are called otherwise than their teams. */
import { reservedTeams } from "../file/nameRules";
import type { Model } from "../model";
import { called, type Called, type CalledList } from "../rights/called";
import { groupOf } from "../tree";
import { shown } from "../problem";
import { repeats, type Check, type Finding } from "./check";

/** Whoever takes the name of before of another, who takes that of a third, and so on, has to come to an end. */
function circleOf(one: Called, all: ReadonlyMap<string, Called>): string[] | undefined {
  const names = [one.name];
  for (let next = one.previously; next !== undefined; next = all.get(next)?.previously) {
    if (next === one.name) return names;
    if (names.includes(next)) return undefined;
    names.push(next);
  }
  return undefined;
}

const kinds = {
  teams: "team",
  people: "person",
  projects: "project",
  repositories: "repository",
  environments: "environment",
} as const satisfies Readonly<Record<CalledList, string>>;

const lists = Object.keys(kinds) as CalledList[];

function findingsIn(model: Model, list: CalledList): Finding[] {
  const kind = kinds[list];
  const named: readonly Called[] = called[list](model);
  const all = new Map(named.map((one) => [one.name, one]));
  const at = (index: number) => [list, index, "previously"];
  const claims = named.flatMap(({ name, previously }, index) =>
    previously === undefined || previously === "" ? [] : [{ name, previously, index }],
  );
  const own = claims.filter(({ name, previously }) => name === previously);
  const others = claims.filter(({ name, previously }) => name !== previously);
  return [
    ...own.map(({ previously, index }) => ({
      at: at(index),
      found: `${shown(previously)}, which is its name`,
      allowed: "another name",
      fix: "leave it out",
    })),
    ...repeats(others, ({ previously }) => previously).map(({ item, first }) => ({
      at: at(item.index),
      found: `${shown(item.previously)} a second time`,
      allowed: `one ${kind} that was called so`,
      fix: "leave one of them out: that one is new",
      other: at(others[first]?.index ?? 0),
    })),
    ...others.flatMap((claim): Finding[] => {
      const holder = all.get(claim.previously);
      if (holder === undefined) return [];
      const circle = circleOf(claim, all);
      const other = [list, named.indexOf(holder)];
      if (circle !== undefined)
        return [
          {
            at: at(claim.index),
            found: `names that change in a circle: ${[...circle, claim.name].join(", ")}`,
            allowed: "names that are free by then",
            fix: `make two deploys of it: rename one of them to a name that nobody has first`,
          },
        ];
      if (holder.previously !== undefined) return [];
      return [
        {
          at: at(claim.index),
          found: `${shown(claim.previously)}, and there is a ${kind} called so`,
          allowed: "a name that is no longer in the file",
          fix: `take ${claim.previously} out, or leave "previously" out`,
          other,
        },
      ];
    }),
  ];
}

const people =
  "people:\n  ana: { name: Ana, email: ana@small.example }\n  ben: { name: Ben, email: ben@small.example }\n";

export const formerNames: Check = {
  name: "former-names",
  says: "nothing else has, or had, the name that a team, a person, a project, a repository or an environment was called by before",
  level: "problem",
  find: ({ model }) => lists.flatMap((list) => findingsIn(model, list)),
  examples: {
    good: {
      text: `${people}  cem: { name: Cem, email: cem@small.example, previously: cemal }\nprojects:\n  ONE: { previously: UNO, owner: leads, repositories: { api: { previously: service } } }`,
    },
    bad: {
      text: `${people}  cem: { name: Cem, email: cem@small.example, previously: ben }\nprojects:\n  ONE: { owner: leads, repositories: { api: { previously: web }, web: {} } }`,
      found: [
        '4:59  people.cem.previously: found "ben", and there is a person called so (see line 3); allowed: a name that is no longer in the file; take ben out, or leave "previously" out',
        '6:59  projects.ONE.repositories.api.previously: found "web", and there is a repository called so (see line 6); allowed: a name that is no longer in the file; take web out, or leave "previously" out',
      ],
    },
  },
};

/** A group that two teams had would give the rights of each to the people of both. */
export const uniqueGroups: Check = {
  name: "unique-groups",
  says: "no two teams have the same group in Bitbucket, and none has one that Bitbucket keeps for itself",
  level: "problem",
  find: ({ model }) => {
    const at = (index: number) => ["teams", index, "group"];
    const named = (index: number) => model.teams[index]?.group !== undefined;
    const first = new Map<string, number>();
    return model.teams.flatMap((team, index): Finding[] => {
      const group = groupOf(team);
      if (named(index) && reservedTeams.includes(group))
        return [
          {
            at: at(index),
            found: `the group ${shown(group)}, which Bitbucket keeps for itself`,
            fix: "name another one, or leave it out",
          },
        ];
      const other = first.get(group);
      if (other === undefined) {
        first.set(group, index);
        return [];
      }
      // Two of one name are another mistake.
      if (!named(index) && !named(other)) return [];
      const [here, there] = named(index) ? [index, other] : [other, index];
      return [
        {
          at: at(here),
          found: `the group ${shown(group)} of team ${model.teams[there]?.name ?? ""}`,
          allowed: "a group of its own",
          fix: "name another one, or leave it out",
          other: ["teams", there],
        },
      ];
    });
  },
  examples: {
    good: {
      text: "teams:\n  makers: { owner: ana, group: builders, teams: { leads: { owner: ana } } }\n  hands: { owner: ana }",
    },
    bad: {
      text: "teams:\n  makers: { owner: ana, group: leads, teams: { leads: { owner: ana } } }\n  hands: { owner: ana }",
      found: [
        '2:32  teams.makers.group: found the group "leads" of team leads (see line 2); allowed: a group of its own; name another one, or leave it out',
      ],
    },
  },
};
