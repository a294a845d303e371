/**
 * Renames that one run cannot do. The engine knows a resource by its name: one that takes the name of another, which is
 * itself renamed in the same run, would be that other one. And a realm that does not let user names be changed yet refuses
 * a new one half way.
 */
import { sentenceOf, type DesiredKeycloak, type Settings } from "../access";
import type { Recorded } from "../components";
import { readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";

const types = {
  realm: "keycloak:index/realm:Realm",
  group: "keycloak:index/group:Group",
  user: "keycloak:index/user:User",
  userNames: "keycloak-identity:index:UserNames",
} as const;

interface Renamed {
  readonly name: string;
  readonly previously: string;
}

/**
 * @param record what the last run left
 * @returns a sentence for each; none where nothing is renamed, or all of it was by the last run
 */
export function renameProblems(
  { groups, people }: Pick<DesiredKeycloak, "groups" | "people">,
  { people: from }: Pick<Settings["keycloak"], "people">,
  record: readonly Recorded[],
): string[] {
  const has = (type: string, name: string) =>
    record.some((one) => one.type === type && readUrn(one.urn).name === name);
  const pending = (type: string, all: readonly { name: string; previously?: string }[]) =>
    all.flatMap(({ name, previously }): Renamed[] =>
      previously !== undefined && has(type, previously) && !has(type, name) ? [{ name, previously }] : [],
    );
  const persons = from === "declared" ? people.map((one) => ({ ...one, name: one.username })) : [];
  const renamed = { team: pending(types.group, groups), person: pending(types.user, persons) };
  return [
    ...chained("team", renamed.team, groups),
    ...chained("person", renamed.person, persons),
    ...(mayRename(record) ? [] : renamed.person.map(tooEarly)),
  ];
}

function chained(kind: string, renamed: readonly Renamed[], all: readonly { name: string }[]): string[] {
  return renamed
    .filter(({ previously }) => all.some(({ name }) => name === previously))
    .map(({ name, previously }) =>
      sentenceOf({
        path: `${kind} ${name}: previously`,
        found: `${previously}, a name that another ${kind} takes in the same run`,
        allowed: "a name that nobody takes before it is free",
        fix: `make two deploys of it: first the one of ${name}, with "previously", then the one that is called ${previously} now`,
      }),
    );
}

/** A realm that the run makes lets names be changed from its first day. */
function mayRename(record: readonly Recorded[]): boolean {
  const realm = record.find(({ type }) => type === types.realm);
  return (
    realm === undefined ||
    realm.outputs?.editUsernameAllowed === true ||
    record.some(({ type }) => type === types.userNames)
  );
}

function tooEarly({ name, previously }: Renamed): string {
  return sentenceOf({
    path: `person ${name}: previously`,
    found: `${previously}, and a realm that does not let user names be changed yet`,
    allowed: "another user name once the realm's profile keeps people from changing their own",
    fix: "bring the stack up without the new user name first, which makes that profile; then with it",
  });
}
