/** `npm run docs`: writes the page of all checks of `access.yaml`, `docs/reference/checks.md`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../toolchain/places";
import { checksPage } from "./checksPage";

const folder = join(root, "docs/reference");

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "checks.md"), checksPage());
process.stdout.write("docs/reference/checks.md\n");
