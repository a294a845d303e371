/** How a level looks and is called: never by its colour alone. */
import { levels, type Level } from "../data";

const letters: Readonly<Record<Level, string>> = {
  nothing: "",
  read: "r",
  write: "w",
  merge: "m",
  deploy: "D",
  administer: "A",
};

export const words: Readonly<Record<Level, string>> = {
  nothing: "nothing",
  read: "reads",
  write: "starts builds, deploys where it is open",
  merge: "merges into protected branches",
  deploy: "deploys to production",
  administer: "administers",
};

/** A level by its number in `levels`; any other number counts as `nothing`. */
export function levelName(level: number): Level {
  return levels[level] ?? "nothing";
}

/** The letter of a cell: `D` for deploy; empty for nothing. */
export function letterOf(level: number): string {
  return letters[levelName(level)];
}
