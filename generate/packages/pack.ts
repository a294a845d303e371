/** Makes tarballs as `npm publish` would send them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { run } from "../../toolchain/processes";
import type { Files } from "./files";

/**
 * @param into folder for the tarball; made where it is not there
 * @returns file of the tarball
 */
export async function pack(files: Files, into: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "package-"));
  try {
    for (const [name, text] of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
    }
    mkdirSync(into, { recursive: true });
    const printed = await run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", into], {
      cwd: folder,
    });
    return join(into, printed.trim());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
