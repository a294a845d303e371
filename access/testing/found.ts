/** A small grown world for tests: two people who could be asked, and what nobody remembers having given. */
import type { Found } from "../adopt/found";

export const accountOf = (number: number) => `{00000000-0000-4000-8000-${String(number).padStart(12, "0")}}`;
const placeOf = (number: number) => `{11111111-0000-4000-8000-${String(number).padStart(12, "0")}}`;
const [ana, ben, goran] = [accountOf(1), accountOf(2), accountOf(3)];

const person = (id: string, username: string, name: string, account?: string) => {
  const [firstName = "", lastName = ""] = name.split(" ");
  const accounts = account === undefined ? {} : { accounts: [account] };
  const email = `${username}@small.example`;
  const always = { emailVerified: true, enabled: true, fromDirectory: false, mappings: [] };
  return { id, username, firstName, lastName, email, ...always, ...accounts };
};

export const foundCompany: Found = {
  at: "2026-06-15T12:00:00Z",
  unread: [],
  workspace: {
    slug: "small",
    uuid: placeOf(0),
    name: "Small",
    groups: [
      { slug: "administrators", name: "Administrators", members: [ana] },
      { slug: "mobile-devs", name: "Mobile Devs", members: [ben, goran], onNewRepositories: "read" },
      { slug: "platform", name: "platform", members: [ana] },
    ],
    accounts: [
      { uuid: ana, name: "Ana Alvarez", email: "ana@small.example", membership: "owner" },
      { uuid: ben, name: "Ben Okafor", email: "ben@small.example", membership: "member" },
      { uuid: goran, name: "Goran Petrov" },
    ],
    projects: [
      {
        uuid: placeOf(1),
        key: "APP",
        name: "Apps",
        holders: [
          { group: "mobile-devs", permission: "write" },
          { group: "platform", permission: "admin" },
        ],
      },
    ],
    repositories: [
      {
        uuid: placeOf(2),
        slug: "android",
        project: "APP",
        mainBranch: "main",
        holders: [{ user: goran, permission: "admin" }],
        restrictions: [
          { id: 1, kind: "push", pattern: "main", users: [], groups: [] },
          { id: 2, kind: "restrict_merges", pattern: "main", users: [], groups: ["mobile-devs"] },
          { id: 3, kind: "force", pattern: "main", users: [], groups: [] },
          { id: 4, kind: "delete", pattern: "main", users: [], groups: [] },
          { id: 5, kind: "require_approvals_to_merge", pattern: "main", users: [], groups: [], value: 1 },
        ],
        environments: [
          {
            uuid: placeOf(3),
            name: "Production",
            type: "Production",
            adminOnly: false,
            variables: [{ uuid: placeOf(4), key: "API_KEY", secured: true }],
          },
        ],
      },
      {
        uuid: placeOf(5),
        slug: "ios",
        project: "APP",
        mainBranch: "main",
        holders: [],
        restrictions: [{ id: 6, kind: "delete", branchType: "release", users: [], groups: [] }],
        environments: [],
      },
    ],
  },
  realm: {
    realm: "small",
    id: "small",
    users: [person("u1", "ana", "Ana Alvarez", ana), person("u2", "ben", "Ben Okafor")],
    groups: [
      {
        id: "g1",
        name: "platform",
        path: "/platform",
        attributes: { owner: ["ana"] },
        members: ["u1"],
        mappings: [],
      },
    ],
    clients: [
      { id: "c1", clientId: "wiki", protocol: "openid-connect", enabled: true, isBuiltIn: false, roles: [] },
    ],
    roles: [{ id: "r1", name: "default-roles-small", composite: true }],
    identityProviders: [],
    directories: [],
    hasMailServer: true,
  },
};
