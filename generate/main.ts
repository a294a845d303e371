/** `npm run docs`: writes every page and schema that is generated, and takes away what is no longer. */
import { print } from "@bitbucket-keycloak/output";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../toolchain/places";
import { generated, generatedFolders } from "./generated";

const files = generated();

for (const folder of generatedFolders) {
  mkdirSync(join(root, folder), { recursive: true });
  for (const name of readdirSync(join(root, folder)))
    if (!files.has(`${folder}/${name}`)) rmSync(join(root, folder, name));
}
for (const [file, text] of files) {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}
print(`${files.size} files written`);
