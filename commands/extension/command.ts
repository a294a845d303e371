/**
 * `npm run extension`: the jars of the Keycloak extension, one for each server that it can go into.
 */
import { join, relative, resolve } from "node:path";
import { Command } from "commander";
import { buildExtension, extensionServers } from "../../toolchain/extension";
import { root } from "../../toolchain/places";

interface Options {
  readonly into: string;
  readonly server?: readonly string[];
  readonly json?: boolean;
}

export function extensionCommand(): Command {
  return new Command("extension")
    .description("compiles the Keycloak extension: a jar for each version of Keycloak, with checksums")
    .usage("[-- options]")
    .option("--into <folder>", "where the jars go", join(root, "packages/keycloak-pipelines/dist"))
    .option("--server <version...>", `only for these; default: ${extensionServers.join(", ")}`)
    .option("--json", "prints files and checksums as JSON")
    .addHelpText("after", "\nExit code: 0 built; 1 error.")
    .action(async ({ into, server = extensionServers, json }: Options) => {
      const unknown = server.filter((version) => !/^\d+\.\d+\.\d+$/.test(version));
      if (unknown.length > 0)
        throw new Error(`--server: found ${unknown.join(", ")}; expected versions such as 26.7.3`);
      const jars = await buildExtension(resolve(into), server);
      if (json) console.log(JSON.stringify(jars, null, 2));
      else for (const { file, sha256 } of jars) console.log(`${sha256}  ${relative(process.cwd(), file)}`);
    });
}
