/**
 * The whole chain on each minor version of Keycloak from 26.4 on that Maven Central has, by `npm run test:exhaustive`: brought
 * up, verified, rotated, somebody off-boarded, and unchanged by another run each time. The table is in docs/guide/doctor.md.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { momentVariable } from "../../checkout/moment";
import { offboard } from "../../commands/offboard/offboard";
import { rotate } from "../../commands/rotate/rotate";
import { verify } from "../../commands/verify/verify";
import { acmeSeed } from "../../toolchain/acme";
import { keycloakPart } from "../../toolchain/distribution";
import { freePort, startKeycloak, type RunningKeycloak } from "../../toolchain/keycloak";
import { ensurePart } from "../../toolchain/parts";
import { root, toolchainFolder } from "../../toolchain/places";
import { Progress } from "../../toolchain/progress";
import { World } from "./world";
import { sharedWorld } from "./world/shared";

jest.setTimeout(600_000);

/** The newest of each that is there. All other tests run on 26.7. */
const versions = ["26.4.7", "26.5.6", "26.6.4"];
const whereAsked = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1" ? describe : describe.skip;

whereAsked.each(versions)("on Keycloak %s", (version) => {
  const admin = { user: "admin", password: randomBytes(24).toString("base64url") };
  let folder: string;
  let server: RunningKeycloak;
  let world: World;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "keycloak-versions-"));
    const { signal } = new AbortController();
    const part = keycloakPart({ folder: toolchainFolder(process.env), env: process.env, signal }, version);
    await ensurePart(part, new Progress());
    server = await startKeycloak({ distribution: part.folder, folder, port: await freePort(), admin });
    const acme = readFileSync(join(root, "test/fixtures/acme.yaml"), "utf8");
    world = await World.start({
      access: acme.replace(
        /( {2}release-bot:\n)/,
        `$1    jwks: "https://release-bot.acme.example/jwks.json"\n`,
      ),
      seed: (administratorToken) => acmeSeed({ administratorToken }),
      settings: { "lifetimes.accessToken": "6 seconds" },
      keycloak: { url: server.url, ...admin },
    });
  });

  afterAll(async () => {
    await world.stop();
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const unchanged = () => world.up("--expect-no-changes");
  const isVerified = async () => {
    const { checks, passed } = await verify("local", world.env, {}, world.folder);
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(passed).toBe(34);
  };

  test("a first up, and a second that changes nothing, also where it reads everything again", async () => {
    await world.up();
    await unchanged();
    await world.up("--refresh", "--expect-no-changes");
  });

  test("everything that verify tries holds", isVerified);

  test("what is due rotates, and all holds again", async () => {
    world.env[momentVariable] = new Date(Date.now() + 32 * 86_400_000).toISOString();
    const engine = { command: sharedWorld().toolchain.pulumi, env: world.env, cwd: world.folder };
    const { rotated, due } = await rotate("local", engine, {}, new Progress({ write: () => undefined }));
    expect(rotated).not.toEqual([]);
    expect(due).toEqual([]);
    await unchanged();
    await isVerified();
  });

  test("somebody who was off-boarded stays so", async () => {
    const { taken } = await offboard("dora", "local", world.envOf("offboard"), {}, world.folder);
    expect(taken.filter(({ system, ok }) => system === "Keycloak" && !ok)).toEqual([]);
    const isEnabled = async () => {
      const { json } = await world.keycloak("GET", `/${world.realm}/users?username=dora&exact=true`);
      return (json as { enabled: boolean }[]).map(({ enabled }) => enabled);
    };
    expect(await isEnabled()).toEqual([false]);
    await world.up("--refresh");
    expect(await isEnabled()).toEqual([false]);
  });
});
