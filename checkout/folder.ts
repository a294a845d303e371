/** The data files of a folder: those of a checkout, or those that a proposal was laid out in. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dataFiles, stackOfFile, stacksFolder, type DataTexts } from "../access";

/** @param folder the folder of Pulumi.yaml */
export function textsIn(folder: string): DataTexts {
  const stacks = join(folder, stacksFolder);
  const paths = [
    ...dataFiles.filter(({ scope }) => scope === "every stack").map(({ path }) => path),
    ...(existsSync(stacks) ? readdirSync(stacks).map((name) => `${stacksFolder}/${name}`) : []),
  ];
  const files = paths.filter(
    (path) => !path.startsWith(`${stacksFolder}/`) || stackOfFile(path) !== undefined,
  );
  return new Map(
    files
      .filter((path) => existsSync(join(folder, path)))
      .map((path) => [path, readFileSync(join(folder, path), "utf8")]),
  );
}
