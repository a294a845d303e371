/**
 * `node toolchain/run.mjs setup`: makes everything ready that the other commands need, and nothing else. They all do it
 * themselves; this is for whoever wants it done, and timed, beforehand.
 */
import { Command } from "commander";
import { ensureToolchain } from "../../toolchain/build";
import { variable } from "../../access/environment";

export function setupCommand(): Command {
  return new Command("setup").description("finds or builds the toolchain and Keycloak").action(async () => {
    const { pulumi, keycloak } = await ensureToolchain();
    console.log(`Pulumi CLI: ${pulumi}`);
    console.log(`Keycloak: ${keycloak ?? process.env[variable.keycloakUrl] ?? "none"}`);
  });
}
