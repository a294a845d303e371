/** What is declared of a place that is observed: it would compile to nothing, though whoever wrote it may think otherwise. */
import type { Target } from "../model";
import { shown } from "../problem";
import { projectOf, subjectLabel, targetOf, type Tree } from "../tree";
import type { ObservedOfPlace } from "../vocabulary";
import type { Check, Finding } from "./check";

/** How it comes to be owned, by the one who says that it is observed. */
function owning(place: Target, part: ObservedOfPlace, tree: Tree): string {
  const project = `take "${part}" out of "observed" of project ${projectOf(place)}`;
  const repository = tree.repositories.get(place);
  if (repository === undefined) return project;
  return repository.observed?.includes(part)
    ? `take "${part}" out of "observed" of repository ${place}`
    : `${project}, or own it in repository ${place} alone (owned: [${part}])`;
}

export const ownedGrants: Check = {
  name: "owned-grants",
  says: "a grant is on projects and repositories whose permissions are owned, not observed",
  level: "problem",
  find: ({ model, tree }) =>
    model.grants.flatMap(({ subject, on }, index) =>
      on.flatMap((target, number): Finding[] =>
        tree.observes(target, "permissions")
          ? [
              {
                at: ["grants", index, "on", number],
                found: `${shown(target)} for ${subjectLabel(subject)}, where permissions are observed and nothing is granted`,
                fix: `remove it, or ${owning(target, "permissions", tree)}`,
              },
            ]
          : [],
      ),
    ),
  examples: {
    good: {
      text: "projects:\n  ONE: { owner: leads, repositories: { api: { observed: [permissions] } } }\ngrants:\n  - { team: makers, can: [read], on: [ONE] }",
    },
    bad: {
      text: "projects:\n  ONE: { owner: leads, observed: [permissions], repositories: { api: {} } }\ngrants:\n  - { team: makers, can: [read], on: [ONE/api] }",
      found: [
        '4:39  grants[0].on[0]: found "ONE/api" for team makers, where permissions are observed and nothing is granted; remove it, or take "permissions" out of "observed" of project ONE, or own it in repository ONE/api alone (owned: [permissions])',
      ],
    },
  },
};

export const ownedBranches: Check = {
  name: "owned-branches",
  says: "branches are protected where branches are owned, not observed",
  level: "problem",
  find: ({ model, tree }) =>
    model.repositories.flatMap((repository, index) =>
      repository.branches.flatMap(({ pattern }, number): Finding[] =>
        tree.observes(targetOf(repository), "branches")
          ? [
              {
                at: ["repositories", index, "branches", number],
                part: "key",
                found: `${shown(pattern)}, where branches are observed and nothing is protected`,
                fix: `remove it, or ${owning(targetOf(repository), "branches", tree)}`,
              },
            ]
          : [],
      ),
    ),
  examples: {
    good: {
      text: "projects:\n  ONE:\n    owner: leads\n    observed: [permissions]\n    protected: { main: {} }\n    repositories: { api: { observed: [branches] }, web: {} }\ngrants: []",
    },
    bad: {
      text: "projects:\n  ONE:\n    owner: leads\n    repositories: { api: { observed: [branches], protected: { main: {} } } }\ngrants: []",
      found: [
        '4:63  projects.ONE.repositories.api.protected.main: found "main", where branches are observed and nothing is protected; remove it, or take "branches" out of "observed" of repository ONE/api',
      ],
    },
  },
};

export const ownedOrObserved: Check = {
  name: "owned-or-observed",
  says: "a repository owns something or observes it, not both",
  level: "problem",
  find: ({ model }) =>
    model.repositories.flatMap(({ observed, owned }, index): Finding[] => {
      const both = observed?.filter((part) => owned?.includes(part)) ?? [];
      return both.length === 0
        ? []
        : [
            {
              at: ["repositories", index, "observed"],
              found: `${both.join(" and ")}, which the repository owns as well`,
              fix: 'take it out of "observed", or out of "owned"',
            },
          ];
    }),
  examples: {
    good: {
      text: "projects:\n  ONE:\n    owner: leads\n    observed: [permissions]\n    repositories: { api: { observed: [branches], owned: [permissions] } }\ngrants: []",
    },
    bad: {
      text: "projects:\n  ONE:\n    owner: leads\n    repositories: { api: { observed: [branches, permissions], owned: [permissions] } }\ngrants: []",
      found: [
        '4:38  projects.ONE.repositories.api.observed: found permissions, which the repository owns as well; take it out of "observed", or out of "owned"',
      ],
    },
  },
};

