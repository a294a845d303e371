/** One file out of many: a program's code with all that it imports, apart from what its users install. */
import { buildSync } from "esbuild";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../toolchain/places";

export interface Bundle {
  readonly text: string;
  /** Packages of the registry that are in it, by their folders below `node_modules`. */
  readonly contains: readonly string[];
}

/**
 * @param entry file of the checkout
 * @param external packages that stay imports
 */
export function bundle(entry: string, external: readonly string[]): Bundle {
  const { outputFiles, metafile } = buildSync({
    entryPoints: [join(root, entry)],
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    // Hooks are told apart by the names of their functions.
    keepNames: true,
    legalComments: "none",
    external: [...external],
    logLevel: "silent",
  });
  const packages = Object.keys(metafile.inputs).flatMap(
    (file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? [],
  );
  return { text: outputFiles[0]?.text ?? "", contains: [...new Set(packages)].sort() };
}

/**
 * The licences of packages that a bundle contains, which their terms want beside every copy.
 *
 * @throws Error if a package has no licence in its folder
 */
export function licences(packages: readonly string[]): string {
  return packages
    .map((name) => {
      const folder = join(root, "node_modules", name);
      const file = readdirSync(folder).find((one) => /^licen[cs]e(\.|$|-)/i.test(one));
      const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
        readonly version: string;
        readonly license?: string;
      };
      const text =
        file === undefined ? `Licence: ${license ?? ""}` : readFileSync(join(folder, file), "utf8");
      if (file === undefined && license === undefined)
        throw new Error(`node_modules/${name} says no licence, so it may not be packed with others`);
      return `${name} ${version}\n\n${text.trim()}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
