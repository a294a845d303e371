/** The files that every package has, from those of the checkout. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "../../toolchain/places";
import { licences } from "./bundle";

/** Files by their paths in the package; those that begin with `#!` are executable. */
export type Files = ReadonlyMap<string, string>;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly pulumi?: object;
}

/** @param folder from the root of the checkout */
export function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest;
}

/**
 * What every package begins with: who it is, what it is for, under which terms.
 *
 * @param own what its `package.json` says besides
 * @param contains packages of the registry that are bundled in it
 */
export function commonFiles(folder: string, own: object, contains: readonly string[]): [string, string][] {
  const { name, version, description, license } = manifestOf(folder);
  const common = { name, version, description, license, main: "index.js", types: "index.d.ts" };
  return [
    ["package.json", json({ ...common, engines: { node: ">=22" }, ...own })],
    ["README.md", readme(folder)],
    ["LICENSE", readFileSync(join(root, "LICENSE"), "utf8")],
    ["LICENSES-OF-OTHERS", licences(contains)],
  ];
}

/** @throws Error if it links to something that is not packed */
function readme(folder: string): string {
  const text = readFileSync(join(root, folder, "README.md"), "utf8").replace(
    /\]\(\.\.\/\.\.\/docs\/\w+\//g,
    "](docs/",
  );
  const outside = text.match(/\]\(\.\.\/[^)]*\)/g);
  if (outside === null) return text;
  throw new Error(`${folder}/README.md links to what is not in the package: ${outside.join(", ")}`);
}

/** The declarations of a module that says all its types. */
export function declared(file: string): string {
  const { outputText } = ts.transpileDeclaration(readFileSync(join(root, file), "utf8"), {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.NodeNext },
    fileName: file,
  });
  return outputText;
}

/** As a file. */
export function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