export const ownedMembers: Check = {
  name: "owned-members",
  says: "a team whose members are observed declares none",
  level: "problem",
  find: ({ model }) =>
    model.teams.flatMap(({ members, observed }, index): Finding[] =>
      members !== undefined && observed?.includes("members")
        ? [
            {
              at: ["teams", index, "members"],
              found: "members of a team whose members are observed",
              fix: 'remove them, or take "members" out of its "observed"',
            },
          ]
        : [],
    ),
  examples: {
    good: {
      text: "teams:\n  makers:\n    owner: ana\n    teams:\n      leads: { owner: ana, observed: [members] }\n      hands: { owner: ana, members: [ben, cem] }\n  guests: { owner: ben }",
    },
    bad: {
      text: "teams:\n  makers:\n    owner: ana\n    teams:\n      leads: { owner: ana, members: [ana], observed: [members] }\n      hands: { owner: ana, members: [ben, cem] }\n  guests: { owner: ben }",
      found: [
        '5:37  teams.makers.teams.leads.members: found members of a team whose members are observed; remove them, or take "members" out of its "observed"',
      ],
    },
  },
};

/** Rules about what people can do, where what they can do is not in the file. */
export const readRules: Check = {
  name: "read-rules",
  says: "a rule about what people can do is about places whose permissions are owned",
  level: "warning",
  find: ({ model, tree }) => {
    const observed = [
      ...[...tree.projects.keys()].filter((key) => tree.observes(key, "permissions")),
      // Of those of an observed project, the project tells.
      ...[...tree.repositories].flatMap(([target, { project }]) =>
        tree.observes(target, "permissions") && !tree.observes(project, "permissions") ? [target] : [],
      ),
    ];
    const labelOf = (place: Target) => `${tree.projects.has(place) ? "project" : "repository"} ${place}`;
    const unread = (at: Finding["at"], places: readonly Target[]): Finding[] =>
      places.length === 0
        ? []
        : [
            {
              at,
              found: `${places.map(labelOf).join(", ")}, where permissions are observed: what people can do there is not in this file, and not judged by it`,
              fix: "let `npm run evidence` read and judge it, or own the permissions",
            },
          ];
    const separations = model.separations.flatMap(({ sides, on }, index) => {
      const named = [...(on ?? []), ...sides.flatMap((side) => side.on ?? [])];
      const isAbout = (place: Target) =>
        named.some((one) => one === place || projectOf(one) === place || one === projectOf(place));
      const isAnywhere = on === undefined && sides.some((side) => side.on === undefined);
      return unread(["separations", index], isAnywhere ? observed : observed.filter(isAbout));
    });
    const deployers = model.environments.flatMap(({ name, deployers: only }, index) => {
      const deploying = (place: Target) =>
        tree.repositoriesOf(place).some(({ deploys }) => deploys.includes(name));
      return only === undefined
        ? []
        : unread(["environments", index, "deployers"], observed.filter(deploying));
    });
    return [...separations, ...deployers];
  },
  examples: {
    good: {
      text: "projects:\n  ONE: { owner: leads, observed: [branches], repositories: { api: {} } }\nseparation:\n  - { never together: [merge, administer], on: ONE }\ngrants: []",
    },
    bad: {
      text: "projects:\n  ONE: { owner: leads, observed: [permissions], repositories: { api: {} } }\nseparation:\n  - { never together: [merge, administer], on: ONE }\ngrants: []",
      found: [
        "4:5  separation[0]: found project ONE, where permissions are observed: what people can do there is not in this file, and not judged by it; let `npm run evidence` read and judge it, or own the permissions",
      ],
    },
  },
};
