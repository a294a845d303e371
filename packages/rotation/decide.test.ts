import fc from "fast-check";
import { type Asked, decide, isBehind, type ScheduleState, slotAt, slotOf } from "./decide";

const day = 86_400;
const start = Date.parse("2026-01-01T00:00:00Z");
const at = (days: number) => new Date(start + days * day * 1000).toISOString();
const asked = (more: Partial<Asked>): Asked => ({
  period: 30 * day,
  overlap: day,
  manualRotations: 0,
  revocations: 0,
  asOf: at(0),
  ...more,
});

function state(more: Partial<Asked>, before?: ScheduleState): ScheduleState {
  const decision = decide(asked(more), before);
  if (decision.refused !== undefined) throw new Error(decision.refused);
  return decision.state;
}
const first = state({});

test("the first run begins with rotation 0, in slot a", () => {
  expect(first).toStrictEqual({
    rotation: 0,
    rotatedAt: at(0),
    previousAt: at(0),
    nextAt: at(30),
    manualRotations: 0,
    revocations: 0,
  });
  expect(slotOf(0)).toBe("a");
});

test("it rotates when the period is over, and not a millisecond before", () => {
  const early = new Date(Date.parse(at(30)) - 1).toISOString();
  expect(state({ asOf: early, published: 0 }, first)).toStrictEqual(first);
  expect(state({ asOf: at(30), published: 0 }, first)).toStrictEqual({
    rotation: 1,
    rotatedAt: at(30),
    previousAt: at(0),
    nextAt: at(60),
    manualRotations: 0,
    revocations: 0,
  });
});

test.each([1, 2, 5, 16])("a gap of %i periods makes one rotation", (periods) => {
  const now = at(30 * periods);
  const late = state({ asOf: now, published: 0 }, first);
  expect(late).toMatchObject({ rotation: 1, rotatedAt: now });
  expect(state({ asOf: now, published: 1 }, late)).toStrictEqual(late);
});

test("a rotation changes the slot that is not in use and leaves the other as it was", () => {
  const second = state({ asOf: at(30), published: 0 }, first);
  expect(slotAt(first, "a")).toStrictEqual({ rotation: 0, rotatedAt: at(0), ended: false });
  expect(slotAt(first, "b")).toStrictEqual({ rotation: -1, rotatedAt: at(0), ended: false });
  expect(slotAt(second, "a")).toStrictEqual({ rotation: 0, rotatedAt: at(0), ended: false });
  expect(slotAt(second, "b")).toStrictEqual({ rotation: 1, rotatedAt: at(30), ended: false });
});

test("two runs that fail before publication: the third finishes the first one's rotation", () => {
  const failed = state({ asOf: at(30), published: 0 }, first);
  const failedAgain = state({ asOf: at(60), published: 0 }, failed);
  const third = state({ asOf: at(90), published: 0 }, failedAgain);
  expect([failed.rotation, failedAgain, third]).toStrictEqual([1, failed, failed]);
  expect(state({ asOf: at(90), published: 1 }, third).rotation).toBe(2);
});

test("a first run that never finished is finished before anything rotates", () => {
  expect(state({ asOf: at(300) }, first)).toStrictEqual(first);
  expect(isBehind({ published: undefined }, first)).toBe(true);
});

test("a period that is shortened below the overlap ends nothing early", () => {
  const short = { period: 3600, published: 0 };
  const early = state({ ...short, asOf: at(0.5) }, first);
  expect([early.rotation, early.nextAt]).toEqual([0, at(1 / 24)]);
  expect(state({ ...short, asOf: at(0.999) }, first).rotation).toBe(0);
  expect(state({ ...short, asOf: at(1) }, first).rotation).toBe(1);
});

test("again rotates once, and not again for the same number", () => {
  const rotated = state({ asOf: at(2), published: 0, manualRotations: 1 }, first);
  expect(rotated).toMatchObject({ rotation: 1, manualRotations: 1 });
  expect(state({ asOf: at(3), published: 1, manualRotations: 1 }, rotated)).toStrictEqual(rotated);
});

test("again is refused while what was in use before the last rotation has to stay valid", () => {
  const early = decide(asked({ asOf: at(0.5), published: 0, manualRotations: 1 }), first);
  expect(early.refused).toMatch(/^the last rotation was at 2026-01-01T00:00:00\.000Z, .* until 2026-01-02T/);
  expect(state({ asOf: at(1), published: 0, manualRotations: 1 }, first).rotation).toBe(1);
});

test("again waits, not refused and not forgotten, while the last rotation is not published", () => {
  const failed = state({ asOf: at(30), published: 0 }, first);
  const waiting = state({ asOf: at(40), published: 0, manualRotations: 1, revocations: 1 }, failed);
  expect(waiting).toStrictEqual(failed);
  expect(state({ asOf: at(40), published: 1, manualRotations: 1, revocations: 1 }, waiting).rotation).toBe(2);
});

