/** What is pure of the extension, in Java; and that its jar is the same whenever it is built. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileExtension } from "../../toolchain/extension";
import { root } from "../../toolchain/places";
import { run } from "../../toolchain/processes";
import { sharedWorld } from "./world/shared";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "extension "));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ["the key cache keeps to its times and bounds", "KeyCacheTest", 215],
  ["the rules are exact to the second and to the sign", "RulesTest", 213],
])(
  "%s",
  async (_what, name, checks) => {
    const rules = join(root, "packages/keycloak-pipelines/java/bitbucket/pipelines/rules");
    const sources = readdirSync(rules).map((file) => join(rules, file));
    await run("javac", [
      "-d",
      folder,
      ...sources,
      join(root, `packages/keycloak-pipelines/test/${name}.java`),
    ]);
    const output = await run("java", ["-cp", folder, `bitbucket.pipelines.rules.${name}`]);
    expect(output).toBe(`${checks} passed, 0 failed\n`);
  },
  60_000,
);

test("two builds are the same bytes, and hold nothing but classes and the service's name", async () => {
  const { keycloak = "" } = sharedWorld().toolchain;
  const one = await compileExtension(keycloak, join(folder, "one/x.jar"));
  const other = await compileExtension(keycloak, join(folder, "other/x.jar"));
  expect(other.sha256).toBe(one.sha256);
  expect(readFileSync(other.file).equals(readFileSync(one.file))).toBe(true);
  const entries = (await run("jar", ["--list", "--file", one.file])).trim().split("\n");
  const service = "META-INF/services/org.keycloak.broker.provider.IdentityProviderFactory";
  expect(entries.filter((entry) => !entry.startsWith("bitbucket/pipelines/"))).toEqual([service]);
  expect(entries.every((entry) => entry === service || entry.endsWith(".class"))).toBe(true);
}, 120_000);
