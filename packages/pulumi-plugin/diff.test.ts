/** How entries of a list are told apart, and what is no difference. */
import { z } from "zod";

import { differences, identity } from "./diff";
import { propertiesOf } from "./properties";

test("an entry that is nonsense has no identity", () => {
  const type = { kind: "list", items: { kind: "string" }, keyOf: String } as unknown as Parameters<
    typeof identity
  >[0];
  expect(identity(type, "a")).toBe("a");
  expect(identity(type, { toString: 0 })).toBeUndefined();
});

test("a hint is no change, and what stands beside it is one", () => {
  const name = z.string().meta({ description: "Name." });
  const properties = propertiesOf(z.strictObject({ name, from: name.optional().meta({ description: "Advice.", hint: true }) })); // prettier-ignore
  expect([...differences(properties, { name: "a" }, { name: "a", from: "b" })]).toEqual([]);
  expect([...differences(properties, { name: "a", from: "b" }, { name: "c" }).keys()]).toEqual(["name"]);
});
