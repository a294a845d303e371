import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { adviceAfterFailure } from "./advice";
import type { Engine } from "../../engine/engine";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "advice-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A CLI that exports this. */
function engineWith(state: object): Engine {
  const command = join(folder, "pulumi");
  writeFileSync(command, `#!/bin/sh\necho '${JSON.stringify(state)}'\n`);
  chmodSync(command, 0o755);
  return { command, cwd: folder, env: { PATH: process.env.PATH, PULUMI_BACKEND_URL: "file://./state" } };
}

function lockedBy(pid: number): void {
  const locks = join(folder, "state/.pulumi/locks/organization/bitbucket-keycloak/prod");
  mkdirSync(locks, { recursive: true });
  const lock = { pid, hostname: hostname(), username: "ana", timestamp: "noon" };
  writeFileSync(join(locks, "1.json"), JSON.stringify(lock));
}

const clean = { deployment: { resources: [] } };
const died = { deployment: { pending_operations: [{ type: "deleting", resource: {} }] } };

test("a dead run's lock is for recover, not for cancel", async () => {
  lockedBy(spawnSync("true").pid);
  expect(await adviceAfterFailure("prod", engineWith(clean))).toBe(
    'stack prod is locked by a run that died: run "npm run recover -- prod", which mends it, then this again',
  );
});

test("so is what a dead run was doing", async () => {
  expect(await adviceAfterFailure("prod", engineWith(died))).toBe(
    'a run of stack prod died before it could record what it did: run "npm run recover -- prod", which mends it, then this again',
  );
});

test("so is a state that is out of order", async () => {
  const [early, late] = ["a", "b"].map((name) => ({
    urn: `urn:pulumi:prod::p::x:y:Z::${name}`,
    type: "x:y:Z",
  }));
  const resources = [{ ...early, dependencies: [late?.urn] }, late];
  expect(await adviceAfterFailure("prod", engineWith({ deployment: { resources } }))).toBe(
    'the state of stack prod is out of order: run "npm run recover -- prod", which mends it, then this again',
  );
});

test("any other failure is Pulumi's to explain", async () => {
  expect(await adviceAfterFailure("prod", engineWith(clean))).toBeUndefined();
  expect(await adviceAfterFailure(undefined, engineWith(died))).toBeUndefined();
});
