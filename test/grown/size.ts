/** How large a grown company is. */
import { Dice } from "./dice";

export interface GrownSize {
  readonly people: number;
  readonly groups: number;
  readonly projects: number;
  readonly repositories: number;
  /** Of other programs, in the realm: 4 at most. */
  readonly clients: number;
}

export const sizes = {
  small: { people: 14, groups: 6, projects: 2, repositories: 6, clients: 2 },
  large: { people: 400, groups: 60, projects: 12, repositories: 200, clients: 4 },
} as const satisfies Readonly<Record<string, GrownSize>>;

/** A size by chance, small enough for each run. */
export function randomSize(seed: number): GrownSize {
  const dice = new Dice(seed + 1);
  return {
    people: dice.between(5, 40),
    groups: dice.between(2, 16),
    projects: dice.between(1, 4),
    repositories: dice.between(1, 16),
    clients: dice.between(1, 4),
  };
}
