/** Names that are taken: by Bitbucket, or by something else in the file. */
import { reservedTeams } from "../file/nameRules";
import { shown } from "../problem";
import type { Path } from "../file/source";
import { repeats, type Check, type Finding } from "./check";

export const reservedTeamNames: Check = ({ model }) =>
  model.teams.flatMap(({ name }, index) =>
    reservedTeams.includes(name)
      ? [
          {
            at: ["teams", index],
            part: "key",
            found: `the team name ${shown(name)}, which Bitbucket keeps for itself`,
            fix: "rename the team",
          } satisfies Finding,
        ]
      : [],
  );

/** Keycloak would take two, Bitbucket has one group of a name. */
export const repeatedTeams: Check = ({ model }) =>
  repeats(model.teams, ({ name }) => name).map(({ item, index, first }) => ({
    at: ["teams", index],
    part: "key",
    found: `a second team called ${shown(item.name)}`,
    fix: "rename one: the name of a team is unique in the whole tree",
    other: ["teams", first],
  }));

/** The person behind an account is found by the address. */
export const repeatedEmails: Check = ({ model }) =>
  repeats(model.people, ({ email }) => email.toLowerCase()).map(({ item, index, first }) => ({
    at: ["people", index, "email"],
    found: `the address ${shown(item.email)} of somebody else`,
    fix: "give each person an address of their own; upper and lower case are the same",
    other: ["people", first, "email"],
  }));

export const repeatedAccounts: Check = ({ model }) => {
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
};

export const repeatedRepositories: Check = ({ model }) =>
  repeats(model.repositories, ({ slug }) => slug).map(({ item, index, first }) => ({
    at: ["repositories", index],
    part: "key",
    found: `a second repository ${shown(item.slug)}`,
    fix: "keep it in one project: a slug is unique in the workspace",
    other: ["repositories", first],
  }));

/** The same name twice in one list. */
export const repeatedEntries: Check = ({ model }) => {
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
};
