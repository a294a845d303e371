/**
 * Some lists decide who may do what: permissions, restrictions, variables. Owned entry by entry, a list hides what
 * somebody added by hand. So a resource owns its list whole: it sees every entry, makes the list equal to what is
 * declared, and still remembers which entries were there without it, so that it can leave as it came.
 */
import { PartlyDone } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { isGone } from "./api/explain";
import type { FirstLooks } from "./first-look";
import { refuseForeign, refuseRemoval } from "./owned-refusal";
import { type Entry, type OwnedList, type Owned, type Consent, type Difference } from "./owned";

/** What is declared against what is present. */
function compare<E, H>(
  list: Pick<OwnedList<E, H>, "keyOf" | "equal">,
  declared: readonly E[],
  present: readonly Entry<E, H>[],
): Difference<E, H> {
  const there = new Map<string, Entry<E, H>[]>();
  for (const entry of present) {
    const key = list.keyOf(entry.entry);
    there.set(key, [...(there.get(key) ?? []), entry]);
  }
  // Of two that are one by their key, the one that is as declared is the one that is meant.
  const meant = (entry: E): Entry<E, H> | undefined => {
    const alike = there.get(list.keyOf(entry)) ?? [];
    return alike.find((one) => list.equal(entry, one.entry)) ?? alike[0];
  };
  const pairs = declared.map((entry) => ({ declared: entry, present: meant(entry) }));
  const met = pairs.flatMap((pair) =>
    pair.present ? [{ declared: pair.declared, present: pair.present }] : [],
  );
  const taken = new Set(met.map((pair) => pair.present));
  const isSame = (pair: (typeof met)[number]) => list.equal(pair.declared, pair.present.entry);
  return {
    same: met.filter(isSame).map((pair) => pair.declared),
    other: met.filter((pair) => !isSame(pair)),
    missing: pairs.filter((pair) => pair.present === undefined).map((pair) => pair.declared),
    undeclared: present.filter((entry) => !taken.has(entry)),
  };
}

/**
 * Makes the list what is declared. Entries that are there already are taken over; those of an attempt
 * that died are this stack's own.
 *
 * @param present what the list holds, read a moment ago
 * @throws Problem that shows both sides, before anything is written
 */
export async function createList<E, H>(
  list: OwnedList<E, H>,
  id: string,
  declared: readonly E[],
  present: readonly Entry<E, H>[],
  consent: Consent,
  firstLooks: FirstLooks,
): Promise<{ id: string; outputs: Owned }> {
  const difference = compare(list, declared, present);
  const { same, missing, other, undeclared } = difference;
  const writes = missing.length + other.length + undeclared.length > 0;
  const keys = present.map(({ entry }) => list.keyOf(entry));
  const { before, end } = firstLooks.begin(list.what, keys, writes);
  const wasThere = (entry: E) => before.has(list.keyOf(entry));
  const foreign = {
    ...difference,
    other: other.filter((pair) => wasThere(pair.declared)),
    undeclared: undeclared.filter(({ entry }) => wasThere(entry)),
  };
  refuseForeign(list, foreign, consent);
  const adopted = [...same, ...other.map((pair) => pair.declared)].filter(wasThere).map(list.keyOf);
  try {
    const outputs = await carryOut(list, id, difference, { adopted, placed: [] });
    end();
    return { id, outputs };
  } catch (thrown) {
    // What was done is recorded; else nobody knows, and the next attempt has to.
    if (thrown instanceof PartlyDone) end();
    throw thrown;
  }
}

/**
 * Everything that is in the list, declared or not; undefined if its place is gone.
 *
 * What somebody added by hand joins neither memory: the next update removes it, unless it is declared by then, which
 * makes it this stack's own; a delete before that leaves it.
 */
export async function readList<E, H>(
  list: OwnedList<E, H>,
  previous: Owned | undefined,
): Promise<{ entries: readonly E[]; outputs: Owned } | undefined> {
  let present: readonly Entry<E, H>[];
  try {
    present = await list.read();
  } catch (thrown) {
    if (isGone(thrown)) return undefined;
    throw thrown;
  }
  const entries = present.map(({ entry }) => entry);
  // Who imports a list makes it this stack's own.
  return { entries, outputs: previous ?? { adopted: [], placed: entries.map(list.keyOf) } };
}

/** Makes the whole list equal to what is declared. */
export async function updateList<E, H>(
  list: OwnedList<E, H>,
  id: string,
  previous: Owned,
  declared: readonly E[],
  consent: Consent,
): Promise<Owned> {
  const difference = compare(list, declared, await list.read());
  if (!consent.remove) refuseRemoval(list, difference, new Set(previous.adopted), consent);
  return carryOut(list, id, difference, previous);
}

/** Removes what this resource put there, and nothing else. */
export async function deleteList<E, H>(list: OwnedList<E, H>, { placed }: Owned): Promise<void> {
  const ours = new Set(placed);
  const present = await list.read().catch(nothingIfGone);
  for (const entry of present) {
    if (ours.has(list.keyOf(entry.entry))) await list.remove(entry);
  }
}

function nothingIfGone(thrown: unknown): [] {
  if (isGone(thrown)) return [];
  throw thrown;
}

/** One write after the other: adds before it removes, so that no branch is open and nobody locked out in between. */
async function carryOut<E, H>(
  list: OwnedList<E, H>,
  id: string,
  { same, missing, other, undeclared }: Difference<E, H>,
  before: Owned,
): Promise<Owned> {
  const entries = [
    ...undeclared.map(({ entry }) => entry),
    ...same,
    ...other.map(({ present }) => present.entry),
  ];
  const now = new Map(entries.map((entry) => [list.keyOf(entry), entry]));
  const wasAdopted = new Set(before.adopted);
  const met = [...same, ...other.map(({ declared }) => declared)].map(list.keyOf);
  const adopted = new Set(met.filter((key) => wasAdopted.has(key)));
  // A declared entry that nobody remembers came after the list was taken over: an earlier run wrote it and died before
  // it could write that down. It is this stack's own, or nothing would ever take it away again.
  const unremembered = met.filter((key) => !wasAdopted.has(key));
  const placed = new Set([...before.placed.filter((key) => now.has(key)), ...unremembered]);
  let written = 0;
  const outputs = (): Owned => ({ adopted: [...adopted], placed: [...placed] });
  try {
    for (const entry of missing) {
      await list.add(entry);
      const key = list.keyOf(entry);
      now.set(key, entry);
      (wasAdopted.has(key) ? adopted : placed).add(key);
      written++;
    }
    for (const { present, declared } of other) {
      await list.change(present, declared);
      now.set(list.keyOf(declared), declared);
      written++;
    }
    for (const present of undeclared) {
      await list.remove(present);
      const key = list.keyOf(present.entry);
      if (!met.includes(key)) {
        now.delete(key);
        placed.delete(key);
      }
      written++;
    }
  } catch (thrown) {
    if (written === 0) throw thrown;
    // What was adopted and is not removed yet stays adopted: it may want a consent at the next run as well.
    for (const key of wasAdopted) if (now.has(key)) adopted.add(key);
    throw new PartlyDone(id, { [list.property]: [...now.values()] }, outputs(), thrown);
  }
  return outputs();
}
