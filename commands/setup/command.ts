/**
 * `npm run setup`: makes ready what `npm run local` needs, and nothing else: the tests run on a Keycloak
 * without the extension, too. All commands do it themselves; this is for whoever wants it done, and timed, beforehand, or
 * wants its space back.
 */
import { basename } from "node:path";
import { ensureToolchain, extensionProblem, partsFor } from "../../toolchain/build";
import { cached, removeCached, sizeOf, type Cached } from "../../toolchain/cache";
import { toolchainFolder, toolchainWords } from "../../toolchain/places";
import { variable } from "../../access/environment";
import { command } from "../frame/spec";

const caches =
  "Go and Maven keep what they downloaded and compiled in caches of their own, which go clean -cache -modcache and the removal of ~/.m2 empty.";

const remove = command({
  name: "remove",
  summary: "removes what was built, of all clones; the next command builds it again",
  flags: {
    "--unused": "only what this checkout does not use: older versions, and what an interrupted build left",
  },
  exitCodes: { 0: "removed" },
  notes: `Stop servers that run from it first, in each clone: npm run local -- stop. ${caches}`,
  run: async ({ flags }) => {
    const folder = toolchainFolder(process.env);
    const parts = await (flags.unused ? unusedIn(folder) : cached(folder));
    await removeCached(parts);
    return {
      json: { folder, removed: parts },
      text: `removed ${sizeOf(parts)} from ${folder}${parts.map((part) => `\n- ${basename(part.folder)}`).join("")}`,
    };
  },
});

export const setup = command({
  name: "setup",
  summary: "finds or builds the toolchain and Keycloak",
  exitCodes: { 0: "everything is there" },
  notes: `What is built lies in ${toolchainWords}, in folders named by what they are built from: all clones of a user share it. State, credentials, running servers and PULUMI_HOME stay in the checkout (.local, .toolchain). ${caches}`,
  subcommands: [remove],
  run: async ({ progress }) => {
    const isGiven = process.env[variable.keycloakUrl] !== undefined;
    const server = (await extensionProblem(process.env)) === undefined ? "extended" : "plain";
    const { pulumi, keycloak = process.env[variable.keycloakUrl] } = await ensureToolchain(
      { keycloak: isGiven ? "none" : server },
      process.env,
      progress,
    );
    const folder = toolchainFolder(process.env);
    const [all, unused] = [await cached(folder), await unusedIn(folder)];
    const rest =
      unused.length === 0
        ? ""
        : `, ${sizeOf(unused)} of it not used by this checkout: npm run setup -- remove --unused`;
    return {
      json: { pulumi, keycloak, folder, parts: all, unused },
      text: `Pulumi CLI: ${pulumi}\nKeycloak: ${keycloak ?? "none"}\nSpace: ${sizeOf(all)} in ${folder}${rest}`,
    };
  },
});

/** What lies there and no command of this checkout asks for. */
async function unusedIn(folder: string): Promise<readonly Cached[]> {
  const builder = { folder, env: process.env, signal: new AbortController().signal };
  const servers = ["plain", "extended"] as const;
  const wanted = await Promise.all(servers.map((keycloak) => partsFor({ keycloak }, builder)));
  const used = wanted.flatMap(({ programs, server }) => [programs?.folder, server?.folder]);
  return (await cached(folder)).filter((part) => !used.includes(part.folder));
}
