/**
 * Who can do what, and who may approve, worked out anew from the objects of the files, in the plainest form that comes to
 * mind: nothing of the product's is used here.
 */
import { accountBy, accountId, keptByKeycloak, type Access, type State, type Team } from "./company";

export const forever = "9999";
const today = "2026-06-15";

interface Placed {
  readonly members: readonly string[] | undefined;
  /** The team itself and all above it. */
  readonly line: readonly string[];
}

function teamsOf(access: Access): Map<string, Placed> {
  const found = new Map<string, Placed>();
  const walk = (level: Record<string, Team>, above: readonly string[]): void => {
    for (const [name, { members, teams = {} }] of Object.entries(level)) {
      found.set(name, { members: members ?? keptByKeycloak(name), line: [name, ...above] });
      walk(teams, [name, ...above]);
    }
  };
  walk(access.teams, []);
  return found;
}

/** The people of a team and of the teams within it; `?name`: whoever Keycloak puts into one of them. */
function peopleIn(access: Access, team: string): string[] {
  return [...teamsOf(access)].flatMap(([name, { members, line }]) =>
    line.includes(team) ? (members ?? [`?${name}`]) : [],
  );
}

function teamsWithin(access: Access, team: string): string[] {
  return [...teamsOf(access)].flatMap(([name, { line }]) => (line.includes(team) ? [`team ${name}`] : []));
}

export interface RepositoryAt {
  readonly target: string;
  readonly project: string;
  readonly deploys: readonly string[];
  readonly branches: Readonly<Record<string, Readonly<Record<string, number | boolean>>>>;
  readonly credential: string | undefined;
}

export function repositoriesOf({ projects }: Access): RepositoryAt[] {
  return Object.entries(projects).flatMap(([project, { protected: usual = {}, repositories }]) =>
    Object.entries(repositories).map(([slug, { deploys = [], protected: branches = usual, credential }]) => ({
      ...{ target: `${project}/${slug}`, project, deploys, branches, credential },
    })),
  );
}

export const isRestricted = ({ environments }: Access, name: string): boolean =>
  environments[name]?.restricted === true;

const ranks = ["read", "write", "admin"];

function rankOf(access: Access, can: string): number {
  const plain = { read: 0, trigger: 1, merge: 1, administer: 2 }[can];
  return plain ?? (isRestricted(access, can.replace("deploy:", "")) ? 2 : 1);
}

/** Until when somebody can do something: by `holder`, then by `capability target`. Agents are `agent bot`, teams `team ops`. */
export type Held = Map<string, Map<string, string>>;

export function heldIn(access: Access): Held {
  const held: Held = new Map();
  for (const grant of access.grants) {
    const until = grant.until ?? forever;
    if (until < today) continue;
    const holders = [
      ...(grant.team === undefined
        ? []
        : [...peopleIn(access, grant.team), ...teamsWithin(access, grant.team)]),
      ...(grant.person === undefined ? [] : [grant.person]),
      ...(grant.agent === undefined ? [] : [`agent ${grant.agent}`]),
    ];
    const rank = Math.max(...grant.can.map((can) => rankOf(access, can)));
    for (const { target, project, deploys, branches } of repositoriesOf(access)) {
      if (!grant.on.includes(project) && !grant.on.includes(target)) continue;
      const open = Object.keys(branches).length === 0;
      const merges = grant.can.includes("merge") || rank === 2 || (open && rank === 1);
      const abilities = [
        ...ranks.slice(0, rank + 1).map((_, index) => ["read", "trigger", "administer"][index] ?? ""),
        ...(merges ? ["merge"] : []),
        ...deploys.flatMap((name) =>
          rank >= (isRestricted(access, name) ? 2 : 1) ? [`deploy:${name}`] : [],
        ),
      ];
      for (const holder of holders) {
        const own = held.get(holder) ?? new Map<string, string>();
        held.set(holder, own);
        for (const ability of abilities) {
          const key = `${ability} ${target}`;
          if ((own.get(key) ?? "") < until) own.set(key, until);
        }
      }
    }
  }
  return held;
}

/** Who may approve, by project; of the company under the empty name. */
export function approversIn(access: Access): Map<string, Set<string>> {
  return new Map([
    ["", new Set(access.owners)],
    ...Object.entries(access.projects).map(
      ([key, { owner }]) => [key, new Set(peopleIn(access, owner))] as const,
    ),
  ]);
}

/** The repositories that steer everything. */
export function controlsIn({ access, config }: State): Set<string> {
  const { runner } = config["rotation"] as { runner: string };
  const runners = repositoriesOf(access).filter(({ target }) => target.split("/")[1] === runner);
  return new Set([...access.control, ...runners.map(({ target }) => target)]);
}

/** What says who a holder is: whoever has the address, the account or the keys. */
export function identityOf({ people, agents }: Access, holder: string): string {
  const { account, jwks } = agents[holder.replace("agent ", "")] ?? {};
  if (holder.startsWith("agent ")) return `${account} ${jwks}`;
  const one = people[holder];
  return one === undefined ? "" : `${one.email} ${one.account ?? ""}`;
}

/** The account behind a person, by id; undefined: none that is known. */
export function accountIdOf({ people }: Access, name: string): string | undefined {
  const { account, email = "" } = people[name] ?? {};
  const owner = accountBy(email);
  return account ?? (owner === undefined ? undefined : accountId(owner));
}
