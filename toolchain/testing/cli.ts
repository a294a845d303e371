/** The CLI as it was installed or built here; undefined where none was yet: the end-to-end tests bring one. */
import { globSync } from "node:fs";
import { join } from "node:path";
import { onPath, toolchainFolder } from "../places";

export const cli =
  onPath("pulumi", process.env) ?? globSync(join(toolchainFolder(process.env), "programs-*/bin/pulumi"))[0];
