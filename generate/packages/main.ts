/** `npm run pack`: the packages for other programs, as tarballs in `.local/packages` or the folder that is named. */
import { print } from "@bitbucket-keycloak/output";
import { relative, resolve } from "node:path";
import { root } from "../../toolchain/places";
import { pack } from "./pack";
import { packages } from "./packages";

async function main(): Promise<void> {
  const into = resolve(process.argv[2] ?? `${root}/.local/packages`);
  for (const files of Object.values(packages)) print(relative(process.cwd(), await pack(files(), into)));
}

void main();
