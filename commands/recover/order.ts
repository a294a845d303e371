/**
 * A state lists each resource after what it depends on. The engine relies on that: it refuses a state that breaks the
 * rule, whatever it is asked to do, and can itself write such a state (a targeted update of a program that no longer
 * declares a dependency which the state has). Nothing is lost then: the entries are all there, and only need sorting.
 *
 * The rules are those of `VerifyIntegrity` in github.com/pulumi/pulumi/pkg/v3/resource/stack/snapshot.
 */
import type { ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { parseUrn, providerUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";

interface Reference {
  /** Example: `parent`. */
  readonly kind: string;
  /** What it names: a URN; of a provider, URN and id. */
  readonly to: string;
}

/** Why the engine would refuse these entries, a line each; none if it takes them. */
export function disordersOf(entries: readonly ResourceState[]): string[] {
  const all = indexOf(entries);
  const places = new Map(entries.map((entry, index) => [entry, index]));
  const found = entries.flatMap((entry, index) =>
    referencesOf(entry).flatMap((reference) => {
      const { kind, to } = reference;
      const first = all.get(to)?.[0];
      if (first === undefined)
        return [`the ${kind} of ${nameOf(entry.urn)}, ${nameIn(reference)}, is not in the state`];
      return (places.get(first) ?? 0) < index
        ? []
        : [`${nameOf(entry.urn)} stands before its ${kind} ${nameIn(reference)}`];
    }),
  );
  return [...found, ...doublesOf(entries).map(({ urn }) => `${nameOf(urn)} is in the state twice`)];
}

/** The same entries in order, and what was done to them. */
export interface Sorted<Of extends ResourceState> {
  readonly entries: readonly Of[];
  /** Names of those that stood before what they depend on. */
  readonly moved: readonly string[];
  /** What was changed besides, in words. */
  readonly changed: readonly string[];
}

/**
 * Puts entries in order. What is in order stays as it is.
 *
 * Of an entry that is in the state twice, the one that was written last stays. A reference to what is not in the state is
 * taken out, apart from that to a provider, which no resource can be without: it goes to the provider of the same URN, if
 * there is one. URNs stay as they are, so the next deploy finds each resource again, and sets what it refers to.
 *
 * @returns entries that may be out of order still: where a provider is missing, or some depend on each other in a circle
 */
export function sorted<Of extends ResourceState>(entries: readonly Of[]): Sorted<Of> {
  const doubles = new Set(doublesOf(entries));
  const single = entries.filter((entry) => !doubles.has(entry));
  const known = indexOf(single);
  const changed = [...doubles].map(
    ({ urn, id = "none" }) => `${nameOf(urn)}: the older of its two entries (id ${id}) is forgotten`,
  );
  const whole = single.map((entry) => {
    const { said, ...mended } = found(entry, known);
    changed.push(...said);
    return mended.entry;
  });

  const all = indexOf(whole);
  const result = new Set<Of>();
  const begun = new Set<Of>();
  const moved: string[] = [];
  const visit = (entry: Of): void => {
    if (begun.has(entry)) return;
    begun.add(entry);
    const needed = referencesOf(entry).flatMap(({ to }) => meantBy(to, entry, all));
    if (needed.some((one) => !begun.has(one))) moved.push(nameOf(entry.urn));
    needed.forEach(visit);
    result.add(entry);
  };
  whole.forEach(visit);
  return { entries: [...result], moved, changed };
}

/** Everything that has to stand before an entry. The provider of what is to be made anew may be gone already. */
function referencesOf(entry: ResourceState): Reference[] {
  const {
    provider,
    parent,
    dependencies = [],
    propertyDependencies = {},
    deletedWith,
    replaceWith = [],
  } = entry;
  const one = (kind: string, to: string | undefined) => (to ? [{ kind, to }] : []);
  const all = [
    ...(entry.pendingReplacement ? [] : one("provider", provider)),
    ...one("parent", parent),
    ...[...dependencies, ...Object.values(propertyDependencies).flat()].map((to) => ({
      kind: "dependency",
      to,
    })),
    ...one("deletedWith", deletedWith),
    ...replaceWith.map((to) => ({ kind: "replaceWith", to })),
  ];
  return [...new Map(all.map((reference) => [`${reference.kind} ${reference.to}`, reference])).values()];
}

/** Entries by what refers to them: their URN; URN and id. */
function indexOf<Of extends ResourceState>(entries: readonly Of[]): Map<string, Of[]> {
  const index = new Map<string, Of[]>();
  for (const entry of entries)
    for (const key of [entry.urn, `${entry.urn}::${entry.id ?? ""}`])
      index.set(key, [...(index.get(key) ?? []), entry]);
  return index;
}

/** What was replaced depends on what was replaced, and what is new on what is new, where there are both. */
function meantBy<Of extends ResourceState>(
  to: string,
  by: ResourceState,
  all: ReadonlyMap<string, Of[]>,
): Of[] {
  const candidates = (all.get(to) ?? []).filter((one) => one !== by);
  const alike = candidates.filter((one) => isOld(one) === isOld(by));
  return alike.length > 0 ? alike : candidates;
}

function isOld({ delete: old = false }: ResourceState): boolean {
  return old;
}

/** All but the last written of the entries that share a URN; what was replaced does not count. */
function doublesOf<Of extends ResourceState>(entries: readonly Of[]): Of[] {
  const last = new Map<string, Of>();
  const live = entries.filter((entry) => !isOld(entry));
  for (const entry of live) {
    const other = last.get(entry.urn);
    if (other === undefined || (other.modified ?? "") <= (entry.modified ?? "")) last.set(entry.urn, entry);
  }
  return live.filter((entry) => last.get(entry.urn) !== entry);
}

/** The same entry, referring to nothing that is not in the state: apart from a provider that has no other in its place. */
function found<Of extends ResourceState>(
  entry: Of,
  known: ReadonlyMap<string, readonly Of[]>,
): { entry: Of; said: string[] } {
  const lost = referencesOf(entry).filter(({ to }) => !known.has(to));
  if (lost.length === 0) return { entry, said: [] };
  const { provider, parent, dependencies, propertyDependencies, deletedWith, replaceWith, ...rest } = entry;
  const of = lost.find(({ kind }) => kind === "provider");
  const other = of ? known.get(providerUrn(of.to))?.find((one) => !isOld(one)) : undefined;
  const isKept = (to: string | undefined) => to !== undefined && !lost.some((one) => one.to === to);
  const kept = (all: readonly string[]) => all.filter(isKept);
  const mended = {
    ...rest,
    ...(provider !== undefined && { provider: other ? `${other.urn}::${other.id ?? ""}` : provider }),
    ...(isKept(parent) && { parent }),
    ...(dependencies && { dependencies: kept(dependencies) }),
    ...(propertyDependencies && {
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).map(([key, all]) => [key, kept(all)]),
      ),
    }),
    ...(isKept(deletedWith) && { deletedWith }),
    ...(replaceWith && { replaceWith: kept(replaceWith) }),
  };
  const said = lost
    .filter(({ kind }) => kind !== "provider" || other !== undefined)
    .map((reference) => {
      const { kind } = reference;
      const how = kind === "provider" ? "; it has the one that is now" : ", and is forgotten";
      return `${nameOf(entry.urn)}: its ${kind} ${nameIn(reference)} is not in the state${how}`;
    });
  return { entry: mended as unknown as Of, said };
}

/** Type and name. Example: `Group payments`. */
function nameOf(urn: string): string {
  const parsed = parseUrn(urn);
  return parsed === undefined ? urn : `${parsed.type.split(":").at(-1) ?? ""} ${parsed.name}`;
}

function nameIn({ kind, to }: Reference): string {
  return nameOf(kind === "provider" ? providerUrn(to) : to);
}
