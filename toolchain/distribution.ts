/** The Keycloak distribution, from Maven Central. */
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { mavenEnvironment } from "./maven";
import type { Part } from "./parts";
import { keyOf } from "./places";
import { run } from "./processes";
import type { Builder } from "./programs";
import { versions } from "./versions";

/** Settings that Keycloak bakes in; without this step it does so at every start, for half a minute. */
export const keycloakBuild = ["build", "--db=dev-file"];

/** @param version of the server. Default: the one that this project runs */
export function keycloakPart(builder: Builder, version: string = versions.keycloak): Part {
  return {
    folder: join(builder.folder, `keycloak-${version}-${keyOf("distribution", ...keycloakBuild)}`),
    title: `Keycloak ${version}`,
    make: async (folder) => {
      await unpackKeycloak(builder, version, folder);
      await run(join(folder, "bin/kc.sh"), keycloakBuild, builder);
    },
  };
}

/** Fetches a distribution, and unpacks it into a folder that is there. */
export async function unpackKeycloak(
  { env, signal }: Builder,
  version: string,
  folder: string,
): Promise<void> {
  const artifact = `org.keycloak:keycloak-quarkus-dist:${version}:tar.gz`;
  const copy = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";
  const archive = join(folder, `keycloak-quarkus-dist-${version}.tar.gz`);
  await run(
    "mvn",
    ["--batch-mode", "--no-transfer-progress", copy, `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`],
    // Outside the checkout no pom.xml can interfere.
    { cwd: dirname(folder), env: mavenEnvironment(env), signal },
  );
  await run("tar", ["-xzf", archive, "-C", folder, "--strip-components=1"], { signal });
  await rm(archive);
}
