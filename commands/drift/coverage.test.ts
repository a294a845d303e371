/** A budget covers a workspace of any size over time, the part that was looked at longest ago first. */
import fc from "fast-check";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { coverageOf, lastSeen, readLooked, within, writeLooked, type Costing, type Look } from "./coverage";

/** Runs until every part was looked at, and how many that took. */
function runsFor(parts: readonly Costing[], budget: number): number {
  const looked: Record<string, Look> = {};
  for (let run = 1; ; run++) {
    const at = new Date(run * 1000).toISOString();
    for (const { name } of within(parts, looked, budget)) looked[name] = { at, findings: [] };
    if (parts.every(({ name }) => looked[name] !== undefined)) return run;
  }
}

test("1,000 repositories of ten requests are covered by a budget of 100 in 100 runs", () => {
  const parts = Array.from({ length: 1000 }, (_, index) => ({ name: `r${index}`, requests: 10 }));
  expect(runsFor(parts, 100)).toBe(100);
});

test("whatever the parts and the budget, all are covered, and no run is wasted", () => {
  const part = fc.record({ name: fc.uuid(), requests: fc.integer({ min: 1, max: 12 }) });
  const parts = fc.uniqueArray(part, { selector: ({ name }) => name, minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(parts, fc.integer({ min: 12, max: 200 }), (all, budget) => {
      const total = all.reduce((sum, { requests }) => sum + requests, 0);
      // A part that does not fit any more leaves at most eleven requests of a run unused.
      expect(runsFor(all, budget)).toBeLessThanOrEqual(Math.ceil(total / Math.max(1, budget - 11)));
    }),
  );
});

test("a part that is larger than the budget is looked at all the same, alone", () => {
  const parts = [
    { name: "a", requests: 50 },
    { name: "b", requests: 1 },
  ];
  expect(within(parts, {}, 10).map(({ name }) => name)).toEqual(["a"]);
  expect(
    within(parts, { a: { at: "2026-11-23T00:00:00.000Z", findings: [] } }, 10).map(({ name }) => name),
  ).toEqual(["b"]);
});

test("the file is read back; one that holds something else says what to do", () => {
  const folder = mkdtempSync(join(tmpdir(), "coverage-"));
  const file = join(folder, "deep", "dev.json");
  try {
    expect(readLooked(file)).toEqual({});
    const finding = { system: "bitbucket", kind: "webhook", target: "workspace: x", found: "there" } as const;
    const looked = { workspace: { at: "2026-11-23T00:00:00.000Z", findings: [finding] } };
    writeLooked(file, looked);
    expect(readLooked(file)).toEqual(looked);
    writeFileSync(file, "[]");
    expect(() => readLooked(file)).toThrow(/does not hold what a drift check wrote: remove it/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what was last seen is as old as the oldest look", () => {
  const finding = { system: "keycloak", kind: "client", target: "x", declared: "there" } as const;
  const [old, young] = ["2026-11-20T00:00:00.000Z", "2026-11-23T00:00:00.000Z"];
  expect(lastSeen({})).toBeUndefined();
  expect(lastSeen({ a: { at: young, findings: [] }, b: { at: old, findings: [finding] } })).toEqual({
    oldest: old,
    newest: young,
    findings: [finding],
  });
});

test("how old the oldest look is counts only once there is none missing", () => {
  const times = ["2026-11-02T00:00:00.000Z", "2026-11-01T00:00:00.000Z"];
  expect(coverageOf(3, 2, times)).toEqual({ parts: 3, looked: 2, never: 1 });
  expect(coverageOf(2, 1, times)).toEqual({ parts: 2, looked: 1, never: 0, oldest: times[1] });
  expect(coverageOf(0, 0, [])).toEqual({ parts: 0, looked: 0, never: 0 });
});
