/** `npm run docs`: writes the pages of every resource and function to `docs/provider/`, from their definitions. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../toolchain/places";
import { pagesOf } from "@bitbucket-keycloak/pulumi-plugin/pages";
import { bitbucket } from "@pulumi/bitbucket/provider";

const folder = join(root, "docs/provider");
const pages = pagesOf(bitbucket);

mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) if (!pages.has(name)) rmSync(join(folder, name));
for (const [name, text] of pages) writeFileSync(join(folder, name), text);
process.stdout.write(`${pages.size} pages in docs/provider\n`);
