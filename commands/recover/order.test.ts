import fc from "fast-check";
import type { ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { disordersOf, sorted } from "./order";
import { urn } from "./testing/urns";

const providerType = "pulumi:providers:keycloak";
const role = (name: string, more: Partial<ResourceState> = {}): ResourceState => ({
  urn: urn("keycloak:index/role:Role", name),
  type: "keycloak:index/role:Role",
  id: `id-${name}`,
  ...more,
});
const provider = (id: string, more: Partial<ResourceState> = {}): ResourceState => ({
  urn: urn(providerType, "keycloak"),
  type: providerType,
  id,
  ...more,
});
const a = role("a");
const [ofA, ofProvider] = [a.urn, `${provider("1").urn}::1`];

interface Case {
  readonly state: readonly ResourceState[];
  /** What the engine would say. */
  readonly wrong: readonly string[];
  readonly right: readonly ResourceState[];
  readonly moved?: readonly string[];
  readonly changed?: readonly string[];
}

const moved = (later: ResourceState, kind: string): Case => ({
  state: [later, role("x"), a],
  wrong: [`Role b stands before its ${kind} Role a`],
  right: [a, later, role("x")],
  moved: ["Role b"],
});

const dangling = (kind: string, entry: ResourceState, mended: ResourceState): Case => ({
  state: [role("x"), entry],
  wrong: [`the ${kind} of Role b, Role a, is not in the state`],
  right: [role("x"), mended],
  changed: [`Role b: its ${kind} Role a is not in the state, and is forgotten`],
});

const old = (entry: ResourceState): ResourceState => ({ ...entry, delete: true });
const [newB, oldB] = [role("b", { dependencies: [ofA] }), old(role("b", { dependencies: [ofA], id: "old" }))];
const newer = role("b", { id: "2", modified: "2026-02-01T00:00:00Z" });
const older = role("b", { id: "1", modified: "2026-01-01T00:00:00Z" });

test.each<[string, Case]>([
  ["a dependency", moved(role("b", { dependencies: [ofA] }), "dependency")],
  ["a dependency of a property", moved(role("b", { propertyDependencies: { p: [ofA] } }), "dependency")],
  ["a parent", moved(role("b", { parent: ofA }), "parent")],
  ["what it is deleted with", moved(role("b", { deletedWith: ofA }), "deletedWith")],
  ["what it is replaced with", moved(role("b", { replaceWith: [ofA] }), "replaceWith")],
  [
    "a provider",
    {
      state: [role("b", { provider: ofProvider }), provider("1")],
      wrong: ["Role b stands before its provider keycloak keycloak"],
      right: [provider("1"), role("b", { provider: ofProvider })],
      moved: ["Role b"],
    },
  ],
  [
    "a chain, the wrong way round",
    {
      state: [role("c", { dependencies: [newB.urn] }), newB, a],
      wrong: ["Role c stands before its dependency Role b", "Role b stands before its dependency Role a"],
      right: [a, newB, role("c", { dependencies: [newB.urn] })],
      moved: ["Role c", "Role b"],
    },
  ],
  [
    "what was replaced and waits for its deletion, which depends on what was replaced with it",
    {
      state: [old(role("b", { dependencies: [ofA] })), role("b"), old(a)],
      wrong: ["Role b stands before its dependency Role a"],
      right: [old(a), old(role("b", { dependencies: [ofA] })), role("b")],
      moved: ["Role b"],
    },
  ],
  ["a lost dependency", dangling("dependency", newB, role("b", { dependencies: [] }))],
  [
    "a lost dependency of a property",
    dangling(
      "dependency",
      role("b", { propertyDependencies: { p: [ofA], q: [role("x").urn] } }),
      role("b", { propertyDependencies: { p: [], q: [role("x").urn] } }),
    ),
  ],
  ["a lost parent", dangling("parent", role("b", { parent: ofA }), role("b"))],
  ["a lost fellow of deletion", dangling("deletedWith", role("b", { deletedWith: ofA }), role("b"))],
  [
    "a lost fellow of replacement",
    dangling("replaceWith", role("b", { replaceWith: [ofA] }), role("b", { replaceWith: [] })),
  ],
  [
    "a lost provider, where there is another of its URN",
    {
      state: [provider("2"), role("b", { provider: ofProvider })],
      wrong: ["the provider of Role b, keycloak keycloak, is not in the state"],
      right: [provider("2"), role("b", { provider: `${provider("2").urn}::2` })],
      changed: ["Role b: its provider keycloak keycloak is not in the state; it has the one that is now"],
    },
  ],
  [
    "two entries of one resource",
    {
      state: [newer, a, older],
      wrong: ["Role b is in the state twice"],
      right: [newer, a],
      changed: ["Role b: the older of its two entries (id 1) is forgotten"],
    },
  ],
])("out of order by %s: found, and put in order", (_, { state, wrong, right, ...done }) => {
  expect(disordersOf(state)).toEqual(wrong);
  expect(sorted(state)).toEqual({ entries: right, moved: done.moved ?? [], changed: done.changed ?? [] });
  expect(disordersOf(right)).toEqual([]);
});

test.each<[string, readonly ResourceState[]]>([
  ["nothing", []],
  ["what stands after what it depends on", [a, newB]],
  ["what was replaced, beside what replaced it", [a, newB, oldB, { ...oldB, id: "older" }]],
  [
    "what is to be made anew, and whose provider is gone",
    [role("b", { provider: "x::1", pendingReplacement: true })],
  ],
  [
    "an old provider beside the new one",
    [provider("2"), old(provider("1")), role("b", { provider: ofProvider, delete: true })],
  ],
])("in order, and left as it is: %s", (_, state) => {
  expect(disordersOf(state)).toEqual([]);
  expect(sorted(state)).toEqual({ entries: state, moved: [], changed: [] });
});

test.each<[string, readonly ResourceState[], string]>([
  [
    "no provider at all",
    [role("b", { provider: ofProvider })],
    "the provider of Role b, keycloak keycloak, is not in the state",
  ],
  [
    "a circle",
    [role("a", { dependencies: [role("b").urn] }), newB],
    "Role b stands before its dependency Role a",
  ],
])("beyond repair, and said so: %s", (_, state, left) => {
  expect(disordersOf(sorted(state).entries)).toEqual([left]);
});

test("any order of a sound state is found out and put in order, with every entry as it was", () => {
  const count = 12;
  const names = Array.from({ length: count }, (_, index) => `r${index}`);
  const state = fc.array(fc.array(fc.nat(count - 1), { maxLength: 4 }), {
    minLength: count,
    maxLength: count,
  });
  const kinds = ["dependencies", "parent", "deletedWith", "propertyDependencies"] as const;
  fc.assert(
    fc.property(state, fc.shuffledSubarray(names, { minLength: count }), (needs, order) => {
      const sound = needs.map((all, index) => {
        const earlier = all.filter((one) => one < index).map((one) => role(names[one] ?? "").urn);
        const [first = ""] = earlier;
        const kind = first === "" ? undefined : kinds[index % kinds.length];
        return role(names[index] ?? "", {
          ...(kind === "dependencies" && { dependencies: earlier }),
          ...(kind === "propertyDependencies" && { propertyDependencies: { p: earlier } }),
          ...(kind === "parent" && { parent: first }),
          ...(kind === "deletedWith" && { deletedWith: first }),
        });
      });
      const shuffled = order.flatMap((name) => sound.filter((entry) => entry.urn === role(name).urn));
      const { entries, moved: all, changed } = sorted(shuffled);
      expect(disordersOf(entries)).toEqual([]);
      expect(changed).toEqual([]);
      expect(all.length > 0).toBe(disordersOf(shuffled).length > 0);
      expect([...entries].sort((one, two) => (one.urn < two.urn ? -1 : 1))).toEqual(
        [...sound].sort((one, two) => (one.urn < two.urn ? -1 : 1)),
      );
    }),
  );
});
