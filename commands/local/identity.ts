/** What the repository `identity` of the emulated workspace begins with, so that a change can go its whole way from there. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { dataPaths } from "../../access";

/** Files and folders that a company keeps in the repository that pull requests are opened in, beside the program. */
const paths = [...dataPaths, "pipelines"];

/** The data files of a checkout and what a runner runs, by their paths; whatever of it there is. */
export function identityFiles(folder: string): Record<string, string> {
  const found = paths
    .filter((path) => existsSync(join(folder, path)))
    .flatMap((path) =>
      statSync(join(folder, path)).isDirectory()
        ? readdirSync(join(folder, path)).map((name) => `${path}/${name}`)
        : [path],
    )
    .filter((path) => !path.endsWith(".test.ts"));
  return Object.fromEntries(found.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}