test("a leak rotates within the overlap, and ends the leaked slot only when the new one is published", () => {
  const leak = { asOf: at(0.1), manualRotations: 1, revocations: 1 };
  const rotated = state({ ...leak, published: 0 }, first);
  expect(rotated).toMatchObject({ rotation: 1, manualRotations: 1, revocations: 0 });
  expect(slotAt(rotated, "a").ended).toBe(false);

  expect(state({ ...leak, published: 0 }, rotated)).toStrictEqual(rotated);
  const ended = state({ ...leak, published: 1 }, rotated);
  expect(ended).toStrictEqual({ ...rotated, endedAt: 1, revocations: 1 });
  expect([slotAt(ended, "a").ended, slotAt(ended, "b").ended]).toEqual([true, false]);
  expect(state({ ...leak, published: 1 }, ended)).toStrictEqual(ended);
});

test("the end of a leaked slot comes before a rotation that has become due, which would end the wrong one", () => {
  const leak = { manualRotations: 1, revocations: 1 };
  const rotated = state({ ...leak, asOf: at(5), published: 0 }, first);
  const later = { ...leak, asOf: at(100), published: 1 };
  const ended = state(later, rotated);
  expect(ended).toMatchObject({ rotation: 1, endedAt: 1 });
  const next = state(later, ended);
  expect([next.rotation, slotAt(next, "b").ended]).toEqual([2, false]);
});

test("a rotation taken back out of the stack file can be asked for again", () => {
  const rotated = state({ asOf: at(2), published: 0, manualRotations: 1 }, first);
  const back = state({ asOf: at(4), published: 1, manualRotations: 0 }, rotated);
  expect(back).toStrictEqual({ ...rotated, manualRotations: 0 });
  expect(state({ asOf: at(4), published: 1, manualRotations: 1 }, back).rotation).toBe(2);
});

test("without a period nothing rotates by itself, but by hand", () => {
  const still = state({ period: undefined });
  expect(still.nextAt).toBeUndefined();
  expect(state({ period: undefined, asOf: at(9999), published: 0 }, still)).toStrictEqual(still);
  expect(state({ period: undefined, asOf: at(9999), published: 0, manualRotations: 1 }, still).rotation).toBe(
    1,
  );
});

/** Any sequence of runs: at any moment, finished or not, with anything asked for. */
const run = fc.record({
  day: fc.integer({ min: -50, max: 2000 }),
  finishes: fc.boolean(),
  manualRotations: fc.integer({ min: 0, max: 3 }),
  revocations: fc.integer({ min: 0, max: 3 }),
  period: fc.option(fc.integer({ min: 1, max: 90 }), { nil: undefined }),
});

test("whatever happens, what is published changes by one slot at a time and is never the one that rotates", () => {
  fc.assert(
    fc.property(fc.array(run, { maxLength: 30 }), (runs) => {
      let [before, published]: [ScheduleState, number | undefined] = [first, undefined];
      for (const { day: days, finishes, period, ...rest } of runs) {
        const more = { asOf: at(days), published, period: period && period * day, ...rest };
        const decision = decide(asked(more), before);
        if (decision.refused !== undefined) continue;
        const { state: now } = decision;
        const inUse = slotOf(published ?? 0);
        expect(slotAt(now, inUse)).toStrictEqual({
          ...slotAt(before, inUse),
          ended: expect.any(Boolean) as boolean,
        });
        if (published !== before.rotation) expect(now.rotation).toBe(before.rotation);
        if (published !== undefined && published === now.rotation)
          expect(slotAt(now, inUse).ended).toBe(false);
        expect(now.rotation - before.rotation).toBeLessThanOrEqual(1);
        expect(now.rotatedAt >= before.rotatedAt).toBe(true);
        before = now;
        if (finishes) published = now.rotation;
      }
    }),
  );
});

test("a clock that goes backwards rotates nothing", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 1, max: 9000 }), (on, back) => {
      const before = state({ asOf: at(on) });
      expect(state({ asOf: at(on - back), published: 0 }, before)).toStrictEqual(before);
      expect(
        decide(asked({ asOf: at(on - back), published: 0, manualRotations: 1 }), before).refused,
      ).toBeDefined();
    }),
  );
});

test("the same question asked twice has the same answer: a second run changes nothing", () => {
  fc.assert(
    fc.property(run, run, (one, two) => {
      const before = state({ asOf: at(one.day) });
      const question = {
        asOf: at(two.day),
        manualRotations: 0,
        revocations: 0,
        period: two.period && two.period * day,
      };
      const once = state({ ...question, published: 0 }, before);
      expect(state({ ...question, published: once.rotation }, once)).toStrictEqual(once);
    }),
  );
});
