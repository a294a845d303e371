/** Teams are renamed, moved, split, merged and dissolved, and people come into them and leave them. */
import type { Chance } from "../changes/chance";
import { nothing, rename, staff, type Change } from "./change";
import type { Life, Team } from "./company";

function belowOf(life: Life, id: number): number[] {
  const own = life.teams.filter(({ parent }) => parent === id);
  return [id, ...own.flatMap((one) => belowOf(life, one.id))];
}

/** Of a team that goes, what it answered for is another's. */
function dissolve(life: Life, team: Team, heir: Team): void {
  life.teams = life.teams.filter((one) => one !== team);
  for (const project of life.projects) if (project.owner === team.id) project.owner = heir.id;
}

const leaf = (life: Life, chance: Chance): Team =>
  chance.one(life.teams.filter(({ id }) => belowOf(life, id).length === 1));
const other = (life: Life, team: Team, chance: Chance): Team =>
  chance.one(life.teams.filter((one) => one !== team));

/** Parents come before their children. */
function sorted(life: Life): void {
  const below = (parent: number | undefined): Team[] =>
    life.teams.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.id)]);
  life.teams = below(undefined);
}

function grow(life: Life, chance: Chance, from: Team): Team {
  const id = life.next++;
  const members = from.members.filter(() => chance.number() % 2 === 0);
  const team: Team = { id, name: `team-${id}`, parent: from.parent, members };
  life.teams.push(team);
  return team;
}

export const teamChanges = {
  "a team is renamed": (life, chance) => {
    const team = chance.one(life.teams);
    rename(team, life.teams, chance);
    if (chance.number() % 4 === 0) team.group ??= team.previously ?? team.name;
    else delete team.group;
    return nothing;
  },
  "a team is moved": (life, chance) => {
    const team = chance.one(life.teams);
    const within = belowOf(life, team.id);
    const places = [undefined, ...life.teams.map(({ id }) => id).filter((id) => !within.includes(id))];
    team.parent = chance.one(places.filter((place) => place !== team.parent));
    sorted(life);
    return nothing;
  },
  "a team is dissolved": (life, chance) => {
    const team = leaf(life, chance);
    dissolve(life, team, other(life, team, chance));
    life.given = life.given.filter((one) => one.team !== team.id);
    return nothing;
  },
  "a team is split": (life, chance) => {
    const team = chance.one(life.teams);
    const part = grow(life, chance, team);
    team.members = team.members.filter((id) => !part.members.includes(id));
    const own = life.given.filter((one) => one.team === team.id);
    if (chance.number() % 2 === 0) life.given.push(...own.map((one) => ({ ...one, team: part.id })));
    sorted(life);
    return nothing;
  },
  "a team is merged": (life, chance) => {
    const team = leaf(life, chance);
    const into = other(life, team, chance);
    into.members = [...new Set([...into.members, ...team.members])];
    life.given = life.given.map((one) => (one.team === team.id ? { ...one, team: into.id } : one));
    dissolve(life, team, into);
    return nothing;
  },
  "somebody joins a team": (life, chance) => {
    const team = chance.one(life.teams);
    const { id } = chance.one(staff(life).filter((one) => !team.members.includes(one.id)));
    team.members.push(id);
    return nothing;
  },
  "somebody leaves a team": (life, chance) => {
    const team = chance.one(life.teams);
    const id = chance.one(team.members);
    team.members = team.members.filter((one) => one !== id);
    return nothing;
  },
} satisfies Record<string, Change>;
