import { homedir } from "node:os";
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

test.each([
  [{}, join(homedir(), ".cache/bitbucket-keycloak")],
  [{ XDG_CACHE_HOME: "/cache" }, "/cache/bitbucket-keycloak"],
  [{ XDG_CACHE_HOME: "not/absolute" }, join(homedir(), ".cache/bitbucket-keycloak")],
  [{ XDG_CACHE_HOME: "/cache", BITBUCKET_KEYCLOAK_TOOLCHAIN: "/shared" }, "/shared"],
  [{ BITBUCKET_KEYCLOAK_TOOLCHAIN: "here" }, join(root, "here")],
  [{ BITBUCKET_KEYCLOAK_TOOLCHAIN: "" }, join(homedir(), ".cache/bitbucket-keycloak")],
])("with %j the toolchain lies in %s", (env, folder) => {
  expect(toolchainFolder(env)).toBe(folder);
});

test("a program is looked for on PATH in order, but not among what was built here", () => {
  const bin = join(root, "node_modules/.bin");
  expect(onPath("jest", { PATH: `/nowhere::${bin}` })).toBe(join(bin, "jest"));
  expect(onPath("jest", { PATH: `/nowhere::${bin}` }, root)).toBeUndefined();
  expect(onPath("jest", {})).toBeUndefined();
});
