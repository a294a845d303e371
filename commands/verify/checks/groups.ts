/** Teams have one name in both systems. */
import { groupOf, Tree } from "../../../access";
import { unless, type Check } from "../check";

const groups: Check = {
  name: "groups-equal",
  promise:
    "each team is a group of the same name in Keycloak and in Bitbucket, and nothing else passes for one",
  setting: "teams of access.yaml",
  writes: false,
  run: async ({ model, keycloak, bitbucketGroups }) => {
    const tree = new Tree(model);
    const paths = new Map(
      model.teams.map(({ name }) => [`/${[name, ...tree.ancestors(name)].reverse().join("/")}`, name]),
    );
    const inRealm = await keycloak.groups();
    const inWorkspace = await bitbucketGroups();
    const placed = new Set(inRealm.map(({ path }) => path));
    return unless(
      [
        ...[...paths.keys()]
          .filter((path) => !placed.has(path))
          .map((path) => `Keycloak has no group ${path}`),
        ...inRealm.filter(({ path }) => !paths.has(path)).map(({ path }) => `Keycloak's ${path} is no team`),
        ...model.teams
          .map(groupOf)
          .filter((group) => !inWorkspace.includes(group))
          .map((group) => `Bitbucket has no group ${group}`),
      ],
      `${paths.size} teams`,
    );
  },
};

export const groupChecks = [groups];
