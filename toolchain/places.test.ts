import { join } from "node:path";
import { keyOf, onPath, root, toolchainFolder } from "./places";

test("a key changes with each of its texts, and with where one ends", () => {
  expect(keyOf("a", "b")).toBe(keyOf("a", "b"));
  const keys = [
    keyOf("a", "b"),
    keyOf("a", "c"),
    keyOf("b", "a"),
    keyOf("ab"),
    keyOf("", "ab"),
    keyOf("ab", ""),
  ];
  expect(new Set(keys).size).toBe(6);
  expect(keyOf("a")).toMatch(/^[0-9a-f]{12}$/);
});

test("the toolchain lies in the checkout, or where several clones share one", () => {
  expect(toolchainFolder({})).toBe(join(root, ".toolchain"));
  expect(toolchainFolder({ BITBUCKET_KEYCLOAK_TOOLCHAIN: "/shared/toolchain" })).toBe("/shared/toolchain");
});

test("a program is looked for on PATH in order, but not among what was built here", () => {
  const bin = join(root, "node_modules/.bin");
  expect(onPath("jest", { PATH: `/nowhere::${bin}` })).toBe(join(bin, "jest"));
  expect(onPath("jest", { PATH: `/nowhere::${bin}` }, root)).toBeUndefined();
  expect(onPath("jest", {})).toBeUndefined();
});
