import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

/** A CLI that exports this, and refuses whoever needs a lock that this process holds, where one does. */
function engineWith(state: object, holder?: number): Engine {
  const command = join(folder, "pulumi");
  const refusal =
    holder === undefined
      ? "error: a stack named prod already exists"
      : `error: the stack is currently locked by 1 lock(s).\n  file:///1.json: created by ana@${hostname()} (pid ${holder}) at noon`;
  writeFileSync(
    command,
    `#!/bin/sh\nif [ "$2" = rename ]; then echo '${refusal}' >&2; exit 1; fi\necho '${JSON.stringify(state)}'\n`,
  );
  chmodSync(command, 0o755);
  return { command, cwd: folder, env: { PATH: process.env.PATH } };
}

const clean = { deployment: { resources: [] } };
const died = { deployment: { pending_operations: [{ type: "deleting", resource: {} }] } };

test("a dead run's lock is for recover, not for cancel", async () => {
  const { pid } = spawnSync("true");
  expect(await adviceAfterFailure("prod", engineWith(clean, pid))).toBe(
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
