import type { Recorded } from "../components";
import { renameProblems } from "./renames";

const recorded = (type: string, name: string, outputs = {}): Recorded => ({
  urn: `urn:pulumi:dev::p::${type}::${name}`,
  type,
  outputs,
});
const team = (name: string, previously?: string) => ({
  name, owner: "ana", description: "", roles: [], ...(previously !== undefined && { previously }),
}); // prettier-ignore
const person = (username: string, previously?: string) => ({
  username, name: username, email: `${username}@acme.example`, roles: [], ...(previously !== undefined && { previously }),
}); // prettier-ignore
const [group, user] = ["keycloak:index/group:Group", "keycloak:index/user:User"];
const realm = (editUsernameAllowed: boolean) =>
  recorded("keycloak:index/realm:Realm", "realm", { editUsernameAllowed });
const names = recorded("keycloak-identity:index:UserNames", "realm");

const chain = (kind: string, name: string, previously: string) =>
  `${kind} ${name}: previously: found ${previously}, a name that another ${kind} takes in the same run; allowed: a name that nobody takes before it is free; make two deploys of it: first the one of ${name}, with "previously", then the one that is called ${previously} now`;

test.each<[string, Parameters<typeof renameProblems>, string[]]>([
  [
    "a rename",
    [{ groups: [team("b", "a")], people: [] }, { people: "declared" }, [recorded(group, "a")]],
    [],
  ],
  [
    "a name that is free once another has given it up",
    [
      { groups: [team("b", "a"), team("c", "b")], people: [] },
      { people: "declared" },
      [recorded(group, "a"), recorded(group, "b")],
    ],
    [chain("team", "c", "b")],
  ],
  [
    "the second of the two deploys",
    [
      { groups: [team("b", "a"), team("c", "b")], people: [] },
      { people: "declared" },
      [recorded(group, "a"), recorded(group, "c")],
    ],
    [],
  ],
  [
    "a name of before in a stack that never had it, and in one that has renamed it",
    [
      { groups: [team("b", "a"), team("a", "z")], people: [] },
      { people: "declared" },
      [recorded(group, "b")],
    ],
    [],
  ],
  [
    "people in a chain",
    [
      { groups: [], people: [person("bea", "ana"), person("cem", "bea")] },
      { people: "declared" },
      [realm(true), recorded(user, "ana"), recorded(user, "bea")],
    ],
    [chain("person", "cem", "bea")],
  ],
  [
    "a person of a realm whose profile is not there yet",
    [
      { groups: [], people: [person("bea", "ana")] },
      { people: "declared" },
      [realm(false), recorded(user, "ana")],
    ],
    [
      "person bea: previously: found ana, and a realm that does not let user names be changed yet; allowed: another user name once the realm's profile keeps people from changing their own; bring the stack up without the new user name first, which makes that profile; then with it",
    ],
  ],
  [
    "a person of a realm whose profile the last run has made",
    [
      { groups: [], people: [person("bea", "ana")] },
      { people: "declared" },
      [realm(false), names, recorded(user, "ana")],
    ],
    [],
  ],
  [
    "a person who comes from elsewhere",
    [
      { groups: [], people: [person("bea", "ana")] },
      { people: "external" },
      [realm(false), recorded(user, "ana")],
    ],
    [],
  ],
])("%s", (_, args, problems) => {
  expect(renameProblems(...args)).toEqual(problems);
});
