/** A workspace that has grown for years, as a seed of the emulator. It knows nothing of the product. */
import type { Seed } from "@bitbucket-keycloak/bitbucket-emulator";
import {
  branchTypes,
  kindsWithHolders,
  kindsWithValue,
  restrictionKinds,
  scopes,
} from "@bitbucket-keycloak/bitbucket-emulator/contract";
import { slugOf } from "@bitbucket-keycloak/bitbucket-emulator/identifiers";
import type { Dice } from "./dice";
import type { GrownPerson } from "./people";
import type { GrownSize } from "./size";

type Repository = NonNullable<Seed["repositories"]>[number];
type Restriction = NonNullable<Repository["restrictions"]>[number];
type Environment = NonNullable<Repository["environments"]>[number];
type Variable = NonNullable<Seed["variables"]>[number];

/** What teams are called where nobody said how: with blanks, capitals, signs, and the same thing twice. */
const groupNames = ["Mobile Devs", "mobile", "QA Team", "payments", "Payments (old)", "Web & Shop", "data-platform", "Data Platform Team", "SRE", "Sécurité", "Contractors 2023", "Release Managers"]; // prettier-ignore
const projectNames = ["Payments", "Shop", "Data", "Mobile", "Tools", "Infra", "Legacy", "Research", "Docs", "Ops", "Web", "Labs"]; // prettier-ignore
const words = "api web worker site app core jobs admin infra docs batch sync auth cart".split(" ");

export function grownWorkspace(
  dice: Dice,
  size: GrownSize,
  people: readonly GrownPerson[],
  token: string,
): Seed {
  const held = people.filter(({ account }) => account !== "none");
  const [first] = held;
  if (first === undefined) throw new Error("a workspace needs somebody");
  const emails = held.map(({ accountEmail }) => accountEmail);
  const others = emails.slice(1);
  const groups = grownGroups(dice, size.groups, others);
  const slugs = groups.map(({ name }) => slugOf(name));
  const projects = Array.from({ length: size.projects }, (_, index) => {
    const name = projectNames[index % projectNames.length] ?? "Project";
    const key = `${name.slice(0, 3).toUpperCase()}${index < projectNames.length ? "" : index}`;
    return {
      key,
      name,
      grants: grownGrants(dice, slugs, others, ["read", "write", "create-repo", "admin"], 4),
    };
  });
  // Somebody cared for some of them.
  const tidy = new Set(projects.filter(() => dice.falls(0.4)).map(({ key }) => key));
  const repositories = Array.from({ length: size.repositories }, (_, index): Repository => {
    const project = projects[index % projects.length]?.key ?? "";
    const slug = `${project.toLowerCase()}-${dice.one(words)}${index}`;
    return { slug, project, ...grownRepository(dice, slugs, others, tidy.has(project)) };
  });
  return {
    workspace: { slug: "grown", name: "Grown Ltd." },
    accounts: held.map((one) => ({
      name: `${one.firstName} ${one.lastName}`,
      email: one.accountEmail,
      member: one.account === "member",
      ...(one === first && { tokens: [{ token, scopes: [...scopes] }] }),
    })),
    administrators: [first.accountEmail],
    groups,
    projects,
    repositories,
    variables: grownVariables(dice, 2),
  };
}

function grownGroups(dice: Dice, count: number, emails: readonly string[]): NonNullable<Seed["groups"]> {
  const groups = Array.from({ length: count }, (_, index) => {
    const name = groupNames[index % groupNames.length] ?? "";
    return {
      name: index < groupNames.length ? name : `${name} ${Math.floor(index / groupNames.length) + 1}`,
      // Those who left are in some of them still.
      members: dice.some(
        emails,
        dice.between(0, Math.min(emails.length, Math.max(12, Math.floor(emails.length / 8)))),
      ),
      ...(dice.falls(0.1) && { onNewRepositories: dice.one(["read", "write"] as const) }),
    };
  });
  const [original, copy] = groups;
  // The same people under another name.
  return original && copy ? [original, { ...copy, members: original.members }, ...groups.slice(2)] : groups;
}

