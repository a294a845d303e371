/** Grown worlds made by chance: whoever gave whatever to whomever. */
import fc from "fast-check";
import type { Found, FoundHolder, FoundRepository, FoundRestriction } from "../adopt/found";
import { mergeRules } from "../mergeRules";
import { accountOf } from "./found";

const groups = ["administrators", "mobile-devs", "platform", "web_team", "7th-floor", "Ops"] as const;
const slugs = groups.map((name) => name.toLowerCase());
const people = [1, 2, 3, 4, 5, 6, 7, 8];
const keys = ["APP", "OPS", "WEB"] as const;
const place = (number: number) => `{22222222-0000-4000-8000-${String(number).padStart(12, "0")}}`;

const holders = <P extends string>(...permissions: P[]) =>
  fc
    .uniqueArray(
      fc.record({
        who: fc.oneof(
          { weight: 3, arbitrary: fc.constantFrom(...slugs).map((group) => ({ group })) },
          { weight: 1, arbitrary: fc.constantFrom(...people).map((n) => ({ user: accountOf(n) })) },
        ),
        permission: fc.constantFrom(...permissions),
      }),
      { maxLength: 4, selector: ({ who }) => JSON.stringify(who) },
    )
    .map((all) => all.map(({ who, permission }): FoundHolder<P> => ({ ...who, permission })));

/** Whole protections by preference, and now and then a restriction as people leave it. */
const protection = fc
  .record({
    patterns: fc.subarray(["main", "release/*", "v[1]"], { minLength: 0, maxLength: 2 }),
    rules: fc.subarray(Object.values(mergeRules).map(({ kind, counts }) => ({ kind, counts }))),
    value: fc.integer({ min: 0, max: 3 }),
    enforced: fc.boolean(),
    mergers: fc.subarray(["mobile-devs", "platform"]),
    user: fc.option(fc.constantFrom(...people), { freq: 4 }),
    without: fc.option(fc.constantFrom("push", "force", "delete"), { freq: 6 }),
  })
  .map(({ patterns, rules, value, enforced, mergers, user, without }) =>
    patterns.flatMap((pattern): Omit<FoundRestriction, "id">[] => [
      ...["push", "restrict_merges", "force", "delete"]
        .filter((kind) => kind !== without)
        .map((kind) => ({
          kind,
          pattern,
          users: kind === "restrict_merges" && user !== null ? [accountOf(user)] : [],
          groups: kind === "restrict_merges" ? mergers : [],
        })),
      ...rules.map(({ kind, counts }) => ({
        kind,
        pattern,
        users: [],
        groups: [],
        ...(counts && { value: value + 1 }),
      })),
      ...(enforced ? [{ kind: "enforce_merge_checks", pattern, users: [], groups: [] }] : []),
    ]),
  );
const odd = fc.constantFrom<Omit<FoundRestriction, "id">>(
  { kind: "delete", branchType: "release", users: [], groups: [] },
  { kind: "push", pattern: "main", users: [], groups: ["platform"] },
  { kind: "require_approvals_to_merge", pattern: "main", users: [], groups: [], value: 0 },
);
const restrictions = fc
  .tuple(protection, fc.option(odd, { freq: 6 }))
  .map(([all, one]) => [...all, ...(one === null ? [] : [one])].map((each, id) => ({ id: id + 1, ...each })));

const repositories = fc.array(
  fc.record({
    project: fc.constantFrom(...keys),
    holders: holders("read", "write", "admin"),
    restrictions,
  }),
  { maxLength: 6 },
);

export const anyFound: fc.Arbitrary<Found> = fc
  .record({
    projects: fc.tuple(
      ...keys.map(() =>
        fc.oneof(
          {
            weight: 8,
            arbitrary: holders<"read" | "write" | "admin" | "create-repo">("read", "write", "admin"),
          },
          { weight: 1, arbitrary: holders("read", "write", "admin", "create-repo") },
        ),
      ),
    ),
    repositories,
    members: fc.tuple(...groups.map(() => fc.subarray(people))),
    inRealm: fc.tuple(...people.map(() => fc.constantFrom<"account" | "address" | "unverified" | "disabled" | "none">("account", "address", "address", "unverified", "disabled", "none"))), // prettier-ignore
    realmGroups: fc.subarray(["mobile-devs", "platform", "Mobile Devs"]),
    realmMembers: fc.tuple(fc.subarray(people), fc.subarray(people), fc.subarray(people)),
  })
  .map(({ projects, repositories, members, inRealm, realmGroups, realmMembers }): Found => ({
    at: "2026-06-15T12:00:00Z",
    unread: [],
    workspace: {
      slug: "small",
      uuid: place(0),
      name: "Small",
      groups: groups.map((name, n) => ({
        slug: slugs[n] ?? name,
        name,
        members: (members[n] ?? []).map(accountOf),
      })),
      accounts: people.map((n) => ({
        uuid: accountOf(n),
        name: `Person ${n}`,
        email: `p${n}@small.example`,
      })),
      projects: keys.map((key, n) => ({ uuid: place(n + 1), key, name: key, holders: projects[n] ?? [] })),
      repositories: repositories.map((one, n): FoundRepository => ({
        uuid: place(n + 10),
        slug: `r${n}`,
        environments: [],
        ...one,
      })),
    },
    realm: {
      realm: "small",
      id: "small",
      users: [
        ...["ana", "ben"].map((username) => user(username, "address")),
        ...people.flatMap((n) => {
          const how = inRealm[n - 1] ?? "none";
          return how === "none" ? [] : [user(`p${n}`, how, accountOf(n))];
        }),
      ],
      groups: realmGroups.map((name, n) => ({
        id: `g${n}`,
        name,
        path: `/${name}`,
        attributes: {},
        members: (realmMembers[n] ?? []).map((one) => `p${one}`),
        mappings: [],
      })),
      clients: [],
      roles: [],
      identityProviders: [],
      directories: [],
      hasMailServer: false,
    },
  }));

function user(username: string, how: "account" | "address" | "unverified" | "disabled", account?: string) {
  return {
    id: username,
    username,
    firstName: "Person",
    lastName: username.slice(1),
    email: how === "account" ? `${username}@elsewhere.example` : `${username}@small.example`,
    emailVerified: how !== "unverified",
    enabled: how !== "disabled",
    fromDirectory: false,
    ...(how === "account" && account !== undefined && { accounts: [account] }),
    mappings: [],
  };
}
