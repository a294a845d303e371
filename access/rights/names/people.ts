/** People who are called otherwise, and addresses and accounts that were somebody else's. */
import type { Person } from "../../model";
import { subjectLabel } from "../../tree";
import type { Named, Sides } from "./change";

export function peopleNames({ before, after, then }: Sides): Named[] {
  const old = new Map(before.model.people.map((one) => [one.username, one]));
  const now = new Map(after.model.people.map((one) => [one.username, one]));
  const labelled = (name: string) => subjectLabel({ kind: "person", name });
  const renamed = after.model.people.flatMap(({ username, previously }): Named[] => {
    const was = then.person.get(username);
    if (was !== undefined)
      return [{ kind: "renamed", what: `${was} is renamed to ${username}`, subjects: [labelled(username)] }];
    if (previously === undefined || old.get(username)?.previously === previously) return [];
    const what = `${username} says to have been ${previously}, whom this stack does not have`;
    return [{ kind: "nobody was called so", what, subjects: [], means: [] }];
  });
  const taken = (kind: "address" | "account", of: (one: Person) => string | undefined) => {
    const owners = new Map(before.model.people.map((one) => [of(one), one.username]));
    const told = new Set<string>();
    return after.model.people.flatMap((one): Named[] => {
      const { username } = one;
      const value = of(one);
      const owner = value === undefined ? undefined : owners.get(value);
      if (value === undefined || owner === undefined || owner === username || told.has(username)) return [];
      const other = now.get(owner);
      const own = old.get(username);
      const isSwap = other !== undefined && own !== undefined && of(other) === of(own);
      if (isSwap) told.add(owner);
      const what = isSwap
        ? `${username} and ${owner} swap their ${words[kind]}`
        : `${username} gets the ${word[kind]} ${value} of ${owner}, who ${other ? "has another one from now on" : "left"}`;
      return [{ kind, what, subjects: [labelled(username), ...(isSwap ? [labelled(owner)] : [])] }];
    });
  };
  return [
    ...renamed,
    ...taken("address", ({ email }) => email),
    ...taken("account", ({ account }) => account),
  ];
}

const words = { address: "e-mail addresses", account: "Bitbucket accounts" } as const;
const word = { address: "e-mail address", account: "Bitbucket account" } as const;
