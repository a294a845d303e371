/**
 * The provider in other languages, and in TypeScript by an SDK that is made from its schema: by Pulumi's own generators, the
 * CLI, the YAML language host and mypy. Only by `npm run test:exhaustive`: it needs Go and Python, and builds for minutes.
 */
import { schemaOf } from "@bitbucket-keycloak/pulumi-plugin/schema";
import { startEmulator, type Emulator } from "@bitbucket-keycloak/bitbucket-emulator";
import { bitbucket } from "@pulumi/bitbucket/provider";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { packages } from "../../generate/packages/packages";
import { pulumiEnvironment } from "../../toolchain/environment";
import build from "../../toolchain/go/build.json";
import { run } from "../../toolchain/processes";
import { languagesSource, writeSdk } from "../../toolchain/sdkWriter";
import { sharedWorld } from "./world/shared";
import { consumerCredentials as credentials, consumerSeed } from "./world/consumer";

jest.setTimeout(1_200_000);

const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";

(exhaustive ? describe : describe.skip)("the provider by its schema", () => {
  const { toolchain } = sharedWorld();
  const folder = mkdtempSync(join(tmpdir(), "languages-"));
  const bin = join(folder, "bin");
  const base = pulumiEnvironment(toolchain, { stack: "local", backend: join(folder, "state"), credentials });
  const env = { ...base, PATH: `${bin}${delimiter}${base.PATH ?? ""}` };
  let emulator: Emulator;

  /** A project with the plugin's folder in it, as whoever unpacks the tarball has it. */
  function project(name: string, files: Readonly<Record<string, string>>) {
    const at = join(folder, name);
    const plugin = [...packages["packages/bitbucket"]!()].filter(([file]) => file.startsWith("plugin/"));
    for (const [file, text] of [...plugin, ...Object.entries(files)]) {
      mkdirSync(dirname(join(at, file)), { recursive: true });
      writeFileSync(join(at, file), text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
    }
    return (...args: string[]) => run(toolchain.pulumi, [...args, "--non-interactive"], { cwd: at, env });
  }

  beforeAll(async () => {
    mkdirSync(join(folder, "state"));
    emulator = await startEmulator({ seed: consumerSeed });
  });
  afterAll(async () => {
    await emulator.close();
    rmSync(folder, { recursive: true });
  });

  test("pulumi package add makes an SDK of the plugin's folder, by which a TypeScript program comes up", async () => {
    const wanted = { "@pulumi/pulumi": "^3.270.0", typescript: "~5.9.0", "@types/node": "^24.0.0" };
    const pulumi = project("added", {
      "Pulumi.yaml": "name: added\nruntime: nodejs\nmain: index.ts\n",
      "package.json": JSON.stringify({ name: "added", private: true, dependencies: wanted }),
      "index.ts": `
import * as bitbucket from "@pulumi/bitbucket";
const provider = new bitbucket.Provider("emulator", { apiUrl: "${emulator.url}" });
const group = new bitbucket.Group("added", { workspace: "acme", name: "Added" }, { provider });
// @ts-expect-error the workspace is missing
const lacking: bitbucket.GroupArgs = { name: "Lacking" };
export const slug = group.slug;
`,
    });
    await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], {
      cwd: join(folder, "added"),
    });
    expect(await pulumi("package", "add", "./plugin")).toContain(
      'import * as bitbucket from "@pulumi/bitbucket"',
    );
    await pulumi("stack", "init", "local");
    expect(await pulumi("up", "--yes", "--skip-preview")).toMatch(/\+ 3 created/);
    expect(await pulumi("preview")).toMatch(/ 3 unchanged/);
  });

  test("a YAML program comes up, and its secret is one in the state", async () => {
    const flags = [...build.flags, "-ldflags=-s -w", "-o", `${bin}/`];
    const host = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml";
    await run("go", ["build", ...flags, host], {
      cwd: languagesSource,
      env: { ...process.env, ...build.environment },
    });
    const guide = readFileSync(join(__dirname, "../../docs/guide/packages.md"), "utf8");
    const text = /```yaml\n(name: in-yaml\n[^]*?)```/.exec(guide)?.[1] ?? "";
    const pulumi = project("yaml", {
      "Pulumi.yaml": text.replace("https://api.bitbucket.org", emulator.url),
    });
    await pulumi("stack", "init", "local");
    expect(await pulumi("up", "--yes", "--skip-preview")).toMatch(/\+ 4 created/);
    expect(await pulumi("preview", "--refresh")).toMatch(/ 4 unchanged/);
    const state = readFileSync(join(folder, "state/.pulumi/stacks/in-yaml/local.json"), "utf8");
    expect(state).toContain('"key":"TOKEN"');
    expect(state).not.toContain("a value that is secret");
  });

  test("a Python program is checked against the SDK that is made for it", async () => {
    const at = join(folder, "python");
    await writeSdk({
      language: "python",
      directory: join(at, "sdk"),
      schema: JSON.stringify(schemaOf(bitbucket)),
    });
    writeFileSync(
      join(at, "program.py"),
      `import pulumi
import pulumi_bitbucket as bitbucket

group = bitbucket.Group("payments", workspace="acme", name="Payments")
bitbucket.RepositoryPermissions(
    "web", workspace="acme", repository="web", holders=[{"group": group.slug, "permission": "write"}]
)
right: pulumi.Output[str] = group.slug
wrong: pulumi.Output[int] = group.slug
`,
    );
    await run("python3", ["-m", "venv", join(at, "venv")]);
    await run(join(at, "venv/bin/pip"), ["install", "--quiet", "pulumi>=3.231,<4", "mypy"]);
    // The generator's own helpers are not typed for mypy: what counts is what a program is told.
    const checked = await run(join(at, "venv/bin/mypy"), ["--follow-imports=silent", "program.py"], {
      cwd: at,
      env: { ...process.env, MYPYPATH: join(at, "sdk") },
    }).catch(String);
    expect(checked.match(/program\.py:\d+: error: .*/g)).toEqual([
      'program.py:9: error: Incompatible types in assignment (expression has type "Output[str]", variable has type "Output[int]")  [assignment]',
    ]);
  });
});
