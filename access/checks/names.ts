/** Names that are taken: by Bitbucket, or by something else in the file. */
import { reservedTeams } from "../file/nameRules";
import { shown } from "../problem";
import type { Path } from "../file/source";
import { repeats, type Check, type Finding } from "./check";

export const freeTeamNames: Check = {
  name: "free-team-names",
  says: "no team has a name that Bitbucket keeps for itself",
  level: "problem",
  find: ({ model }) =>
    model.teams.flatMap(({ name }, index): Finding[] =>
      reservedTeams.includes(name)
        ? [
            {
              at: ["teams", index],
              part: "key",
              found: `the team name ${shown(name)}, which Bitbucket keeps for itself`,
              fix: "rename the team",
            },
          ]
        : [],
    ),
  examples: {
    good: { text: "teams:\n  leads: { owner: ana }\n  makers: { owner: ana }\n  hands: { owner: ana }" },
    bad: {
      text: "teams:\n  administrators: { owner: ana }\n  leads: { owner: ana }\n  makers: { owner: ana }\n  hands: { owner: ana }",
      found: [
        '2:3  teams.administrators: found the team name "administrators", which Bitbucket keeps for itself; rename the team',
      ],
    },
  },
};

/** Keycloak would take two, Bitbucket has one group of a name. */
export const uniqueTeams: Check = {
  name: "unique-teams",
  says: "the name of a team is unique in the whole tree",
  level: "problem",
  find: ({ model }) =>
    repeats(model.teams, ({ name }) => name).map(({ item, index, first }) => ({
      at: ["teams", index],
      part: "key",
      found: `a second team called ${shown(item.name)}`,
      fix: "rename one: the name of a team is unique in the whole tree",
      other: ["teams", first],
    })),
  examples: {
    good: {
      text: "teams:\n  makers: { owner: ana, teams: { leads: { owner: ana } } }\n  hands: { owner: ana }",
    },
    bad: {
      text: "teams:\n  makers: { owner: ana, teams: { leads: { owner: ana } } }\n  hands: { owner: ana }\n  leads: { owner: ana }",
      found: [
        '4:3  teams.leads: found a second team called "leads" (see line 2); rename one: the name of a team is unique in the whole tree',
      ],
    },
  },
};

/** The person behind an account is found by the address. */
export const uniqueEmails: Check = {
  name: "unique-emails",
  says: "no two people have the same address, whatever its case",
  level: "problem",
  find: ({ model }) =>
    repeats(model.people, ({ email }) => email).map(({ item, index, first }) => ({
      at: ["people", index, "email"],
      found: `the address ${shown(item.email)} of somebody else`,
      fix: "give each person an address of their own; upper and lower case are the same",
      other: ["people", first, "email"],
    })),
  examples: {
    good: {
      text: "people:\n  ana: { name: Ana, email: ana@small.example }\n  ben: { name: Ben, email: ben@small.example }\n  cem: { name: Cem, email: cem@small.example }",
    },
    bad: {
      text: "people:\n  ana: { name: Ana, email: ana@small.example }\n  ben: { name: Ben, email: ANA@Small.example }\n  cem: { name: Cem, email: cem@small.example }",
      found: [
        '3:28  people.ben.email: found the address "ana@small.example" of somebody else (see line 2); give each person an address of their own; upper and lower case are the same',
      ],
    },
  },
};

export const uniqueAccounts: Check = {
  name: "unique-accounts",
  says: "no two people or agents have the same Bitbucket account",
  level: "problem",
  find: ({ model }) => {
    const accounts = [
      ...model.people.map(({ account }, index) => ({ account, at: ["people", index, "account"] })),
      ...model.agents.map(({ account }, index) => ({ account, at: ["agents", index, "account"] })),
    ].filter((entry): entry is { account: string; at: (string | number)[] } => entry.account !== undefined);
    return repeats(accounts, ({ account }) => account).map(({ item, first }) => ({
      at: item.at,
      found: `the account ${shown(item.account)} of somebody else`,
      fix: "give each person and each agent an account of their own",
      other: accounts[first]?.at ?? item.at,
    }));
  },
  examples: {
    good: {
      text: 'agents:\n  bot: { owner: ben, account: "{00000000-0000-0000-0000-0000000000b0}" }\n  clerk: { owner: ben, account: "{00000000-0000-0000-0000-0000000000b1}" }',
    },
    bad: {
      text: 'agents:\n  bot: { owner: ben, account: "{00000000-0000-0000-0000-0000000000b0}" }\n  clerk: { owner: ben, account: "{00000000-0000-0000-0000-0000000000b0}" }',
      found: [
        '3:33  agents.clerk.account: found the account "{00000000-0000-0000-0000-0000000000b0}" of somebody else (see line 2); give each person and each agent an account of their own',
      ],
    },
  },
};

export const uniqueRepositories: Check = {
  name: "unique-repositories",
  says: "a repository is in one project",
  level: "problem",
  find: ({ model }) =>
    repeats(model.repositories, ({ slug }) => slug).map(({ item, index, first }) => ({
      at: ["repositories", index],
      part: "key",
      found: `a second repository ${shown(item.slug)}`,
      fix: "keep it in one project: a slug is unique in the workspace",
      other: ["repositories", first],
    })),
  examples: {
    good: {
      text: "projects:\n  ONE: { name: First, owner: leads, repositories: { api: {} } }\n  TWO: { name: Second, owner: hands, repositories: { web: {} } }",
    },
    bad: {
      text: "projects:\n  ONE: { name: First, owner: leads, repositories: { api: {} } }\n  TWO: { name: Second, owner: hands, repositories: { api: {} } }",
      found: [
        '3:54  projects.TWO.repositories.api: found a second repository "api" (see line 2); keep it in one project: a slug is unique in the workspace',
      ],
    },
  },
};

export const uniqueEntries: Check = {
  name: "unique-entries",
  says: "a list names each thing once",
  level: "problem",
  find: ({ model }) => {
    const within = (at: Path, names: readonly string[]): Finding[] =>
      repeats(names, (name) => name).map(({ item, index }) => ({
        at: [...at, index],
        found: `${shown(item)} a second time`,
        fix: "write it once",
      }));
    return [
      ...within(["owners"], model.owners),
      ...model.teams.flatMap(({ members = [] }, index) => within(["teams", index, "members"], members)),
      ...model.repositories.flatMap(({ deploys }, index) =>
        within(["repositories", index, "deploys"], deploys),
      ),
      ...model.grants.flatMap(({ can, on }, index) => [
        ...within(["grants", index, "can"], can),
        ...within(["grants", index, "on"], on),
      ]),
    ];
  },
  examples: {
    good: { text: "owners: [ana, ben, cem]" },
    bad: {
      text: "owners: [ana, ben, ana]",
      found: ['1:20  owners[2]: found "ana" a second time; write it once'],
    },
  },
};
