/**
 * The passwords and tokens of the servers on this machine: made once, random, in a file that only its owner reads.
 */
import { randomBytes } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Model, Settings } from "../../access";
import { administrator, bot } from "../../toolchain/acme";
import {
  localCredentialsFile,
  readLocalCredentials,
  type LocalCredentials,
} from "../../toolchain/environment";
import { givenKeycloak } from "../../toolchain/keycloak";

/**
 * What is there, or new ones. None for a Keycloak that `KEYCLOAK_URL` names: its credentials come by the environment.
 */
export async function ensureCredentials(
  settings: Settings,
  model: Model,
  env: NodeJS.ProcessEnv,
): Promise<LocalCredentials> {
  const known = readLocalCredentials();
  const people = [...model.people.map(({ email }) => email), bot];
  const own = { user: "admin", password: secret(), ...known?.keycloak, url: settings.keycloak.url };
  const keycloak = givenKeycloak(env) ? known?.keycloak : own;
  const credentials: LocalCredentials = {
    ...(keycloak && { keycloak }),
    bitbucket: { email: administrator, apiToken: known?.bitbucket.apiToken ?? secret() },
    ...(known?.credential && { credential: known.credential }),
    people: Object.fromEntries(people.map((email) => [email, known?.people?.[email] ?? secret()])),
  };
  await saveCredentials(credentials);
  return credentials;
}

/** In one piece, or not at all. */
export async function saveCredentials(credentials: LocalCredentials): Promise<void> {
  await mkdir(dirname(localCredentialsFile), { recursive: true });
  const written = `${localCredentialsFile}.new`;
  await writeFile(written, `${JSON.stringify(credentials, undefined, 2)}\n`, { mode: 0o600 });
  await rename(written, localCredentialsFile);
}

/** 192 bits that need no quoting anywhere. */
function secret(): string {
  return randomBytes(24).toString("base64url");
}
