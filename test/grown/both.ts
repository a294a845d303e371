/** Both systems of a grown world, to look at: the emulated workspace, and what reads of the realm's admin API. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator, type Emulator, type EmulatorOptions } from "@bitbucket-keycloak/bitbucket-emulator";
import type { Subject } from "../../clients/look/records";
import { serveRealm, type GrownKeycloak } from "./keycloak";
import type { GrownWorld } from "./world";

export interface Both {
  readonly emulator: Emulator;
  readonly keycloak: GrownKeycloak;
  readonly subject: Subject;
  /** Credentials of an administrator of either. */
  readonly env: NodeJS.ProcessEnv;
  /** An empty folder for looks. */
  readonly folder: () => string;
  close(): Promise<void>;
}

export async function startBoth(
  { seed, realm, administrator }: GrownWorld,
  options: EmulatorOptions = {},
): Promise<Both> {
  const emulator = await startEmulator({ seed, logEntries: 1_000_000, ...options });
  const keycloak = await serveRealm(realm);
  const folders: string[] = [];
  return {
    emulator,
    keycloak,
    subject: {
      bitbucket: { url: emulator.url, workspace: seed.workspace.slug },
      keycloak: { url: keycloak.url, realm: realm.realm },
    },
    env: {
      BITBUCKET_EMAIL: administrator.email,
      BITBUCKET_API_TOKEN: administrator.token,
      KEYCLOAK_CLIENT_ID: "deploy",
      KEYCLOAK_CLIENT_SECRET: "client-secret-0123456789",
    },
    folder: () => {
      const made = mkdtempSync(join(tmpdir(), "look-"));
      folders.push(made);
      return made;
    },
    close: async () => {
      for (const made of folders) rmSync(made, { recursive: true, force: true });
      await keycloak.close();
      await emulator.close();
    },
  };
}
