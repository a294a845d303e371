/**
 * Who stands behind the subjects of the entitlements: each person with the teams that they are in, each agent. A team
 * whose people nobody could name stands for itself, so that its rights are not left out.
 */
import type { Model, Subject } from "../access";
import type { Facts, Holder } from "./facts";

export interface Membership {
  readonly person: string;
  readonly team: string;
  /** `access.yaml` or `Keycloak`. */
  readonly source: string;
}

/** Sorted by person, then team. Whoever is disabled in Keycloak is in no team: `sync` takes them out of every group. */
export function membershipsOf({ teams }: Model, { realm }: Pick<Facts, "realm">): Membership[] {
  const off = disabledIn(realm);
  return teams
    .flatMap(({ name: team, members }) => {
      const declared = (members ?? []).map((person) => ({ person, team, source: "access.yaml" }));
      if (members !== undefined) return declared;
      const found = (realm.ok ? realm.value.teams.get(team) : undefined) ?? [];
      return found.map((person) => ({ person, team, source: "Keycloak" }));
    })
    .filter(({ person }) => !off.has(person))
    .sort((a, b) => byText(a.person, b.person) || byText(a.team, b.team));
}

/** Teams of whose people nothing is known. */
function unknownTeams({ teams }: Model, realm: Facts["realm"]): string[] {
  return teams.flatMap(({ name, members }) =>
    members === undefined && !(realm.ok && realm.value.teams.has(name)) ? [name] : [],
  );
}

/** User names of disabled accounts; none where the realm could not be read. */
export function disabledIn(realm: Facts["realm"]): ReadonlySet<string> {
  const accounts = realm.ok ? realm.value.accounts : [];
  return new Set(accounts.flatMap(({ username, enabled }) => (enabled ? [] : [username])));
}

/** People first, then agents, then teams of unknown people; each kind sorted by name. */
export function holdersOf(model: Model, facts: Pick<Facts, "realm">): Holder[] {
  const teams = new Map<string, Subject[]>();
  for (const { username } of model.people) teams.set(username, []);
  for (const { person, team } of membershipsOf(model, facts))
    teams.set(person, [...(teams.get(person) ?? []), { kind: "team", name: team }]);
  const people = [...teams]
    .sort(([a], [b]) => byText(a, b))
    .map(([who, subjects]): Holder => {
      const self: Subject = { kind: "person", name: who };
      return { who, kind: "person", subjects: [self, ...subjects] };
    });
  const alone = (kind: Subject["kind"], names: readonly string[]) =>
    [...names].sort(byText).map((name): Holder => ({ who: name, kind, subjects: [{ kind, name }] }));
  return [
    ...people,
    ...alone(
      "agent",
      model.agents.map(({ name }) => name),
    ),
    ...alone("team", unknownTeams(model, facts.realm)),
  ];
}

/** Order of texts by their code units, the same on every machine, whatever its language. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
