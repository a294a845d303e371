/**
 * A Pulumi project in a folder of its own, with a state of its own: for runs of the real engine that must leave
 * nothing behind.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Toolchain } from "./build";
import { pulumiEnvironment, type LocalCredentials } from "./environment";
import { root } from "./places";
import { localStack, variable } from "../access/environment";

export interface ProjectOptions {
  readonly toolchain: Toolchain;
  /** Files and folders of the checkout that it sees, besides `node_modules`. */
  readonly links: readonly string[];
  /** Its own files, text by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly credentials: LocalCredentials;
}

export interface Project {
  readonly folder: string;
  /** For its stack `local`, which no `stack init` has made yet. */
  readonly env: NodeJS.ProcessEnv;
  /** Takes the folder away. */
  remove(): void;
}

/** Makes the folder below the system's own for temporary files; `remove` is for the caller to call. */
export function makeProject({ toolchain, links, files, credentials }: ProjectOptions): Project {
  // The folder has a blank in its name, as people's folders do.
  const folder = mkdtempSync(join(tmpdir(), "bitbucket keycloak "));
  for (const name of ["node_modules", ...links]) symlinkSync(join(root, name), join(folder, name));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const backend = join(folder, "state");
  mkdirSync(backend);
  const env = pulumiEnvironment(
    toolchain,
    { stack: localStack, backend, credentials },
    // Its Keycloak is the one of the credentials, whichever one the shell names.
    { ...process.env, [variable.keycloakUrl]: undefined },
  );
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, env, remove };
}
