/** How entries of a list are told apart. */
import { identity } from "./diff";

test("an entry that is nonsense has no identity", () => {
  const type = { kind: "list", items: { kind: "string" }, keyOf: String } as unknown as Parameters<
    typeof identity
  >[0];
  expect(identity(type, "a")).toBe("a");
  expect(identity(type, { toString: 0 })).toBeUndefined();
});
