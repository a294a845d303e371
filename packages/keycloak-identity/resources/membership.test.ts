/** Random groups, hands and declarations: who is in and who is out, and that nobody comes back. */
import fc from "fast-check";
import { after, type Known, nobody, planOf, seen } from "./membership";

const ids = fc.uniqueArray(fc.constantFrom<string>("a", "b", "c", "d", "e", "f"));
const step = fc.record({
  /** What a run declares. */
  wanted: ids,
  /** Whom a hand puts in and takes out before it. */
  put: ids,
  taken: ids,
  refreshes: fc.boolean(),
  /** How much of the run is done before it fails; the next one goes on from there. */
  share: fc.constantFrom(0, 0.5, 1, 1),
});

test("5,000 lives: the group is what is declared, but for those whom a hand took out or put in unseen", () => {
  fc.assert(
    fc.property(ids, fc.array(step, { minLength: 1, maxLength: 6 }), (before, steps) => {
      const group = new Set(before);
      let known: Known = nobody;
      /** Declared in a row since they were put in, and taken out by a hand. */
      const out = new Set<string>();
      for (const { wanted, put, taken, refreshes, share } of steps) {
        for (const id of put) {
          group.add(id);
          out.delete(id);
        }
        for (const id of taken) if (group.delete(id) && known.declared.includes(id)) out.add(id);
        if (refreshes) {
          const { removedByHand, ...found } = seen([...group], known.declared);
          expect(removedByHand.every((id) => !group.has(id))).toBe(true);
          known = found;
        }
        const present = new Set(group);
        const { add, remove, removedByHand, unseen } = planOf(present, known, wanted);
        expect(add.filter((id) => out.has(id))).toEqual([]);
        expect([...removedByHand].sort()).toEqual(wanted.filter((id) => out.has(id)).sort());
        const acts = [...add, ...remove];
        const done = new Set(acts.slice(0, Math.ceil(acts.length * share)));
        for (const id of done) if (add.includes(id)) group.add(id); else group.delete(id); // prettier-ignore
        const isDone = done.size === acts.length;
        if (isDone) known = { userIds: wanted, declared: wanted };
        else if (done.size > 0) known = after(present, known, wanted, done);
        // Who has still to go is known to the next run, too, and is not taken for a stranger.
        const left = remove.filter((id) => !done.has(id));
        expect(left.filter((id) => !known.userIds.includes(id))).toEqual([]);
        for (const id of out) if (!known.declared.includes(id)) out.delete(id);
        if (!isDone) continue;
        const meant = [...wanted.filter((id) => !removedByHand.includes(id)), ...unseen];
        expect([...group].sort()).toEqual(meant.sort());
        expect(planOf(group, known, wanted)).toMatchObject({ add: [], remove: [] });
        expect([...seen([...group], known.declared).userIds].sort()).toEqual([...wanted, ...unseen].sort());
      }
    }),
    { numRuns: 5_000 },
  );
});
