/**
 * The Keycloak extension on real servers, against the tokens that the emulator's steps get and those that an
 * attacker could make. Every refusal has to stand in the event log. `npm run test:exhaustive` runs it on every
 * version of Keycloak that there is a jar for.
 */
import { extensionServers } from "../../toolchain/extension";
import { versions } from "../../toolchain/versions";
import { branchesTests } from "./extension/branches";
import { consoleTests } from "./extension/console";
import { keysTests } from "./extension/keys";
import { refusalsTests } from "./extension/refusals";
import { readingsTests } from "./extension/readings";
import { scriptTests } from "./extension/script";
import { signsInTests } from "./extension/signsIn";
import { servicesTests } from "./extension/services";
import { setScene, type Scene } from "./extension/scene";

const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
const [seed = 1] = (process.env.BITBUCKET_KEYCLOAK_SEEDS ?? "1").split(" ").map(Number);
// A realm takes seconds to make where the machine has other things to do.
jest.setTimeout(120_000);

const servers = exhaustive ? extensionServers : [versions.keycloak];

describe.each(servers)("on Keycloak %s", (version) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await setScene(version);
  }, 400_000);
  afterAll(async () => {
    await scene.workspace.stop();
    await scene.server.stop();
  }, 60_000);
  beforeEach(async () => {
    await scene.realm.events();
  });

  describe("a step's own token", () => {
    signsInTests(() => scene);
  });

  describe("is refused, and logged:", () => {
    refusalsTests(() => scene);
  });

  describe("bound to a branch", () => {
    branchesTests(() => scene);
  });

  describe("the workspace's keys", () => {
    keysTests(() => scene);
  });

  describe("keycloak-token, in a step,", () => {
    scriptTests(() => scene);
  });

  describe("by another reading of Atlassian's documents", () => {
    readingsTests(() => scene, exhaustive, seed);
  });

  describe("the access token does what the guide's examples demand:", () => {
    servicesTests(() => scene);
  });

  describe("an administrator", () => {
    consoleTests(() => scene);
  });
});
