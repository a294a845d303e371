import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./places";
import { linkPlugins, programsPart } from "./programs";
import build from "./go/build.json";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "programs-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const go = (file: string) => readFileSync(join(root, "toolchain/go", file), "utf8");

test("the folder is named by what is built, wherever it is built", () => {
  const { signal } = new AbortController();
  const named = (env: NodeJS.ProcessEnv) => programsPart({ folder, env, signal }).folder;
  expect(named({ PATH: "/a" })).toBe(named({ PATH: "/b" }));
  expect(named({})).toMatch(/programs-[0-9a-f]{12}$/);
});

test("what is left out is left out by modules that lie here, each of which says why", () => {
  const replaced = [...go("programs/go.mod").matchAll(/^replace (\S+) => \.\.\/left-out\/(\S+)$/gm)];
  expect(replaced.map(([, module, place]) => [module, place])).toEqual([
    ["github.com/alecthomas/chroma/v2", "chroma"],
    ["github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs", "cloudwatchlogs"],
    ["github.com/pb33f/libopenapi", "openapi"],
  ]);
  const folders = readdirSync(join(root, "toolchain/go/left-out"));
  expect(replaced.map(([, , place]) => place)).toEqual(folders);
  for (const [, module, place] of replaced)
    expect(go(`left-out/${place ?? ""}/go.mod`)).toContain(`module ${module ?? ""}\n`);
});

test("each plugin has a version of its own for the linker", () => {
  for (const name of ["keycloak", "random"]) {
    expect(build.packages).toContain(`./${name}`);
    expect(go(`programs/${name}/main.go`)).toContain(`var ${name}Version = "0.0.0"`);
  }
});

test("plugins are links into what was built; those of another build, and other versions, go", async () => {
  const home = join(folder, "home");
  const place = join(home, "plugins");
  mkdirSync(join(place, "resource-random-v1.0.0"), { recursive: true });
  mkdirSync(join(place, "resource-other-v1.0.0"));
  await linkPlugins("/old", home);
  await linkPlugins("/built", home);
  await linkPlugins("/built", home);
  expect(readdirSync(place)).toEqual([
    "resource-keycloak-v6.13.0",
    "resource-other-v1.0.0",
    "resource-random-v4.21.2",
  ]);
  const link = join(place, "resource-random-v4.21.2/pulumi-resource-random");
  expect(readlinkSync(link)).toBe("/built/plugins/random");
  expect(readdirSync(join(place, "resource-random-v4.21.2"))).toEqual(["pulumi-resource-random"]);
});

test("who removes a plugin here removes nobody else's", async () => {
  const built = join(folder, "built");
  mkdirSync(join(built, "plugins"), { recursive: true });
  writeFileSync(join(built, "plugins/random"), "");
  await linkPlugins(built, join(folder, "home"));
  rmSync(join(folder, "home"), { recursive: true });
  expect(existsSync(join(built, "plugins/random"))).toBe(true);
});
