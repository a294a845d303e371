/**
 * Nobody notices a rotation: steps that began before it go on with what they were given, and steps that begin at any
 * moment find something that works; also while runs are killed, Bitbucket has had enough, and Keycloak is away.
 *
 * A few rotations are made here; ten, two of them with a Keycloak that starts again, by `npm run test:exhaustive`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { recover } from "../../commands/recover/recover";
import { freePort, startKeycloak, type RunningKeycloak } from "../../toolchain/keycloak";
import { Progress } from "../../toolchain/progress";
import { ended } from "./world";
import { day, RotationWorld } from "./world/rotation";
import { sharedVariable, sharedWorld } from "./world/shared";

const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
jest.setTimeout(exhaustive ? 3_600_000 : 400_000);

type Trouble = "nothing" | "killed" | "too many requests" | "keycloak restarts";
const troubles: readonly Trouble[] = exhaustive
  ? [
      "nothing",
      "killed",
      "too many requests",
      "keycloak restarts",
      "killed",
      "nothing",
      "too many requests",
      "keycloak restarts",
      "killed",
      "nothing",
    ]
  : ["killed", "too many requests"];

let world: RotationWorld;
const counts = { asked: 0, refused: 0, unreachable: 0, killed: 0 };
/** How long the last run took that came to its end, in milliseconds. */
let took = 0;
const refusals: string[] = [];
let working = true;

/** A server that the test may stop. */
class OwnKeycloak {
  private server: RunningKeycloak | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), "keycloak "));
  private readonly admin = { user: "admin", password: "of-this-test-alone-1" };
  private port = 0;

  async start(): Promise<void> {
    const shared = sharedWorld();
    const distribution = shared.toolchain.keycloak ?? "";
    this.port ||= await freePort();
    this.server = await startKeycloak({
      distribution,
      folder: this.folder,
      port: this.port,
      admin: this.admin,
    });
    process.env[sharedVariable] = JSON.stringify({
      ...shared,
      keycloak: { url: this.server.url, ...this.admin },
    });
  }

  async restart(): Promise<void> {
    await this.server?.stop();
    await this.start();
  }

  async remove(): Promise<void> {
    await this.server?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

let own: OwnKeycloak | undefined;

beforeAll(async () => {
  if (exhaustive) {
    own = new OwnKeycloak();
    await own.start();
  }
  world = await RotationWorld.start();
  await world.upAt(0);
  // One that changes nothing takes no longer than a rotation: who is killed within that time is killed on the way.
  await run(1);
});

afterAll(async () => {
  await world.stop();
  await own?.remove();
});

test(`no step is refused through ${troubles.length} rotations`, async () => {
  let holds = world.published();
  const workers = [work("a step that began before", () => holds), work("a step that begins now", published)];
  for (const [index, trouble] of troubles.entries()) {
    const before = world.published();
    await rotation((index + 1) * 31 * day, trouble);
    expect(world.published()).not.toBe(before);
    // Whoever began before the rotation has come to his end by the next one.
    holds = world.published();
  }
  working = false;
  await Promise.all(workers);
  console.info(
    `${troubles.length} rotations, ${counts.killed} of them killed on the way: ${counts.asked} token requests, ${counts.refused} refused; ${counts.unreachable} unanswered, and asked again`,
  );
  expect(counts.killed).toBe(troubles.filter((trouble) => trouble === "killed").length);
  expect(refusals).toEqual([]);
  expect(counts.asked).toBeGreaterThan(200);
});

function published(): string {
  return world.published();
}

/** Asks for a token twenty times a second. */
async function work(who: string, credentialOf: () => string): Promise<void> {
  while (working) {
    await sleep(50);
    const credential = credentialOf();
    const status = await world.tokenOf(credential).catch(() => 0);
    counts.asked += 1;
    if (status === 400 || status === 401) {
      counts.refused += 1;
      refusals.push(`${who}, on day ${world.day}: ${status} for ${credential.split(":")[0] ?? ""}`);
    } else if (status !== 200) counts.unreachable += 1;
  }
}

async function rotation(at: number, trouble: Trouble): Promise<void> {
  world.setDay(at);
  if (trouble === "killed") {
    const engine = world.world.start("up", "--stack", "local", "--yes", "--skip-preview");
    const outcome = ended(engine);
    // At a point of its way that chance chooses.
    await sleep(took * (0.15 + Math.random() * 0.6));
    engine.kill("SIGKILL");
    if ((await outcome).code === -1) counts.killed += 1;
  }
  if (trouble === "too many requests") {
    const { faults } = world.world.emulator;
    faults.add({ status: 429, times: 3 });
  }
  const away = trouble === "keycloak restarts" ? own?.restart() : undefined;
  // A run that met a server which was away fails, and is made again.
  const first = away && (await world.tryAt(at));
  await away;
  if (trouble === "killed" || (first !== undefined && first.code !== 0))
    await recover("local", world.engine, new Progress({ write: () => undefined }));
  await run(at);
}

async function run(at: number): Promise<void> {
  const began = Date.now();
  await world.upAt(at);
  took = Date.now() - began;
}
