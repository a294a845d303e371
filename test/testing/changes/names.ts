/** People and teams under other names: as changes, and told anew by the names that they had. */
import type { Access, State, Team } from "./company";
import { Nothing, teamsIn, type Chance } from "./chance";

const endings = ["-new", "-other"];

/** The name without what a change has put behind it. */
const firstName = (name: string): string => name.replace(/(-new|-other)+$/, "");

/** Everywhere, as somebody would who searches and replaces. */
function replaced<T>(value: T, names: ReadonlyMap<string, string>): T {
  return JSON.parse(
    JSON.stringify(value).replaceAll(/"([^"\\]*)"/g, (whole, name: string) =>
      names.has(name) ? JSON.stringify(names.get(name)) : whole,
    ),
  ) as T;
}

type Entry = { previously?: string };
const peopleOf = ({ people }: Access): Record<string, Entry> => people;
const teamsOf = (access: Access): Record<string, Team> => Object.fromEntries(teamsIn(access));

/** Who says whom of before they are: the one that was renamed, or, now and then, whoever comes to mind. */
const renamed =
  (entries: (access: Access) => Record<string, Entry>, choose: (state: State, chance: Chance) => string) =>
  (state: State, chance: Chance): void => {
    const name = choose(state, chance);
    if (entries(state.access)[name] === undefined) throw new Nothing();
    const now = `${firstName(name)}${chance.one(endings)}`;
    if (now === name) throw new Nothing();
    const then = entries(state.access)[name]?.previously ?? name;
    Object.assign(state, replaced(state, new Map([[name, now]])));
    const entry = entries(state.access)[now];
    const others = Object.keys(entries(state.access));
    if (entry) entry.previously = chance.one([then, then, then, name, chance.one(others)]);
  };

export const nameEdits = {
  "another user name": renamed(peopleOf, ({ access }, chance) => chance.person(access)),
  "another name of a team": renamed(teamsOf, ({ access }, chance) => chance.team(access)),
  "a successor takes a name": ({ access }: State, chance: Chance): void => {
    const person = chance.one(Object.values(access.people));
    person.previously = chance.one(["ana", "ben", "cem", "dan", "mal", "zed"]);
  },
  "a team takes a name": ({ access }: State, chance: Chance): void => {
    chance.entry(access).previously = chance.one(["leads", "hands", "ops", "guests", "staff"]);
  },
};

/** A state by the names of the base: of whatever was there by the name of before, and is there by that of now alone. */
export function asNamedIn(base: State, state: State): State {
  const names = new Map(
    [peopleOf, teamsOf].flatMap((entries) => {
      const [old, now] = [entries(base.access), entries(state.access)];
      return Object.entries(now).flatMap(([name, { previously }]) =>
        previously !== undefined && previously in old && !(name in old) && !(previously in now)
          ? [[name, previously] as const]
          : [],
      );
    }),
  );
  return names.size === 0 ? state : replaced(state, names);
}
