/** What a change is made of. */
import type { Chance } from "../changes/chance";
import type { Called, Life, Person } from "./company";

/** What people do by hand. */
export type Act =
  | { readonly act: "offboard"; readonly person: string; readonly id: number }
  /** Somebody's Atlassian account has another address. */
  | { readonly act: "address"; readonly id: number; readonly email: string }
  | {
      readonly act: "bitbucket";
      readonly method: "PUT" | "POST" | "DELETE";
      /** Below `/2.0/`, without the workspace: `repositories/api`, `projects/ONE`. */
      readonly path: string;
      readonly body?: object;
    };
/** A change of a life that is its own. @returns what people do by hand before it is deployed */
export type Change = (life: Life, chance: Chance) => readonly Act[];

export const nothing: readonly Act[] = [];

const endings = ["-new", "-other", ""];
const first = (name: string): string => name.replace(/[-_](new|other)$/i, "");

/** Another name, which nothing of its kind has. */
export function rename(
  one: Called,
  all: readonly Called[],
  chance: Chance,
  of = (name: string) => name,
): void {
  const free = endings
    .map((ending) => of(`${first(one.name)}${ending}`))
    .filter(
      (name) => !all.some((other) => other.name === name || (other !== one && other.previously === name)),
    );
  const name = chance.one(free);
  one.previously = one.name;
  one.name = name;
}

/** Those who were not off-boarded. */
export const staff = ({ people, gone }: Life): Person[] => people.filter(({ id }) => !gone.includes(id));
