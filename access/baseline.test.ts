import fc from "fast-check";
import { model as anyModel } from "./testing/anyCompany";
import { dayOf, decodeBaseline, encodeBaseline } from "./baseline";

test("what goes in comes out, whatever the model", () => {
  fc.assert(
    fc.property(anyModel, (model) => {
      const baseline = { model, asOf: "2026-06-15", commit: "a1b2c3" };
      expect(decodeBaseline(encodeBaseline(baseline))).toEqual(baseline);
    }),
  );
});

test("one line, whatever the order of keys", () => {
  const [model] = fc.sample(anyModel, { numRuns: 1, seed: 1 });
  if (model === undefined) throw new Error("no model");
  const reversed = Object.fromEntries(Object.entries(model).reverse()) as unknown as typeof model;
  const text = encodeBaseline({ model, asOf: "2026-06-15" });
  expect(encodeBaseline({ asOf: "2026-06-15", model: reversed })).toBe(text);
  expect(text).toMatch(/^1\.[\w-]+$/);
});

test.each(["", "2.abc", "1.", "1.not compressed", "1.!!!"])("%j is no baseline", (text) => {
  expect(decodeBaseline(text)).toBeUndefined();
});

test("a day is that of Greenwich", () => {
  expect(dayOf(new Date("2026-11-23T23:30:00-05:00"))).toBe("2026-11-24");
});
