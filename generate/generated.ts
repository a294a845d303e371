/** Everything that is committed and generated, from what it is generated from. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pagesOf } from "@bitbucket-keycloak/pulumi-plugin/pages";
import { bitbucket } from "@pulumi/bitbucket/provider";
import { keycloakIdentity } from "@pulumi/keycloak-identity/provider";
import { jsonSchema } from "../access/file/schema";
import { root } from "../toolchain/places";
import { commandsPage, withCommands } from "./commandsPage";
import { environmentPage } from "./environment";
import { checksPage } from "./checksPage";
import { rulesPage } from "./rulesPage";
import { settingsPage } from "./settingsPage";
import { tokensPage } from "./tokensPage";

/** Folders in which nothing else lies. */
export const generatedFolders: readonly string[] = ["docs/identity", "docs/provider", "docs/reference"];

/** Texts by their files' paths from the root of the project. */
export function generated(): ReadonlyMap<string, string> {
  return new Map([
    ...[...pagesOf(bitbucket)].map(([name, text]) => [`docs/provider/${name}`, text] as const),
    ...[...pagesOf(keycloakIdentity)].map(([name, text]) => [`docs/identity/${name}`, text] as const),
    ["access/access.schema.json", `${JSON.stringify(jsonSchema(), null, 2)}\n`],
    ["docs/reference/checks.md", checksPage()],
    ["docs/reference/commands.md", commandsPage()],
    ["docs/reference/environment.md", environmentPage()],
    ["docs/reference/rules.md", rulesPage()],
    ["docs/reference/settings.md", settingsPage()],
    ["docs/reference/tokens.md", tokensPage()],
    ["README.md", withCommands(readFileSync(join(root, "README.md"), "utf8"))],
  ]);
}
