/** Patterns of `access.yaml`, asked of the emulator over HTTP by the command that users run. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAccess } from "../../access";
import { startEmulator, type Emulator } from "@bitbucket-keycloak/bitbucket-emulator";
import { acmeSeed, administrator } from "../../toolchain/acme";
import { resolvePatternsOf } from "./command";
import { root } from "../../toolchain/places";
import { Progress } from "../../toolchain/progress";

const token = "an-administrator-of-this-test";
const quiet = new Progress({ write: () => true });
const lockFile = "access.lock.yaml";
let emulator: Emulator;
let folder: string;
let text: string;

beforeAll(async () => {
  emulator = await startEmulator({ seed: acmeSeed({ administratorToken: token }) });
  folder = mkdtempSync(join(tmpdir(), "resolve-"));
  mkdirSync(join(folder, "stacks"));
  const stack = readFileSync(join(root, "stacks/Pulumi.dev.yaml"), "utf8");
  const local = stack.replace("https://api.bitbucket.org", emulator.url);
  writeFileSync(join(folder, "stacks/Pulumi.dev.yaml"), local);
  text = readFileSync(join(root, "test/fixtures/acme.yaml"), "utf8").replace(
    "      payments-docs: {}",
    '      "payments-*": {}\n      "*": {}',
  );
  writeFileSync(join(folder, "access.yaml"), text);
});

afterAll(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true });
});

const run = (check = false) => {
  const env = {
    BITBUCKET_EMAIL: administrator,
    BITBUCKET_API_TOKEN: token,
    BITBUCKET_REQUEST_JOURNAL: join(folder, "journal"),
  };
  return resolvePatternsOf("dev", env, check, folder, quiet);
};
const lock = () => readFileSync(join(folder, lockFile), "utf8");

test("asked once for each list, nothing written by a check, and the second time unchanged", async () => {
  expect(await run(true)).toBe(true);
  expect(lock).toThrow("ENOENT");
  expect(await run()).toBe(true);
  expect(await run()).toBe(false);
  expect(lock()).toContain("PAY/payments-*:\n");
  expect(new Set(emulator.log.since(0).map(({ method }) => method))).toEqual(new Set(["GET"]));
  const access = readAccess(text, "access.yaml", undefined, { text: lock(), file: lockFile });
  if (!access.ok) throw new Error(JSON.stringify(access.problems));
  expect(access.model.repositories.map(({ slug }) => slug).slice(0, 4)).toEqual([
    "payments-api",
    "payments-ledger",
    "payments-web",
    "payments-docs",
  ]);
});
