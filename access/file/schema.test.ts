import { jsonSchema } from "./schema";

test("it knows the keys of a grant, of which it wants exactly one subject", () => {
  const { properties } = jsonSchema() as unknown as {
    properties: { grants: { items: { properties: object; required: string[]; oneOf: unknown } } };
  };
  const { items } = properties.grants;
  expect(Object.keys(items.properties)).toStrictEqual([
    "team",
    "person",
    "agent",
    "can",
    "on",
    "until",
    "reason",
  ]);
  expect(items.required).toStrictEqual(["can", "on"]);
  expect(items.oneOf).toStrictEqual([
    { required: ["team"] },
    { required: ["person"] },
    { required: ["agent"] },
  ]);
});
