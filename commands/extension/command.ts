/**
 * `npm run extension`: the jars of the Keycloak extension, one for each server that it can go into.
 */
import { join, relative, resolve } from "node:path";
import { buildExtension, extensionServers } from "../../toolchain/extension";
import { root } from "../../toolchain/places";
import { command } from "../frame/spec";

const dist = "packages/keycloak-pipelines/dist";

export const extension = command({
  name: "extension",
  summary: "compiles the Keycloak extension: a jar for each version of Keycloak, with checksums",
  guide: "docs/guide/keyless.md",
  flags: {
    "--into <folder>": `where the jars go (default: ${dist})`,
    "--server <version...>": `only for these (default: ${extensionServers.join(", ")})`,
  },
  exitCodes: { 0: "built" },
  run: async ({ flags: { into = join(root, dist), server = extensionServers } }) => {
    const unknown = server.filter((version) => !/^\d+\.\d+\.\d+$/.test(version));
    if (unknown.length > 0)
      throw new Error(`--server: found ${unknown.join(", ")}; expected versions such as 26.7.3`);
    const jars = await buildExtension(resolve(into), server);
    const lines = jars.map(({ file, sha256 }) => `${sha256}  ${relative(process.cwd(), file)}`);
    return { json: { jars }, text: lines.join("\n") };
  },
});
