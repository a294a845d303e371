import { startEmulator, type Emulator } from "@bitbucket-keycloak/bitbucket-emulator";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acmeSeed, administrator } from "../../toolchain/acme";
import { KeycloakAdmin } from "../../clients/keycloak";
import { root } from "../../toolchain/places";
import { carryOut, type Scene } from "./carryOut";
import type { Action } from "./step";
import { stepsAt } from "./steps";
import { systemsAt } from "./systems";

const people = ["ben", "ivo", "goran"].map((name) => `${name}@acme.example`);
const tokens = Object.fromEntries([administrator, ...people].map((email) => [email, `token-of-${email}`]));
const acme = readFileSync(join(root, "access.yaml"), "utf8");
const steps = stepsAt(new Date());
const actions = (name: string) => steps.find((step) => step.name === name)?.actions ?? [];
const [place, merge] = actions("request") as readonly [Action, Action];

let emulator: Emulator;
let scene: Scene;
let said: string[];

beforeEach(async () => {
  const seed = acmeSeed({ administratorToken: tokens[administrator] ?? "", tokens });
  emulator = await startEmulator({
    seed: {
      ...seed,
      groups: [{ name: "support", members: ["june@acme.example"] }],
      repositories: (seed.repositories ?? []).map((one) =>
        one.slug === "identity"
          ? {
              ...one,
              grants: { users: { [people[0] ?? ""]: "write", [people[1] ?? ""]: "read" }, groups: {} },
            }
          : { ...one, grants: { users: { "goran@acme.example": "read" }, groups: {} } },
      ),
    },
  });
  const folder = mkdtempSync(join(tmpdir(), "tour-"));
  writeFileSync(join(folder, "access.yaml"), acme);
  said = [];
  const keycloak = KeycloakAdmin.from("http://127.0.0.1:1", "none", {
    KEYCLOAK_USER: "a",
    KEYCLOAK_PASSWORD: "b",
  });
  const systems = systemsAt({ keycloak, url: emulator.url, workspace: "acme", administrator, tokens });
  scene = { systems: () => systems, folder, say: (text) => said.push(text) };
});

afterEach(async () => {
  const strict = emulator.log.strict();
  await emulator.close();
  rmSync(scene.folder, { recursive: true });
  expect(strict).toEqual([]);
});

const kept = async () =>
  (await scene.systems().as(administrator, "GET", "identity/src/main/access.yaml")).text;

test("access.yaml comes into its repository by a pull request that one approves and another merges", async () => {
  await carryOut(place, scene);
  await carryOut(merge, scene);

  expect(said).toEqual([
    "pull request opened: access.yaml as in the checkout",
    'pull request 1, "access.yaml as in the checkout": approved by ivo, merged by ben',
  ]);
  expect(await kept()).toBe(acme);
});

test("what was interrupted goes on: done a second time, it opens and merges nothing more", async () => {
  for (const action of [place, place, merge, merge, place]) await carryOut(action, scene);

  expect(said).toEqual([
    "pull request opened: access.yaml as in the checkout",
    'pull request 1, "access.yaml as in the checkout": approved by ivo, merged by ben',
    "main says so already",
  ]);
});

test("what is merged is what the checkout has afterwards", async () => {
  const [propose] = actions("rotate") as readonly [Action];
  for (const action of [place, merge, propose, merge]) await carryOut(action, scene);

  const written = readFileSync(join(scene.folder, "access.yaml"), "utf8");
  expect(written).toBe(acme.replace("runbooks: {}", "runbooks: { deploys: [dev], credential: rotated }"));
  expect(await kept()).toBe(written);
  expect(readFileSync(join(scene.folder, ".local/access.yaml.before-tour"), "utf8")).toBe(acme);
});

test("a file that is not the sample company's is left alone", async () => {
  writeFileSync(join(scene.folder, "access.yaml"), "company: Other\n");
  const [propose] = actions("rotate") as readonly [Action];

  await expect(carryOut(propose, scene)).rejects.toThrow(
    'access.yaml: found no "runbooks: {}"; the tour goes by the file that came with this program',
  );
});

test("somebody who may only read is refused, and the tour says what Bitbucket said", async () => {
  const [refused] = actions("wall") as readonly [Action];
  await carryOut(refused, scene);
  expect(said).toEqual([expect.stringMatching(/^Bitbucket answers 403: /)]);

  const allowed = actions("approve").find(({ kind }) => kind === "ask") as Action;
  await expect(carryOut(allowed, scene)).rejects.toThrow(
    "goran starts a build of payments-api: found 403; expected 201",
  );
});

test("a right by hand is given, and seen where the tour looks", async () => {
  const [byHand, , , see] = actions("drift") as readonly [Action, Action, Action, Action];
  await carryOut(see, scene);
  await carryOut(byHand, scene);
  await carryOut(see, scene);

  expect(said).toEqual(["Bitbucket: none", "Bitbucket answers 200", "Bitbucket: write"]);
  expect(await scene.systems().members("support")).toEqual(["June Park"]);
  expect(await scene.systems().variables("shop-web", "dev")).toEqual([]);
});
