/** Who would be in a group, and whose account is whose, by what a look has found. Pure. */
import type { Model } from "../model";
import { grouped, Tree } from "../tree";
import type { Found } from "./found";

/** User names of those who would be in a team's group, by the team. Whoever is disabled is in none. */
export function membersIn(model: Model, { realm }: Found): (team: string) => readonly string[] {
  const tree = new Tree(model);
  const disabled = new Set(realm.users.filter(({ enabled }) => !enabled).map(({ username }) => username));
  const groups = new Map(realm.groups.map((group) => [group.path, new Set(group.members)]));
  return (team) => {
    const there = groups.get(`/${[team, ...tree.ancestors(team)].reverse().join("/")}`);
    const inRealm = realm.users.filter(({ id }) => there?.has(id)).map(({ username }) => username);
    const members = tree.teams.get(team)?.members ?? inRealm;
    return members.filter((username) => !disabled.has(username));
  };
}

/** By user name: the account that the file names, that was matched before, or that has the address that the realm verified. */
export function accountsByUser(model: Model, { workspace, realm }: Found): ReadonlyMap<string, string> {
  const byEmail = grouped(
    workspace.accounts.filter(({ email }) => email !== undefined),
    ({ email = "" }) => email.toLowerCase(),
  );
  const withAddress = (email = "", isVerified: boolean) => {
    const [only, ...others] = (isVerified && byEmail.get(email.toLowerCase())) || [];
    return others.length === 0 ? only?.uuid : undefined;
  };
  const found = realm.users.map(
    ({ username, accounts, email, emailVerified }) =>
      [username, accounts?.[0] ?? withAddress(email, emailVerified)] as const,
  );
  const known = new Set(realm.users.map(({ username }) => username));
  const declared = model.people.map(
    ({ username, account, email }) =>
      [username, account ?? (known.has(username) ? undefined : withAddress(email, true))] as const,
  );
  return new Map(
    [...found, ...declared].filter((one): one is readonly [string, string] => one[1] !== undefined),
  );
}
