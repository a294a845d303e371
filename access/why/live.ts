/** What both systems say of somebody now, against what the files say. Pure. */
import { compile } from "../compile";
import type { Target } from "../model";
import { placesOf } from "../rights/rightNeeds";
import { grouped, projectOf, Tree } from "../tree";
import { capabilityOf, meaningOf, permissions, type Permission } from "../vocabulary";
import type { Setting } from "./reason";
import { sourcesOf, waysTo } from "./ways";
import { askerLabel, type Answer, type Cell } from "./why";

/** Somebody as the systems have them. */
export interface Seen {
  /** Whether Bitbucket knows an account of theirs. */
  readonly hasAccount: boolean;
  /** The strongest that the account has, by repository; absent: none. */
  readonly permissions: ReadonlyMap<Target, Permission>;
  /** By repository, the patterns of branches whose mergers the account is not among; where merging is asked about. */
  readonly unlisted: ReadonlyMap<Target, readonly string[]>;
  /** Undefined where Keycloak is not asked: of an agent that has no client there. */
  readonly keycloak?: {
    readonly realm: string;
    /** Undefined: there is nobody of the name. */
    readonly enabled?: boolean;
    /** Of a person: the groups that they are in themselves, and roles of the rights client, inherited ones too. */
    readonly groups?: readonly string[];
    readonly roles?: readonly string[];
  };
}

export interface Live {
  /** What the systems say to the question. */
  readonly can: boolean;
  /** Where they say something else than the files, a line each. */
  readonly differences: readonly string[];
}

/** @param answer about one person or agent */
export function liveOf(answer: Answer, seen: Seen, setting: Setting): Live {
  const { question, cells } = answer;
  const { subject, capability } = question;
  if (subject === undefined || subject.kind === "pipeline") return { can: answer.can, differences: [] };
  const tree = new Tree(setting.model);
  const isOn = seen.keycloak === undefined || seen.keycloak.enabled === true;
  const allows = ({ capability: what, target }: Cell) => {
    const { permission, merges } = meaningOf(what, tree.isRestricted);
    const rank = permissions.indexOf(seen.permissions.get(target) ?? ("none" as Permission));
    const isListed = (seen.unlisted.get(target) ?? []).length === 0;
    return (
      rank >= permissions.indexOf(permission) &&
      (!merges || isListed || rank === permissions.indexOf("admin"))
    );
  };
  const can =
    isOn && cells.length > 0 && (capability === undefined ? cells.some(allows) : cells.every(allows));
  const who = askerLabel(subject);
  const declared = (target: Target) => permissionOf({ subject, target }, setting);
  const told = cells.map((cell) => {
    const { target } = cell;
    const [found, said] = [seen.permissions.get(target), declared(target)];
    const gate = (seen.unlisted.get(target) ?? []).join(", ");
    if (found !== said)
      return { target, text: `${who} has ${found ?? "nothing"}, and by the files ${said ?? "nothing"}` };
    if (cell.capability !== "merge" || allows(cell) === cell.reasons.length > 0) return { target, text: "" };
    return {
      target,
      text:
        gate === ""
          ? `lets ${who} merge, and the files do not`
          : `does not list ${who} among the mergers of ${gate}`,
    };
  });
  const inBitbucket = [
    ...grouped(
      told.filter(({ text }) => text !== ""),
      ({ text }) => text,
    ),
  ].map(([text, some]) => {
    const places = placesOf(
      some.map(({ target }) => target),
      setting.model,
    );
    return `Bitbucket, ${places.join(", ")}: ${text}`;
  });
  return {
    can,
    differences: [
      ...(seen.hasAccount ? inBitbucket : [`Bitbucket: no account of ${who} is known in the workspace`]),
      ...keycloakDifferences(answer, seen, setting, who),
    ],
  };
}

function permissionOf(
  { subject, target }: { readonly subject: Parameters<typeof sourcesOf>[0]; readonly target: Target },
  { model, asOf, members }: Setting,
): Permission | undefined {
  return [...permissions]
    .reverse()
    .find(
      (one) => waysTo({ subject, capability: capabilityOf[one], target }, model, asOf, members).length > 0,
    );
}

function keycloakDifferences(
  { question, cells }: Answer,
  { keycloak }: Seen,
  setting: Setting,
  who: string,
): string[] {
  const { subject } = question;
  if (keycloak === undefined || subject === undefined || subject.kind === "pipeline") return [];
  const { realm, enabled, groups, roles } = keycloak;
  if (enabled === undefined) return [`Keycloak: found no ${who} in realm ${realm}`];
  const off = enabled ? [] : [`Keycloak: ${who} is disabled in realm ${realm}`];
  if (groups === undefined || roles === undefined) return off;
  const { model, settings, asOf, members } = setting;
  const own = sourcesOf(subject, model, members)
    .filter(({ kind }) => kind === "team")
    .map(({ name }) => name);
  const places = new Set(cells.flatMap(({ target }) => [target, projectOf(target)]));
  const isMeant = (role: string) => places.has(role.slice(role.indexOf(":") + 1));
  const { groups: compiled, people, composites } = compile(model, settings, asOf).keycloak;
  const tree = new Tree(model);
  const above = new Set(own.flatMap((team) => [team, ...tree.ancestors(team)]));
  const direct = [
    ...compiled.filter(({ name }) => above.has(name)).flatMap((group) => group.roles),
    ...people.filter(({ username }) => username === subject.name).flatMap((person) => person.roles),
  ];
  const expected = direct.flatMap((role) => [role, ...(composites[role] ?? [])]);
  return [
    ...off,
    ...unlike(
      own,
      groups.filter((name) => tree.teams.has(name)),
      `${who} is`,
      "in group",
    ),
    ...unlike(expected.filter(isMeant), roles.filter(isMeant), `${who} has`, "the role"),
  ];
}

function unlike(declared: readonly string[], found: readonly string[], verb: string, what: string): string[] {
  const [said, there] = [new Set(declared), new Set(found)];
  return [
    ...[...said].filter((one) => !there.has(one)).map((one) => `Keycloak: ${verb} not ${what} ${one}`),
    ...[...there]
      .filter((one) => !said.has(one))
      .map((one) => `Keycloak: ${verb} ${what} ${one}, and by the files not`),
  ];
}
