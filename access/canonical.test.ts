import fc from "fast-check";
import { canonical } from "./canonical";

/** The same value, with the keys of every object in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, one]) => [key, reversed(one)]),
  );
}

test("one text for one value, whatever the order of its keys", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (one) => {
      expect(canonical(reversed(one))).toBe(canonical(one));
      expect(JSON.parse(canonical(one))).toStrictEqual(JSON.parse(JSON.stringify(one)));
    }),
  );
});

test.each<[string, unknown, string]>([
  [
    "keys by code units, however deep",
    { b: [{ d: 1, c: 2 }], B: 0, é: 0, a: 0 },
    '{"B":0,"a":0,"b":[{"c":2,"d":1}],"é":0}',
  ],
  ["what is undefined as JSON has it", { a: undefined, b: [undefined] }, '{"b":[null]}'],
  [
    "one object in two places, one's name the beginning of the other's",
    shared(),
    '{"a":["ana"],"ab":["ana"]}',
  ],
  ["a key that looks like a method", { b: { toJSON: 0, d: 1 } }, '{"b":{"d":1,"toJSON":0}}'],
])("%s", (_, value, text) => {
  expect(canonical(value)).toBe(text);
});

function shared() {
  const people = ["ana"];
  return { ab: people, a: people };
}
