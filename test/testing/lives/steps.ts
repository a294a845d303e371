/** A company, and what happens to it, by chance. */
import fc from "fast-check";
import { Chance, Nothing } from "../changes/chance";
import type { Act, Change } from "./change";
import type { Life } from "./company";
import { lifeOf } from "./made";
import { peopleChanges } from "./people";
import { placeChanges } from "./places";
import { teamChanges } from "./teams";

const single = { ...teamChanges, ...peopleChanges, ...placeChanges };

const together =
  (...names: readonly (keyof typeof single)[]): Change =>
  (life, chance) =>
    names.flatMap((name) => single[name](life, chance));

export const steps = {
  ...single,
  "a team is renamed and moved": together("a team is renamed", "a team is moved"),
  "somebody marries": together("another user name", "another address", "another spelling"),
} satisfies Record<string, Change>;

/** One change by chance. */
export interface Step {
  readonly name: string;
  /** Undefined where there is nothing to choose from. */
  readonly of: (life: Life) => { readonly life: Life; readonly acts: readonly Act[] } | undefined;
}

function stepOf(name: keyof typeof steps, numbers: readonly number[]): Step {
  const of: Step["of"] = (life) => {
    const next = structuredClone(life);
    const chance = new Chance(numbers, 0);
    const { people, teams, projects, repositories, environment } = next;
    // Everything was brought up with it; half of them stay a while.
    for (const one of [...people, ...teams, ...projects, ...repositories, environment])
      if (chance.number() % 2 === 0) delete one.previously;
    try {
      return { acts: steps[name](next, chance), life: next };
    } catch (error) {
      if (error instanceof Nothing) return undefined;
      throw error;
    }
  };
  // Shown where a property fails.
  return { name, of, toJSON: () => name } as Step;
}

const numbers = fc.array(fc.nat(1_000), { minLength: 40, maxLength: 40 });

/** A company, and what happens to it. @param length how many changes */
export const sequence = (length: number): fc.Arbitrary<{ start: Life; steps: readonly Step[] }> =>
  fc.record({
    start: numbers.map(lifeOf),
    steps: fc.array(
      fc.tuple(fc.constantFrom(...(Object.keys(steps) as (keyof typeof steps)[])), numbers).map((one) => stepOf(...one)), // prettier-ignore
      { minLength: length, maxLength: length },
    ),
  });