function grownGrants<P extends string>(
  dice: Dice,
  groups: readonly string[],
  emails: readonly string[],
  permissions: readonly P[],
  most: number,
): { groups: Record<string, P>; users: Record<string, P> } {
  const given = (to: readonly string[], count: number) =>
    Object.fromEntries(dice.some(to, count).map((one) => [one, dice.one(permissions)])) as Record<string, P>;
  return {
    groups: given(groups, dice.between(0, most)),
    users: given(emails, dice.falls(0.4) ? dice.between(1, 2) : 0),
  };
}

function grownRepository(
  dice: Dice,
  groups: readonly string[],
  emails: readonly string[],
  isTidy: boolean,
): Omit<Repository, "slug" | "project"> {
  const grants = grownGrants(dice, groups, emails, ["read", "write", "admin"] as const, 2);
  // Whoever made it is its administrator, whatever became of them.
  if (dice.falls(0.5)) for (const creator of dice.some(emails, 1)) grants.users[creator] = "admin";
  const isDefault = dice.falls(0.5);
  return {
    grants,
    mainBranch: dice.falls(0.25) ? "master" : "main",
    restrictions: isTidy ? tidyRestrictions(dice, groups) : grownRestrictions(dice, groups, emails),
    environments: isDefault ? defaultEnvironments(dice) : ownEnvironments(dice),
    variables: dice.falls(0.3) ? grownVariables(dice, 3) : [],
    deployKeys: dice.falls(0.3)
      ? dice.some(["ci", "mirror", "old laptop", "backup job"], dice.between(1, 2))
      : [],
    pipelinesEnabled: dice.falls(0.8),
  };
}

/** As a guide says: nobody pushes, one team merges, what is protected stays, and somebody else has looked. */
function tidyRestrictions(dice: Dice, groups: readonly string[]): Restriction[] {
  return [
    { kind: "push", pattern: "main" },
    { kind: "restrict_merges", pattern: "main", groups: dice.some(groups, 1) },
    { kind: "force", pattern: "main" },
    { kind: "delete", pattern: "main" },
    { kind: "require_approvals_to_merge", pattern: "main", value: dice.between(1, 2) },
  ];
}

/** By patterns and by the branching model, several of one kind among them. */
function grownRestrictions(dice: Dice, groups: readonly string[], emails: readonly string[]): Restriction[] {
  if (dice.falls(0.3)) return [];
  const holders = () => ({
    groups: dice.some(groups, dice.between(0, 2)),
    users: dice.falls(0.2) ? dice.some(emails, 1) : [],
  });
  const places: readonly Pick<Restriction, "pattern" | "branchType">[] = [
    { pattern: "main" },
    { pattern: "release/*" },
    { branchType: "production" },
    { branchType: dice.one(branchTypes) },
  ];
  const found = new Map<string, Restriction>();
  for (const place of dice.some(places, dice.between(1, 3)))
    for (const kind of dice.some(restrictionKinds, dice.between(1, 4)))
      found.set(`${kind} ${place.pattern ?? ""} ${place.branchType ?? ""}`, {
        kind,
        ...place,
        ...(kindsWithHolders.includes(kind) && holders()),
        ...(kindsWithValue.includes(kind) && { value: dice.between(1, 3) }),
      });
  return [...found.values()];
}

/** Bitbucket makes these by itself. */
function defaultEnvironments(dice: Dice): Environment[] {
  return (["Test", "Staging", "Production"] as const).map((name) => ({
    name,
    type: name,
    variables: name === "Production" ? grownVariables(dice, 3) : [],
  }));
}

function ownEnvironments(dice: Dice): Environment[] {
  if (dice.falls(0.4)) return [];
  const types = { dev: "Test", "QA 2": "Test", staging: "Staging", production: "Production" } as const;
  return dice.some(Object.entries(types), dice.between(1, 3)).map(([name, type]) => ({
    name,
    type,
    adminOnly: type === "Production" && dice.falls(0.4),
    variables: grownVariables(dice, 4),
  }));
}

function grownVariables(dice: Dice, most: number): Variable[] {
  const keys = ["AWS_REGION", "DB_PASSWORD", "NPM_TOKEN", "SENTRY_DSN", "deployUser"];
  return dice.some(keys, dice.between(0, most)).map((key) => ({
    key,
    value: `${valueMark}-${key}-${dice.between(1000, 9999)}`,
    secured: dice.falls(0.6),
  }));
}

/** What each value of a variable begins with, so that a test finds it wherever it is not to be. */
export const valueMark = "value-of-a-variable";
