/**
 * The Pulumi CLI and its plugins, built from pinned Go modules by one call of the compiler: what they have in common is
 * compiled once, and no core waits while one of them is linked.
 *
 * What makes it quick stands in go/build.json, which run.mjs reads too: no parts of gRPC that only Google's own network
 * uses, no tables for debuggers, no C. go/left-out has modules in place of those that no command of ours needs.
 */
import { mkdir, readdir, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Part, Note } from "./parts";
import { builtHome, contents, filesBelow, keyOf, root } from "./places";
import { run } from "./processes";
import { versions } from "./versions";
import { variable } from "../access/environment";
import build from "./go/build.json";

export interface Builder {
  /** Where parts of the toolchain lie. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

const machine = `${process.platform}-${process.arch}`;
const plugins = Object.entries(versions.plugins);
const source = join(root, "toolchain/go");

/** Beside the CLI, where it looks for its own host first; the code is the checkout's, so that it is never stale. */
const hostScript = `#!/bin/sh
exec "\${${variable.checkout}:?is not set, so start the CLI by npm run pulumi}/toolchain/language-host/pulumi-language-nodejs" "$@"
`;

/** `bin/pulumi`, and `plugins/<name>` for each plugin. */
export function programsPart(builder: Builder): Part {
  const files = ["programs", "left-out"]
    .flatMap((name) => filesBelow(join(source, name)))
    .map((file) => relative(root, file));
  const key = keyOf(
    machine,
    hostScript,
    JSON.stringify([versions.pulumi, versions.plugins, build]),
    ...files,
    ...contents(...files),
  );
  return {
    folder: join(builder.folder, `programs-${key}`),
    title: `Pulumi CLI ${versions.pulumi} and plugins ${plugins.map((plugin) => plugin.join(" ")).join(", ")}`,
    make: async (folder, note) => {
      const [bin, into] = [join(folder, "bin"), join(folder, "plugins")];
      await mkdir(bin);
      await compile(builder, `${into}/`, note);
      await rename(join(into, "pulumi"), join(bin, "pulumi"));
      await writeFile(join(bin, "pulumi-language-nodejs"), hostScript, { mode: 0o755 });
    },
  };
}

/** @param into ends with a slash: a folder for all programs */
async function compile({ env, signal }: Builder, into: string, note: Note): Promise<void> {
  const set = {
    "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${versions.pulumi}`,
    ...Object.fromEntries(plugins.map(([name, version]) => [`main.${name}Version`, version])),
  };
  const variables = Object.entries(set).map(([name, value]) => `-X ${name}=${value}`);
  let packages = 0;
  await run(
    "go",
    // -s -w: no symbols for debuggers, a third less on disk. -v: a line for each package that is compiled.
    ["build", "-v", ...build.flags, `-ldflags=-s -w ${variables.join(" ")}`, "-o", into, ...build.packages],
    {
      cwd: join(source, "programs"),
      env: { ...env, ...build.environment },
      signal,
      onError: (text) => {
        packages += text.split("\n").length - 1;
        note(`${packages} packages compiled`);
      },
    },
  );
}

/** Programs of the part in this folder, as the rest of the toolchain calls them. */
export function programsIn(folder: string): { readonly pulumi: string; readonly bin: string } {
  return { pulumi: join(folder, "bin/pulumi"), bin: join(folder, "bin") };
}

/**
 * Puts the plugins where the CLI looks for them: links below this checkout's PULUMI_HOME, so that removing a plugin there
 * removes no other clone's. Plugins of other versions go.
 *
 * @param folder of the part
 */
export async function linkPlugins(folder: string, home: string = builtHome): Promise<void> {
  const place = join(home, "plugins");
  await mkdir(place, { recursive: true });
  for (const [name, version] of plugins) {
    const own = `resource-${name}-v${version}`;
    const stale = (await readdir(place)).filter((one) => one.startsWith(`resource-${name}-v`) && one !== own);
    for (const one of stale) await rm(join(place, one), { recursive: true, force: true });
    const link = join(place, own, `pulumi-resource-${name}`);
    const target = join(folder, "plugins", name);
    if ((await readlink(link).catch(() => "")) === target) continue;
    await mkdir(join(place, own), { recursive: true });
    // In one piece: another command may be starting the plugin.
    const draft = `${link}.${process.pid}`;
    await symlink(target, draft);
    await rename(draft, link);
  }
}
