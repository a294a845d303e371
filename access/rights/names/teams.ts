/** Teams that are renamed, move, are split, merged or dissolved. */
import type { Team } from "../../model";
import { sorted } from "../../problem";
import { groupOf, subjectLabel } from "../../tree";
import { branchOf, type Named, type Sides } from "./change";

export function teamNames(sides: Sides): Named[] {
  const { before, after } = sides;
  const [old, now] = [before, after].map(({ model }) => new Map(model.teams.map((one) => [one.name, one])));
  const gone = before.model.teams.filter(({ name }) => now?.has(name) !== true);
  return [
    ...after.model.teams.flatMap((team) => {
      const was = old?.get(team.name);
      return [...renamed(team, was, sides), ...moved(team, was, sides), ...unknown(team, was, sides)];
    }),
    ...gone.map((team) => dissolved(team, sides)),
    ...after.model.teams.flatMap((team) => (old?.has(team.name) ? [] : splitOff(team, sides))),
  ];
}

function renamed(team: Team, was: Team | undefined, { then }: Sides): Named[] {
  const old = then.team.get(team.name);
  if (old === undefined || was === undefined) return [];
  const [from, to] = [groupOf(was), groupOf(team)];
  const group =
    from === to
      ? `its group in Bitbucket stays ${to}`
      : `in Bitbucket the group ${to} takes the place of ${from}`;
  return [
    { kind: "renamed", what: `team ${old} is renamed to ${team.name}; ${group}`, subjects: [], means: [] },
  ];
}

function moved(team: Team, was: Team | undefined, sides: Sides): Named[] {
  if (was === undefined || was.parent === team.parent) return [];
  const place = ({ parent }: Team) => parent ?? "the top";
  return [
    {
      kind: "moved",
      what: `team ${team.name} moves from ${place(was)} to ${place(team)}`,
      subjects: branchOf(team.name, sides),
    },
  ];
}

/** It may have been so elsewhere, or once: then there is nothing to do. */
function unknown({ name, previously }: Team, was: Team | undefined, { then }: Sides): Named[] {
  if (previously === undefined || was?.previously === previously || then.team.has(name)) return [];
  return [
    {
      kind: "nobody was called so",
      what: `team ${name} says that it was ${previously}, which this stack does not have`,
      subjects: [],
      means: [],
    },
  ];
}

/** Where its people are from now on, as far as they are known. */
function dissolved(team: Team, { before, after }: Sides): Named {
  const people = before.members(team.name) ?? [];
  const goers = after.model.teams.flatMap(({ name }) => {
    const there = new Set(before.model.teams.some((one) => one.name === name) ? before.members(name) : []);
    const come = people.filter((one) => after.members(name)?.includes(one) === true && !there.has(one));
    return come.length === 0 ? [] : [{ name, come }];
  });
  const [only] = goers;
  const left = people.filter((one) => !goers.some(({ come }) => come.includes(one)));
  const subjects = [team.name, ...goers.map(({ name }) => name)].map((name) =>
    subjectLabel({ kind: "team", name }),
  );
  if (people.length > 0 && left.length === 0 && only !== undefined) {
    return goers.length === 1
      ? { kind: "merged", what: `team ${team.name} is merged into ${only.name}`, subjects }
      : {
          kind: "split",
          what: `team ${team.name} is split into ${goers.map(({ name, come }) => `${name} (${sorted(come).join(", ")})`).join(" and ")}`,
          subjects,
        };
  }
  const ways = [
    ...goers.map(({ name, come }) => `${sorted(come).join(", ")} to ${name}`),
    ...(left.length === 0 ? [] : [`${sorted(left).join(", ")} to no other team`]),
  ];
  const whose =
    before.members(team.name) === undefined
      ? "Keycloak keeps its members"
      : ways.length === 0
        ? "it has no members"
        : `its members: ${ways.join("; ")}`;
  return { kind: "dissolved", what: `team ${team.name} is dissolved; ${whose}`, subjects };
}

/** A new team of people who were together in another one, and are no longer in that, or stay in it. */
function splitOff(team: Team, { before, after, then }: Sides): Named[] {
  const people = after.members(team.name) ?? [];
  if (people.length === 0 || then.team.has(team.name)) return [];
  return before.model.teams.flatMap(({ name }): Named[] => {
    const remains = after.model.teams.some((one) => one.name === name);
    const [old, now] = [before.members(name) ?? [], after.members(name) ?? []];
    const leave = people.filter((one) => old.includes(one) && !now.includes(one));
    if (!remains || leave.length === 0) return [];
    return [
      {
        kind: "split",
        what: `team ${team.name} is split off from ${name}: ${sorted(leave).join(", ")}`,
        subjects: [team.name, name].map((one) => subjectLabel({ kind: "team", name: one })),
      },
    ];
  });
}
