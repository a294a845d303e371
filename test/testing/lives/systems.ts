/**
 * Both systems with as much of an engine as knows what is the same: whatever has the name that it had, else the name of
 * before that is said of it. Who is in which group, who has which account and whom a grant finds gone are the product's.
 */
import { compile, groupOf, type Desired, type Model } from "../../../access";
import { settingsFor } from "../../../access/testing/company";
import { after, nobody, planOf, type Known } from "@pulumi/keycloak-identity/resources/membership";
import { grantsToTake } from "../../../commands/sync/loneGrants";
import { match } from "../../../commands/sync/matching";
import { membershipOf, type RealmPerson } from "../../../commands/sync/membership";
import type { Pins } from "../../../clients/pins";
import type { State } from "@bitbucket-keycloak/bitbucket-emulator/entities";
import { allowed, workspaceOf } from "../rights";
import { accountOf, type Life } from "./company";
import type { Act } from "./change";

interface Group {
  readonly id: string;
  readonly parent: string | undefined;
  readonly roles: readonly string[];
  readonly members: Set<string>;
  known: Known;
}
type User = RealmPerson & { readonly roles: readonly string[] };

export class Systems {
  groups = new Map<string, Group>();
  users = new Map<string, User>();
  /** Accounts in Bitbucket's groups, by slug. */
  private inGroups = new Map<string, Map<string, string>>();
  private pins: Pins = new Map();
  private workspace: State | undefined;
  private made = 0;

  act(act: Act): void {
    if (act.act !== "offboard") return;
    const user = this.users.get(act.person);
    if (user) this.users.set(act.person, { ...user, enabled: false });
    for (const members of this.inGroups.values()) members.delete(accountOf(act.id));
  }

  /** Brings them up, lets people follow teams, and takes what was granted to those who are gone. */
  async deploy(model: Model, asOf: Date, life: Life): Promise<void> {
    const desired = compile(model, settingsFor(life.environment.name), asOf);
    this.placeUsers(desired);
    this.placeGroups(desired);
    await this.sync(model, life);
    this.workspace = this.placed(model, desired, asOf, life);
  }

  private claimed<T>(
    held: Map<string, T>,
    { name, previously }: { name: string; previously?: string | undefined },
  ): T | undefined {
    const found = held.get(name) ?? (previously === undefined ? undefined : held.get(previously));
    for (const [key, one] of held) if (one === found) held.delete(key);
    return found;
  }

  private placeUsers({ keycloak: { people } }: Desired): void {
    const before = new Map(this.users);
    const own = people.map(({ username, previously, email, roles }): [string, User] => {
      const found = this.claimed(before, { name: username, previously });
      const { id, enabled } = found ?? { id: `user ${++this.made}`, enabled: true };
      return [username, { id, enabled, username, email, emailVerified: true, roles }];
    });
    this.users = new Map(own);
    const ids = new Set([...this.users.values()].map(({ id }) => id));
    for (const { members } of this.groups.values())
      for (const id of members) if (!ids.has(id)) members.delete(id);
  }

  private placeGroups({ keycloak: { groups } }: Desired): void {
    const before = new Map(this.groups);
    const own = groups.map(({ name, previously, parent, roles, members = [] }): [string, Group] => {
      const found = this.claimed(before, { name, previously });
      const group = { id: found?.id ?? `group ${++this.made}`, members: found?.members ?? new Set<string>(), parent, roles, known: found?.known ?? nobody }; // prettier-ignore
      const wanted = members.map((member) => this.users.get(member)?.id ?? "");
      const present = new Set(group.members);
      const { add, remove } = planOf(present, group.known, wanted);
      for (const id of add) group.members.add(id);
      for (const id of remove) group.members.delete(id);
      group.known = after(present, group.known, wanted, new Set([...add, ...remove]));
      return [name, group];
    });
    this.groups = new Map(own);
  }

  private async sync({ people, teams }: Model, { addresses }: Life): Promise<void> {
    const before = new Map(this.inGroups);
    // The one of another slug is filled before the old one goes.
    this.inGroups = new Map(teams.map((team) => [groupOf(team), this.claimed(before, { name: groupOf(team) }) ?? new Map<string, string>()])); // prettier-ignore
    const everybody = [...this.users.values()];
    const membersOf = (name: string) => everybody.filter(({ id }) => this.groups.get(name)?.members.has(id));
    const accountBy = (email: string) =>
      Object.entries(addresses).flatMap(([id, address]) =>
        address === email ? [accountOf(Number(id))] : [],
      )[0];
    const inTeams = everybody.filter((one) => teams.some(({ name }) => membersOf(name).includes(one)));
    const { accounts, stopped, pins } = await match({
      people: inTeams,
      named: new Map(people.flatMap(({ username, account }) => (account ? [[username, account]] : []))),
      pins: this.pins,
      repin: [],
      moves: ({ id }, account) =>
        teams.some((team) => this.groups.get(team.name)?.members.has(id) && !this.inGroups.get(groupOf(team))?.has(account)), // prettier-ignore
      ask: (email) => Promise.resolve(accountBy(email)),
    });
    this.pins = pins;
    const slugs = new Map(teams.map((team) => [team.name, groupOf(team)]));
    const { changes } = membershipOf(
      new Map(teams.map(({ name }) => [name, membersOf(name)])),
      ({ username }) => ({ account: accounts.get(username), stopped: stopped.get(username) }),
      this.inGroups,
      { everybody: inTeams, groupsOf: (team) => [slugs.get(team) ?? team] },
    );
    for (const { group, add, remove } of changes) {
      for (const { account } of remove) this.inGroups.get(group)?.delete(account);
      for (const { account } of add) this.inGroups.get(group)?.set(account, "");
    }
  }

  private placed(model: Model, desired: Desired, asOf: Date, life: Life): State {
    const numbers = Object.keys(life.addresses).map(Number);
    const all = numbers.map((id) => ({
      username: `account-${id}`,
      name: "",
      email: "",
      account: accountOf(id),
    }));
    const groups = model.teams.map((team) => ({ ...team, name: groupOf(team), members: [] }));
    const state = workspaceOf({ ...model, people: all, agents: [], teams: groups }, desired);
    for (const group of state.groups) group.members = [...(this.inGroups.get(group.slug)?.keys() ?? [])];
    const why = (person: string) => (this.users.get(person)?.enabled ? undefined : "is gone");
    for (const { account, target } of grantsToTake(model, asOf, why)) {
      const [key, slug] = target.split("/");
      const place = slug === undefined ? state.projects.find((one) => one.key === key) : state.repositories.find((one) => one.slug === slug); // prettier-ignore
      if (place) place.grants.users = place.grants.users.filter(({ holder }) => holder !== account);
    }
    return state;
  }

  /** What an account can do by the rules of Bitbucket. Sorted. */
  inBitbucket(id: number): string[] {
    const state = this.workspace;
    if (state === undefined) return [];
    return state.repositories
      .flatMap((one) =>
        [...allowed(state, one, accountOf(id))].map((can) => `${can} ${one.project}/${one.slug}`),
      )
      .sort();
  }

  /** Roles of a user, those of groups above their own among them. Sorted. */
  inKeycloak(username: string): string[] {
    const user = this.users.get(username);
    if (!user?.enabled) return [];
    const above = (name: string): readonly string[] => {
      const { roles = [], parent } = this.groups.get(name) ?? {};
      return [...roles, ...(parent === undefined ? [] : above(parent))];
    };
    const own = [...this.groups]
      .filter(([, { members }]) => members.has(user.id))
      .flatMap(([name]) => above(name));
    return [...new Set([...user.roles, ...own])].sort();
  }
}
