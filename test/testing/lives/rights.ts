/** What everybody is to have in both systems, worked out anew: nothing of the product's is used here. */
import { heldIn } from "../changes/rights";
import { accessOf, targetOf, type Life } from "./company";

/** By the number of everybody who ever was there: nothing of those who are gone. Sorted. */
type Rights = Readonly<Record<number, readonly string[]>>;

const everybody = ({ addresses }: Life) => Object.keys(addresses).map(Number);

/** What each can do in Bitbucket. Example: `merge P0/api`. */
export function inBitbucket(life: Life): Rights {
  const held = heldIn(accessOf(life));
  return rightsOf(life, (name) => held.get(name)?.keys() ?? []);
}

/** Roles that each has in Keycloak. Example: `merge:P0/api`. */
export function inKeycloak(life: Life): Rights {
  const lineOf = (id: number | undefined): number[] =>
    life.teams.flatMap((team) => (team.id === id ? [team.id, ...lineOf(team.parent)] : []));
  return rightsOf(life, (_, id) => {
    const teams = life.teams.filter(({ members }) => members.includes(id)).flatMap((team) => lineOf(team.id));
    return life.given
      .filter(({ team, person }) => person === id || (team !== undefined && teams.includes(team)))
      .map(({ can, ...on }) => `${can}:${targetOf(on, life)}`);
  });
}

function rightsOf(life: Life, of: (name: string, id: number) => Iterable<string>): Rights {
  return Object.fromEntries(
    everybody(life).map((id) => {
      const person = life.gone.includes(id) ? undefined : life.people.find((one) => one.id === id);
      return [id, person === undefined ? [] : [...new Set(of(person.name, id))].sort()];
    }),
  );
}

type Numbers = Readonly<Record<string, number>>;

/** What is the same as long as it is there, by its name of now. */
export function numbersOf({
  people,
  teams,
  repositories,
}: Life): Readonly<Record<"people" | "teams" | "repositories", Numbers>> {
  const numbers = (all: readonly { readonly name: string; readonly id: number }[]) =>
    Object.fromEntries(all.map(({ name, id }) => [name, id]));
  return { people: numbers(people), teams: numbers(teams), repositories: numbers(repositories) };
}

/** What the file gives, whoever is gone: person, ability and repository by numbers. Example: `2 merge 30`. */
export function rightsIn(life: Life): ReadonlySet<string> {
  const { people, repositories } = numbersOf(life);
  const lines = [...heldIn(accessOf(life))].flatMap(([holder, rights]) =>
    [...rights.keys()].map((key) => {
      const [can = "", target = ""] = key.split(" ");
      return [people[holder], can.replace(/:.*/, ""), repositories[target.split("/")[1] ?? ""]].join(" ");
    }),
  );
  // Teams hold rights, too, and have no number among people.
  return new Set(lines.filter((line) => !line.startsWith(" ")));
}
