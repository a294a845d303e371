/**
 * The versions that this project is built and tested with, and how two versions compare.
 */
import { version as keycloakPlugin } from "@pulumi/keycloak/package.json";
import { version as randomPlugin } from "@pulumi/random/package.json";

export const versions = {
  /** Pulumi CLI: the one that is built, and the oldest that is used from PATH. Pinned in toolchain/go/cli/go.mod. */
  pulumi: "3.259.0",
  /** Keycloak server. */
  keycloak: "26.7.3",
  /** Plugins pose as the versions that their SDKs ask for. */
  plugins: { keycloak: keycloakPlugin, random: randomPlugin },
  /** Oldest tools of the machine. Go fetches the exact compiler that go.mod names by itself. */
  go: "1.25",
  java: "17",
  maven: "3.6",
} as const;

/** The first version number in what a tool prints about itself, as `26.7.3`; undefined if there is none. */
export function versionIn(output: string): string | undefined {
  // Maven colours its name even in a pipe.
  // eslint-disable-next-line no-control-regex
  const plain = output.replaceAll(/\u001b\[[0-9;]*m/g, "");
  return /(?<![\w.])(?:go|v)?(\d+(?:\.\d+)*)/.exec(plain)?.[1];
}

/** Whether a version is this one or newer. Missing parts count as zero: `17` is at least `17.0.0`. */
export function atLeast(version: string, minimum: string): boolean {
  const found = version.split(".").map(Number);
  const wanted = minimum.split(".").map(Number);
  for (let part = 0; part < Math.max(found.length, wanted.length); part++) {
    const difference = (found[part] ?? 0) - (wanted[part] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
