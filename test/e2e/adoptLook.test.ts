/**
 * A look at a company that nobody tidied up, as people run it: a process in a checkout, a real Keycloak, the emulated workspace. It
 * finds what there is, writes nothing in either system, and goes on where it was killed.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startEmulator, type Emulator } from "@bitbucket-keycloak/bitbucket-emulator";
import type { Found } from "../../access/adopt/found";
import { expectedRealm, expectedWorkspace, realmOf, workspaceOf } from "../grown/expected";
import { importRealm } from "../grown/keycloak";
import { secretMark } from "../grown/realm";
import { sizes } from "../grown/size";
import { valueMark } from "../grown/workspace";
import { grownWorld } from "../grown/world";
import { ended, withSettings } from "./world";
import { Checkout } from "./world/checkout";
import { authorizationOf, sharedWorld } from "./world/shared";

jest.setTimeout(300_000);

const realm = `grown-${randomBytes(4).toString("hex")}`;
const grown = grownWorld(sizes.small, 1, realm);
let emulator: Emulator;
let checkout: Checkout;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  const { keycloak } = sharedWorld();
  emulator = await startEmulator({ seed: grown.seed });
  checkout = await Checkout.make();
  await importRealm(
    keycloak.url,
    { ...grown.realm, ...events },
    await authorizationOf(sharedWorld().keycloak),
  );
  await admin("POST", "/authentication/flows/browser/copy", { newName: "browser of before" });
  await admin("DELETE", "/admin-events");
  const stacks = join(checkout.folder, "stacks");
  const local = readFileSync(join(stacks, "Pulumi.local.yaml"), "utf8");
  rmSync(stacks, { recursive: true });
  mkdirSync(stacks);
  const settings = {
    "keycloak.url": keycloak.url,
    "keycloak.realm": realm,
    "bitbucket.url": emulator.url,
    "bitbucket.workspace": "grown",
    "signIn.url": emulator.url,
  };
  writeFileSync(join(stacks, "Pulumi.main.yaml"), withSettings(local, settings));
  // Nobody who begins has one.
  rmSync(join(checkout.folder, "access.yaml"), { force: true });
  mkdirSync(join(checkout.folder, "state"));
  env = {
    PULUMI_BACKEND_URL: `file://${join(checkout.folder, "state")}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "local",
    KEYCLOAK_USER: keycloak.user,
    KEYCLOAK_PASSWORD: keycloak.password,
    BITBUCKET_EMAIL: grown.administrator.email,
    BITBUCKET_API_TOKEN: grown.administrator.token,
  };
});

afterAll(async () => {
  await admin("DELETE", "");
  await checkout.remove();
  await emulator.close();
});

const events = { adminEventsEnabled: true, adminEventsDetailsEnabled: true };

async function admin(method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${sharedWorld().keycloak.url}/admin/realms/${realm}${path}`, {
    method,
    headers: {
      authorization: await authorizationOf(sharedWorld().keycloak),
      "content-type": "application/json",
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return text === "" ? undefined : JSON.parse(text);
}

const folder = () => join(checkout.folder, ".local/adopt/main");
const forget = () => {
  rmSync(folder(), { recursive: true, force: true });
  emulator.log.clear();
};
const file = () => join(folder(), readdirSync(folder())[0] ?? "");
const linesOf = () =>
  readFileSync(file(), "utf8")
    .split("\n")
    .slice(1)
    .filter((line) => line !== "");
const asked = () => emulator.log.since().map(({ path, query }) => `${path}?${query}`);
/** Numbers of answers to be killed after; BITBUCKET_KEYCLOAK_EXHAUSTIVE=1 tries more. */
const deaths = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1" ? [1, 5, 12, 25, 40, 60, 90, 120] : [3, 60];

let whole: Found;

test("what stands in both systems is found; nothing is written in either, and no secret is kept", async () => {
  const { code, stdout, text } = await checkout.run(["adopt", "look", "main", "--details", "--json"], env);
  expect([text, code]).toEqual([expect.any(String), 0]);
  const { found, verdict } = JSON.parse(stdout) as { found: Found; verdict: string };
  whole = found;
  expect(verdict).toBe("whole");
  expect(workspaceOf(found)).toEqual(await expectedWorkspace(emulator));
  expect(realmOf(found)).toEqual(expectedRealm(grown));
  expect(found.realm.flows).toEqual(["browser of before"]);
  expect(new Set(emulator.log.since().map(({ method }) => method))).toEqual(new Set(["GET"]));
  expect(await admin("GET", "/admin-events?max=1000")).toEqual([]);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  const kept = readFileSync(file(), "utf8") + text;
  const { password } = sharedWorld().keycloak;
  for (const mark of [valueMark, secretMark, grown.administrator.token, password])
    expect(kept).not.toContain(mark);
});

test("run again, it asks nobody, and says in figures what was found", async () => {
  emulator.log.clear();
  const { code, stdout } = await checkout.run(["adopt", "look", "main", "--details"], env);
  expect(code).toBe(0);
  expect(emulator.log.since()).toEqual([]);
  expect(stdout).toContain("workspace grown: 2 projects, 6 repositories, 7 groups,");
  expect(stdout).toContain("next: npm run adopt -- propose main");
});

test.each(deaths)(
  "killed after %d answers, it goes on: nothing that was answered is asked again",
  async (answers) => {
    forget();
    const words = ["adopt", "look", "main", "--details"];
    const child = checkout.start(words, env);
    const gone = ended(child);
    while (child.exitCode === null && linesSoFar() < answers) await sleep(1);
    process.kill(-(child.pid ?? 0), "SIGKILL");
    await gone;
    const answered = linesSoFar();
    expect(answered).toBeGreaterThanOrEqual(answers);
    const { code, stdout } = await checkout.run([...words, "--json"], env);
    expect(code).toBe(0);
    const { found } = JSON.parse(stdout) as { found: Found };
    expect({ ...found, at: "" }).toEqual({ ...whole, at: "" });
    // One was under way when it died: its answer came to nobody.
    const again = asked().length - new Set(asked()).size;
    expect(again).toBeLessThanOrEqual(1);
  },
);

function linesSoFar(): number {
  try {
    return linesOf().length;
  } catch {
    return 0;
  }
}
