/**
 * What must be true of every company, not only of those that somebody thought of. A failure prints the seed that
 * makes the same one again.
 */
import fc from "fast-check";
import { active, asOf, grantedTriples, heldBy, keyOf, model } from "./testing/anyCompany";
import { settingsFor } from "./testing/company";
import { compile } from "./compile";
import { entitlementsOf } from "./rights/entitlements";
import type { Subject } from "./model";
import { targetOf, Tree } from "./tree";
import { environmentOf, meaningOf, permissions, type Capability } from "./vocabulary";

const settings = settingsFor("dev");
const runs = { numRuns: 200 };

test("the order of grants and of names does not matter", () => {
  const shuffled = model.chain((one) =>
    fc.tuple(
      fc.constant(one),
      fc.shuffledSubarray([...one.grants], { minLength: one.grants.length }),
      fc.shuffledSubarray([...one.repositories], { minLength: one.repositories.length }),
    ),
  );
  fc.assert(
    fc.property(shuffled, ([one, grants, repositories]) => {
      const other = { ...one, grants, repositories, people: [...one.people].reverse() };
      expect(compile(other, settings, asOf)).toStrictEqual(compile(one, settings, asOf));
      expect(entitlementsOf(other, asOf)).toStrictEqual(entitlementsOf(one, asOf));
    }),
    runs,
  );
});

test("an expired grant is as good as none", () => {
  fc.assert(
    fc.property(model, (one) => {
      const without = { ...one, grants: one.grants.filter(active) };
      expect(compile(one, settings, asOf)).toStrictEqual(compile(without, settings, asOf));
    }),
    runs,
  );
});

test("nobody holds less than what they are granted needs", () => {
  fc.assert(
    fc.property(model, (one) => {
      const tree = new Tree(one);
      const desired = compile(one, settings, asOf);
      for (const { subject, capability, target } of grantedTriples(one)) {
        const needed = meaningOf(capability, tree.isRestricted).permission;
        const held = heldBy(subject, target, one, desired);
        expect(permissions.indexOf(held ?? "read")).toBeGreaterThanOrEqual(permissions.indexOf(needed));
        expect(held).toBeDefined();
      }
    }),
    { numRuns: 100 },
  );
});

test("the mergers of a protected branch are exactly those granted to merge", () => {
  fc.assert(
    fc.property(model, (one) => {
      const granted = new Set(
        grantedTriples(one)
          .filter((t) => t.capability === "merge")
          .map(keyOf),
      );
      const users = new Map([
        ...one.people.map((p) => [p.account ?? "", `person ${p.username}`] as const),
        ...one.agents.map((a) => [a.account, `agent ${a.name}`] as const),
      ]);
      for (const { slug, project, branches } of compile(one, settings, asOf).bitbucket.governed
        ?.repositories ?? []) {
        for (const { mergers } of branches) {
          const listed = [
            ...mergers.groups.map((group) => `team ${group} merge ${project}/${slug}`),
            ...mergers.users.map((user) => `${users.get(user) ?? "?"} merge ${project}/${slug}`),
          ];
          const expected = [...granted].filter((key) => key.endsWith(`merge ${project}/${slug}`));
          expect(listed.sort()).toStrictEqual(expected.sort());
        }
      }
    }),
    runs,
  );
});

test("granted entitlements are the grants that apply; implied ones are what the held permission allows", () => {
  fc.assert(
    fc.property(model, (one) => {
      const tree = new Tree(one);
      const applies = ({ capability, target }: { capability: Capability; target: string }) => {
        const environment = environmentOf(capability);
        return (
          environment === undefined || tree.repositories.get(target)?.deploys.includes(environment) === true
        );
      };
      const expected = new Set(grantedTriples(one).filter(applies).map(keyOf));
      const desired = compile(one, settings, asOf);
      const entitlements = entitlementsOf(one, asOf);
      const granted = entitlements.filter(({ kind }) => kind === "granted").map(keyOf);
      expect(granted.sort()).toStrictEqual([...expected].sort());
      expect(new Set(entitlements.map(keyOf)).size).toBe(entitlements.length);

      for (const { subject, capability, target, kind, path } of entitlements) {
        const held = heldBy(subject, target, one, desired);
        const needed = meaningOf(capability, tree.isRestricted);
        expect(permissions.indexOf(held ?? "read")).toBeGreaterThanOrEqual(
          permissions.indexOf(needed.permission),
        );
        expect(path[0]).toBe(subject.name);
        const gated = needed.merges && (tree.repositories.get(target)?.branches.length ?? 0) > 0;
        if (gated && kind === "implied") expect(held).toBe("admin");
      }
    }),
    { numRuns: 100 },
  );
});

test("whoever holds admin is entitled to everything on the repository", () => {
  fc.assert(
    fc.property(model, (one) => {
      const desired = compile(one, settings, asOf);
      const entitled = new Set(entitlementsOf(one, asOf).map(keyOf));
      for (const { name } of one.teams) {
        for (const repository of one.repositories) {
          const target = targetOf(repository);
          const subject: Subject = { kind: "team", name };
          if (heldBy(subject, target, one, desired) !== "admin") continue;
          const all = [
            "read",
            "trigger",
            "merge",
            "administer",
            ...repository.deploys.map((e) => `deploy:${e}`),
          ];
          expect(
            all.filter((capability) => !entitled.has(keyOf({ subject, capability, target }))),
          ).toStrictEqual([]);
        }
      }
    }),
    { numRuns: 50 },
  );
});

test("roles are exactly those of active grants, and of the pipelines, of this environment", () => {
  fc.assert(
    fc.property(model, fc.constantFrom("dev", "prod"), (any, environment) => {
      // Where all repositories are declared, roles may stand at the project: a test of its own.
      const one = { ...any, projects: any.projects.map((project) => ({ ...project, complete: false })) };
      const { keycloak } = compile(one, settingsFor(environment), asOf);
      const expected = one.grants
        .filter(active)
        .flatMap(({ can, on }) =>
          can
            .filter(
              (capability) => !capability.startsWith("deploy:") || capability === `deploy:${environment}`,
            )
            .flatMap((capability) => on.map((target) => `${capability.split(":")[0] ?? ""}:${target}`)),
        );
      const pipelines = one.repositories
        .filter(({ deploys }) => deploys.includes(environment))
        .map(({ project, slug }) => `deploy:${project}/${slug}`);
      expect(keycloak.roles).toStrictEqual([...new Set([...expected, ...pipelines])].sort());
      const held = [...keycloak.groups, ...keycloak.people].flatMap(({ roles }) => roles);
      expect(held.filter((role) => !keycloak.roles.includes(role))).toStrictEqual([]);
    }),
    runs,
  );
});
