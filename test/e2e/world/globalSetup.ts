/**
 * One Keycloak for all end-to-end tests; each has a realm of its own. Where {@link sharedVariable} is set already, the
 * server that it names is used and left running: several runs of tests then share it.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureToolchain } from "../../../toolchain/build";
import { freePort, startKeycloak } from "../../../toolchain/keycloak";
import { observed } from "../../refusals/record";
import { shared, sharedVariable, type Shared } from "./shared";

export default async function globalSetup(): Promise<void> {
  if (process.env[sharedVariable] !== undefined) return;
  const toolchain = await ensureToolchain({ keycloak: "plain" });
  const folder = mkdtempSync(join(tmpdir(), "bitbucket-keycloak-e2e-"));
  const admin = { user: "admin", password: randomBytes(24).toString("base64url") };
  const { keycloak: distribution = "" } = toolchain;
  const server = await startKeycloak({ distribution, folder, port: await freePort(), admin, busy: true });
  const all: Shared = { toolchain, keycloak: { url: await observed(server.url), ...admin } };
  process.env[sharedVariable] = JSON.stringify(all);
  shared.stop = async () => {
    Reflect.deleteProperty(process.env, sharedVariable);
    delete shared.stop;
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
