/** What is declared of a place that is observed: it would compile to nothing, though whoever wrote it may think otherwise. */
import { shown } from "../problem";
import { projectOf, subjectLabel } from "../tree";
import type { Check, Finding } from "./check";

export const ownedGrants: Check = {
  name: "owned-grants",
  says: "a grant is on projects whose permissions are owned, not observed",
  level: "problem",
  find: ({ model, tree }) =>
    model.grants.flatMap(({ subject, on }, index) =>
      on.flatMap((target, number): Finding[] =>
        tree.projects.get(projectOf(target))?.observed?.includes("permissions")
          ? [
              {
                at: ["grants", index, "on", number],
                found: `${shown(target)} for ${subjectLabel(subject)}, where permissions are observed and nothing is granted`,
                fix: `remove it, or take "permissions" out of "observed" of project ${projectOf(target)}`,
              },
            ]
          : [],
      ),
    ),
  examples: {
    good: {
      text: "projects:\n  ONE: { owner: leads, observed: [branches], repositories: { api: {} } }\ngrants:\n  - { team: makers, can: [read], on: [ONE] }",
    },
    bad: {
      text: "projects:\n  ONE: { owner: leads, observed: [permissions], repositories: { api: {} } }\ngrants:\n  - { team: makers, can: [read], on: [ONE/api] }",
      found: [
        '4:39  grants[0].on[0]: found "ONE/api" for team makers, where permissions are observed and nothing is granted; remove it, or take "permissions" out of "observed" of project ONE',
      ],
    },
  },
};

export const ownedBranches: Check = {
  name: "owned-branches",
  says: "branches are protected in projects whose branches are owned, not observed",
  level: "problem",
  find: ({ model, tree }) =>
    model.repositories.flatMap(({ project, branches }, index) =>
      branches.flatMap(({ pattern }, number): Finding[] =>
        tree.projects.get(project)?.observed?.includes("branches")
          ? [
              {
                at: ["repositories", index, "branches", number],
                part: "key",
                found: `${shown(pattern)}, where branches are observed and nothing is protected`,
                fix: `remove it, or take "branches" out of "observed" of project ${project}`,
              },
            ]
          : [],
      ),
    ),
  examples: {
    good: {
      text: "projects:\n  ONE:\n    owner: leads\n    observed: [permissions]\n    protected: { main: {} }\n    repositories: { api: {} }\ngrants: []",
    },
    bad: {
      text: "projects:\n  ONE:\n    owner: leads\n    observed: [branches]\n    repositories: { api: { protected: { main: {} } } }\ngrants: []",
      found: [
        '5:41  projects.ONE.repositories.api.protected.main: found "main", where branches are observed and nothing is protected; remove it, or take "branches" out of "observed" of project ONE',
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
    const observed = model.projects
      .filter((one) => one.observed?.includes("permissions"))
      .map(({ key }) => key);
    const unread = (at: Finding["at"], keys: readonly string[]): Finding[] =>
      keys.length === 0
        ? []
        : [
            {
              at,
              found: `${keys.map((key) => `project ${key}`).join(", ")}, where permissions are observed: what people can do there is not in this file, and not judged by it`,
              fix: "let `npm run evidence` read and judge it, or own the permissions",
            },
          ];
    const separations = model.separations.flatMap(({ sides, on }, index) => {
      const named = [...(on ?? []), ...sides.flatMap((side) => side.on ?? [])].map(projectOf);
      const isAnywhere = on === undefined && sides.some((side) => side.on === undefined);
      return unread(
        ["separations", index],
        isAnywhere ? observed : observed.filter((key) => named.includes(key)),
      );
    });
    const deployers = model.environments.flatMap(({ name, deployers: only }, index) => {
      const deploying = (key: string) =>
        tree.repositoriesOf(key).some(({ deploys }) => deploys.includes(name));
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
