/**
 * Companies made by chance, for the properties that every company has, and what a reader of the grants alone would
 * say of them.
 */
import fc from "fast-check";
import type { Desired, Grant, Holder, Model, Subject } from "../model";
import { projectOf, targetOf, Tree } from "../tree";
import { isActive } from "../until";
import { permissions, type Capability, type Permission } from "../vocabulary";

export const asOf = new Date("2026-06-15T12:00:00Z");
const capabilities: Capability[] = ["read", "trigger", "merge", "administer", "deploy:dev", "deploy:prod"];
const account = (number: number) => `{00000000-0000-0000-0000-${String(number).padStart(12, "0")}}`;

/** Up to six teams in any tree, two people, an agent, two projects of two repositories, and any grants. */
export const model: fc.Arbitrary<Model> = fc
  .record({
    parents: fc.array(fc.nat(5), { minLength: 1, maxLength: 6 }),
    repositories: fc.tuple(
      ...Array.from({ length: 4 }, () => fc.tuple(fc.subarray(["dev", "prod"]), fc.boolean())),
    ),
    complete: fc.tuple(fc.boolean(), fc.boolean()),
    grants: fc.array(
      fc.record({
        subject: fc.constantFrom<["team" | "person" | "agent", number]>(
          ...[0, 1, 2, 3, 4, 5].map((n): ["team", number] => ["team", n]),
          ["person", 0],
          ["person", 1],
          ["agent", 0],
        ),
        can: fc.subarray(capabilities, { minLength: 1 }),
        on: fc.subarray(["P0", "P1", "P0/r0", "P0/r1", "P1/r2", "P1/r3"], { minLength: 1 }),
        until: fc.constantFrom(
          ...[undefined, "2026-06-14", "2026-06-15", "2027-01-01"],
          ...["2026-06-15T12:00Z", "2026-06-15T12:01Z", "2027-01-01T00:00Z"],
        ),
      }),
      { maxLength: 8 },
    ),
  })
  .map(({ parents, repositories, complete, grants }) => ({
    company: "Any",
    owners: ["p0", "p1"],
    environments: [
      { name: "dev", type: "test", restricted: false },
      { name: "prod", type: "production", restricted: true },
    ],
    people: [0, 1].map((n) => ({
      username: `p${n}`,
      name: "P",
      email: `p${n}@x.example`,
      account: account(n),
    })),
    teams: parents.map((parent, n) => ({
      name: `t${n}`,
      owner: "p0",
      description: "",
      // Only an earlier team can be a parent, as in a file.
      ...(parent < n && { parent: `t${parent}` }),
    })),
    agents: [{ name: "a0", owner: "p0", description: "", account: account(9), tokenLife: 300 }],
    projects: ["P0", "P1"].map((key, n) => ({ key, name: key, owner: "t0", complete: complete[n] ?? false })),
    repositories: repositories.map(([deploys, isProtected], n) => ({
      slug: `r${n}`,
      project: n < 2 ? "P0" : "P1",
      deploys,
      branches: isProtected ? [{ pattern: "main", rules: { approvals: 1 }, enforced: true }] : [],
    })),
    grants: grants.map(({ subject: [kind, n], until, ...grant }): Grant => ({
      ...grant,
      subject: { kind, name: `${kind.charAt(0)}${kind === "team" ? n % parents.length : n}` },
      ...(until !== undefined && { until }),
    })),
    separations: [],
    limits: { owners: 2, removal: 0.25 },
    control: [],
  }));

export const active = (grant: Grant) => isActive(grant, asOf);

/** What a subject holds on a repository in the compiled workspace: the stronger of project's and repository's. */
export function heldBy(
  { kind, name }: Subject,
  target: string,
  of: Model,
  { bitbucket: { governed } }: Desired,
): Permission | undefined {
  const slug = target.split("/")[1];
  const holders = [
    ...(governed?.projects.filter(({ key }) => key === projectOf(target)) ?? []),
    ...(governed?.repositories.filter((repository) => repository.slug === slug) ?? []),
  ].flatMap((place) => place.holders);
  const user = [
    ...of.people.map((p) => ({ id: p.username, ...p })),
    ...of.agents.map((a) => ({ id: a.name, ...a })),
  ];
  const mine = (holder: Holder) =>
    kind === "team" ? holder.group === name : holder.user === user.find(({ id }) => id === name)?.account;
  const ranks = holders.filter(mine).map(({ permission }) => permissions.indexOf(permission));
  return permissions[Math.max(-1, ...ranks)];
}

/** Every (subject, capability, repository) that an active grant names, those below a team included. */
export function grantedTriples(of: Model): { subject: Subject; capability: Capability; target: string }[] {
  const tree = new Tree(of);
  return of.grants
    .filter(active)
    .flatMap(({ subject, can, on }) =>
      tree
        .reach(subject)
        .flatMap((reached) =>
          on.flatMap((place) =>
            tree
              .repositoriesOf(place)
              .flatMap((repository) =>
                can.map((capability) => ({ subject: reached, capability, target: targetOf(repository) })),
              ),
          ),
        ),
    );
}

export const keyOf = (one: { subject: Subject; capability: string; target: string }) =>
  [one.subject.kind, one.subject.name, one.capability, one.target].join(" ");
