/** SDKs that are written for a program here: `pulumi package add` asks for one, and then for it to be linked. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { say } from "@bitbucket-keycloak/output";
import type * as language from "@pulumi/pulumi/proto/language_pb";
import { run } from "../processes";
import { writeSdk } from "../sdkWriter";

/** @throws Error with what is wrong with the schema, or where the writer cannot be built */
export async function generatePackage(request: language.GeneratePackageRequest): Promise<void> {
  const doubts = await writeSdk({
    language: "nodejs",
    directory: request.getDirectory(),
    schema: request.getSchema(),
    loader: request.getLoaderTarget(),
    localDependencies: Object.fromEntries(request.getLocalDependenciesMap().toArray()),
    local: request.getLocal(),
    extraFiles: Object.fromEntries(
      request
        .getExtraFilesMap()
        .toArray()
        .map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")]),
    ),
  });
  if (doubts !== "") say(doubts.trim());
}

/**
 * Installs SDKs from their folders into a program.
 *
 * @param packages folders that hold a `package.json`
 * @returns what to write into the program
 * @throws Error with what npm says
 */
export async function link(programDirectory: string, packages: readonly string[]): Promise<string> {
  const names = packages.map((folder) => {
    const { name } = JSON.parse(readFileSync(join(programDirectory, folder, "package.json"), "utf8")) as {
      readonly name: string;
    };
    return name;
  });
  const wanted = names.map((name, index) => `${name}@file:${packages[index] ?? ""}`);
  await run("npm", ["install", "--no-audit", "--no-fund", ...wanted], { cwd: programDirectory });
  const lines = names.map((name) => `  import * as ${nameIn(name)} from "${name}";\n`);
  return `You can import the SDK in your TypeScript code with:\n\n${lines.join("")}`;
}

/** `@pulumi/keycloak-identity` is `keycloakIdentity`. */
function nameIn(name: string): string {
  return name.replace(/^@[^/]+\//, "").replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
