import * as fs from "node:fs";
import * as path from "node:path";
import { jsonSchema } from "./schema";

test("the schema that editors use is the one that the parser uses (if not: npm run schema)", () => {
  const committed: unknown = JSON.parse(
    fs.readFileSync(path.join(__dirname, "..", "access.schema.json"), "utf8"),
  );
  expect(committed).toStrictEqual(JSON.parse(JSON.stringify(jsonSchema())));
});

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
