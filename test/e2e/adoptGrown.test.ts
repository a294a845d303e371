/**
 * A company that nobody tidied up is adopted, up to the proof: real engine, real Keycloak, the emulated workspace. Nothing is
 * written in either system, nothing that was found would change, nobody would gain and nobody would lose.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { propose } from "../../access/adopt/propose/propose";
import { lookAt } from "../../clients/look/found";
import { Records } from "../../clients/look/records";
import { prove } from "../../commands/adopt/prove/prove";
import { proofText } from "../../commands/adopt/prove/text";
import { take } from "../../commands/adopt/take/take";
import { targetOf, Tree } from "../../access/tree";
import { readStack } from "../../checkout/stack";
import type { Engine } from "../../engine/engine";
import { administratorScopes } from "../../toolchain/acme";
import { importRealm } from "../grown/keycloak";
import { sizes } from "../grown/size";
import { grownWorld } from "../grown/world";
import { administrator, World } from "./world";
import { authorizationOf, sharedWorld } from "./world/shared";

jest.setTimeout(600_000);

const isExhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
const size = isExhaustive ? sizes.large : sizes.small;
const seeds = grownWorld(size, 1).seed;

let world: World;
let engine: Engine;
let folder: string;

beforeAll(async () => {
  world = await World.start({
    access: "",
    settings: { "keycloak.people": "external", "rotation.runner": "none", "bitbucket.workspace": "grown" },
    seed: (token) => ({
      ...seeds,
      accounts: [
        {
          name: "Administrator",
          email: administrator,
          tokens: [{ token, scopes: [...administratorScopes] }],
        },
        ...(seeds.accounts ?? []),
      ],
      administrators: [administrator, ...(seeds.administrators ?? [])],
    }),
  });
  const { realm } = grownWorld(size, 1, world.realm);
  const events = { adminEventsEnabled: true, adminEventsDetailsEnabled: true };
  await importRealm(
    world.keycloakUrl,
    { ...realm, ...events },
    await authorizationOf(sharedWorld().keycloak),
  );
  await world.keycloak("DELETE", `/${world.realm}/admin-events`);
  world.observeRealm();
  engine = { command: sharedWorld().toolchain.pulumi, cwd: world.folder, env: world.envOf("program") };
  folder = mkdtempSync(join(tmpdir(), "looks-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.stop();
});

const subject = () => ({
  bitbucket: { url: world.emulator.url, workspace: "grown" },
  keycloak: { url: world.keycloakUrl, realm: world.realm },
});

test("look, propose, take, prove", async () => {
  world.emulator.log.clear();
  const { found } = await lookAt(Records.open(folder, subject()), world.env);
  expect(found.unread).toEqual([]);
  world.writeAccess(propose(found, { environment: "dev", plan: "premium" }).text);
  await expect(prove("local", engine, found)).rejects.toThrow("has nothing that was taken");
  const asked = world.emulator.log.since().length;
  await take("local", engine, found);
  const proof = await prove("local", engine, found);
  const { plan, rights, verdict } = proof;
  expect([plan.changed, plan.others, rights.differences, rights.unread]).toEqual([[], [], [], []]);
  expect(verdict).toBe("proved");
  expect(plan.taken).toBeGreaterThan(size.repositories);
  expect(rights.compared).toBeGreaterThan(size.repositories);
  if (isExhaustive) console.log(proofText(proof));
  // Nobody was asked again, and nothing was written.
  expect(world.emulator.log.since().length).toBe(asked);
  expect(world.emulator.log.since().filter(({ method }) => method !== "GET")).toEqual([]);
  expect((await world.keycloak("GET", `/${world.realm}/admin-events?max=1000`)).json).toEqual([]);
});

test("a right that somebody gives by hand after the look is named by the next, with whose it is", async () => {
  const { found: before } = await lookAt(Records.open(folder, subject()), world.env);
  const { model } = readStack(world.folder, "local", world.env);
  const tree = new Tree(model);
  const isOwned = (place: string) => !tree.observes(place, "permissions");
  const reads = ({ permission }: { readonly permission: string }) => permission === "read";
  const repository = before.workspace.repositories.find(
    (one) => isOwned(one.project) && isOwned(targetOf(one)) && one.effective?.some(reads),
  );
  const reader = repository?.effective?.find(reads);
  const path = `/2.0/repositories/grown/${repository?.slug ?? ""}/permissions-config/users/${encodeURIComponent(reader?.user ?? "")}`;
  expect((await world.bitbucket("PUT", path, { permission: "admin" })).status).toBe(200);
  const { found } = await lookAt(
    Records.open(folder, subject(), { anew: true, now: () => Date.now() + 1_000 }),
    world.env,
  );
  const { verdict, rights } = await prove("local", engine, found);
  expect(verdict).toBe("not proved");
  expect(rights.differences).toMatchObject([{ account: reader?.user, now: "admin", then: "read" }]);
});
