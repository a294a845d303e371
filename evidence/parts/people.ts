/** Who there is, in which teams, who answers for what, and who is out of the ordinary. */
import { restrictedIn, privilegeOf, type Entitlement, type Model } from "../../access";
import type { Facts, Holder } from "../facts";
import { disabledIn, membershipsOf } from "../holders";
import type { Part, Row } from "../part";
import { rightsOf, wayOf } from "../rights";

/** Everybody who is declared, has an account among those that were read, or is in a team; sorted by user name. */
export function peoplePart({ model, realm, modelSource }: Facts): Part {
  const accounts = new Map(
    (realm.ok ? realm.value.accounts : []).map((account) => [account.username, account]),
  );
  const declared = new Map(model.people.map((person) => [person.username, person]));
  const teams = new Map<string, string[]>();
  for (const { person, team } of membershipsOf(model, { realm }))
    teams.set(person, [...(teams.get(person) ?? []), team]);
  const names = [...new Set([...declared.keys(), ...accounts.keys(), ...teams.keys()])].sort();
  const stateOf = (name: string): string => {
    if (!realm.ok) return "unknown";
    const account = accounts.get(name);
    return account === undefined ? "absent" : account.enabled ? "enabled" : "disabled";
  };
  return {
    name: "people",
    title: "People",
    says: "One row is one person of access.yaml or of a team in Keycloak.",
    source: `${modelSource}; accounts: ${realm.source}`,
    columns: ["user name", "name", "e-mail", "account in Keycloak", "teams", "declared in"],
    rows: names.map((name): Row => {
      const person = declared.get(name) ?? accounts.get(name);
      return [
        name,
        person?.name,
        person?.email,
        stateOf(name),
        (teams.get(name) ?? []).join(" "),
        declared.has(name) ? "access.yaml" : "Keycloak",
      ];
    }),
    ...(!realm.ok && { missing: `whether accounts are enabled: ${realm.cause}` }),
    ...(realm.ok &&
      realm.value.failures.length > 0 && {
        missing: `teams in Keycloak: ${realm.value.failures.join("; ")}`,
      }),
  };
}

/** Disabled people are left out, since `sync` takes them out of every group. */
export function membershipsPart({ model, realm, modelSource }: Facts): Part {
  const off = disabledIn(realm);
  const open = model.teams.some(({ members }) => members === undefined);
  return {
    name: "memberships",
    title: "Members of teams",
    says: "One row is one person in one team. Teams within a team have what it has.",
    source: open ? `${modelSource}; ${realm.source}` : modelSource,
    columns: ["person", "team", "declared in"],
    rows: membershipsOf(model, { realm }).map(({ person, team, source }) => [person, team, source]),
    ...(off.size > 0 && { notes: [`disabled, and so in no team: ${[...off].sort().join(", ")}`] }),
    ...(open && !realm.ok && { missing: `the teams that Keycloak keeps: ${realm.cause}` }),
  };
}

/** What has no owner of its own (a repository) is left out: its project's owner answers for it. */
export function ownersPart({ model, modelSource }: Facts): Part {
  const { owners, teams, projects, agents } = model;
  return {
    name: "owners",
    title: "Owners",
    says: "One row is one thing and who answers for it.",
    source: modelSource,
    columns: ["what", "name", "owner", "owner is"],
    rows: [
      ...owners.map((owner): Row => ["realm and workspace", model.company, owner, "person"]),
      ...teams.map(({ name, owner }): Row => ["team", name, owner, "person"]),
      ...projects.map(({ key, owner }): Row => ["project", key, owner, "team"]),
      ...agents.map(({ name, owner }): Row => ["agent", name, owner, "person"]),
    ],
  };
}

/** Whether somebody who holds this can lift every gate, or deploys where only administrators do. */
export function privilegeIn(model: Model): (right: Pick<Entitlement, "capability">) => boolean {
  const restricted = restrictedIn([model]);
  return ({ capability }) => privilegeOf(capability, restricted) === 0;
}

/** Owners first, then the program's own accounts, then each privileged right of a holder. */
export function privilegedPart(facts: Facts, holders: readonly Holder[]): Part {
  const { model, modelSource, entitlements, accounts } = facts;
  const isPrivileged = privilegeIn(model);
  const rights: Row[] = [];
  const high = entitlements.filter(isPrivileged);
  for (const { who, kind, best } of rightsOf(high, holders)) {
    const { capability, target, kind: how, reason, until } = best;
    rights.push([who, kind, capability, target, how, wayOf(who, best), reason, until]);
  }
  const above = (who: string, kind: string, can: string, path: string): Row => [
    who,
    kind,
    can,
    "all",
    "granted",
    path,
    undefined,
    undefined,
  ];
  return {
    name: "privileged",
    title: "Privileged access",
    says: "One row is one right to administer, or to deploy where only administrators do; owners and the program's own accounts are over everything.",
    source: modelSource,
    columns: ["who", "kind", "can", "on", "granted or implied", "path", "reason", "until"],
    rows: [
      ...model.owners.map((owner) => above(owner, "person", "own the realm and the workspace", "owners")),
      ...accounts.map(({ account, system, may }) =>
        above(account, "program", may, `the program's account in ${system}`),
      ),
      ...rights,
    ],
    ...(facts.modelDoubt !== undefined && { missing: facts.modelDoubt }),
  };
}
