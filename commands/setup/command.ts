/**
 * `npm run setup`: makes everything ready that the other commands need, and nothing else. They all do it themselves; this
 * is for whoever wants it done, and timed, beforehand.
 */
import { variable } from "../../access/environment";
import { ensureToolchain } from "../../toolchain/build";
import { command } from "../frame/spec";

export const setup = command({
  name: "setup",
  summary: "finds or builds the toolchain and Keycloak",
  exitCodes: { 0: "everything is there" },
  run: async ({ progress }) => {
    const { pulumi, keycloak = process.env[variable.keycloakUrl] } = await ensureToolchain(
      {},
      process.env,
      progress,
    );
    return {
      json: { pulumi, keycloak },
      text: `Pulumi CLI: ${pulumi}\nKeycloak: ${keycloak ?? "none"}`,
    };
  },
});
