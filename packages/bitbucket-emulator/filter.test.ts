import { conditionsOf, meets } from "./filter";

test("reads comparisons and lists joined by AND", () => {
  expect(
    conditionsOf('user.email IN ("a@x.example", "b@x.example") AND permission > "read"', [
      "user.email",
      "permission",
    ]),
  ).toEqual([
    { field: "user.email", operator: "IN", values: ["a@x.example", "b@x.example"] },
    { field: "permission", operator: ">", values: ["read"] },
  ]);
  expect(conditionsOf(null, [])).toEqual([]);
});

test.each([
  ['user.name="x"', "cannot filter by user.name"],
  ["user.email=x", "invalid filter: user.email=x"],
  ['user.email IN "x"', 'invalid filter: user.email IN "x"'],
])("refuses %s", (q, message) => {
  expect(() => conditionsOf(q, ["user.email"])).toThrow(message);
});

test("compares by an order of one's own", () => {
  const order = (value: string): number => ["read", "write", "admin"].indexOf(value);
  const above = conditionsOf('p > "read"', ["p"]);
  expect(["read", "write", "admin"].filter((each) => meets(above, () => each, order))).toEqual([
    "write",
    "admin",
  ]);
});
