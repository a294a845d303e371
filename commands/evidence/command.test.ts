import { sinceOf } from "./command";

const asOf = new Date("2026-11-25T18:00:00Z");

test("a period begins on a day, or some days before", () => {
  expect(sinceOf("90d", asOf).toISOString()).toBe("2026-08-27T18:00:00.000Z");
  expect(sinceOf("2026-09-01", asOf).toISOString()).toBe("2026-09-01T00:00:00.000Z");
  for (const wrong of ["", "90", "2026-13-01", "2026-9-1", "0d", "2026-11-26"])
    expect(() => sinceOf(wrong, asOf)).toThrow(/for --since; allowed: a (day|time)/);
});
