/** Choices by given numbers, so that a sequence is the same whenever it is made again. */
import { createHash } from "node:crypto";
import type { Access, Team } from "./company";

export class Chance {
  private at = 0;

  /** @param focus what a sequence is mostly about: people, teams, places that several changes have in common */
  constructor(
    private readonly numbers: readonly number[],
    private readonly focus: number,
    /** Always about that. */
    private readonly isSteady = false,
  ) {}

  number(): number {
    return this.numbers[this.at++ % this.numbers.length] ?? 0;
  }

  one<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Nothing();
    return list[this.number() % list.length] as T;
  }

  /** More often than not the same as in other changes of the sequence, whatever came or went besides. */
  mostly<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Nothing();
    if (!this.isSteady && this.number() % 3 === 0) return this.one(list);
    const rank = (one: T) =>
      createHash("md5")
        .update(`${this.focus}${JSON.stringify(one)}`)
        .digest("hex");
    return list.reduce((best, one) => (rank(one) > rank(best) ? one : best));
  }

  person = ({ people }: Access): string => this.mostly(["mal", ...Object.keys(people)]);
  team = (access: Access): string => this.mostly(teamsIn(access).map(([name]) => name));
  entry = (access: Access): Team => {
    const name = this.team(access);
    return teamsIn(access).find(([each]) => each === name)?.[1] ?? ({} as Team);
  };
  project = ({ projects }: Access): string => this.mostly(Object.keys(projects));
  repository = ({ projects }: Access): readonly [project: string, slug: string] =>
    this.mostly(
      Object.entries(projects).flatMap(([key, { repositories }]) =>
        Object.keys(repositories).map((slug) => [key, slug] as const),
      ),
    );
}

/** There is nothing to choose from: the change does nothing. */
export class Nothing extends Error {}

export function teamsIn({ teams }: Access): (readonly [string, Team])[] {
  const walk = (level: Record<string, Team>): (readonly [string, Team])[] =>
    Object.entries(level).flatMap(([name, team]) => [[name, team] as const, ...walk(team.teams ?? {})]);
  return walk(teams);
}
