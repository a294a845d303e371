import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isLocked, withLock } from "./lock";
import { startOf } from "./processes";
import { Progress } from "./progress";

const quiet = new Progress({ write: () => undefined });
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "lock-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("the lock of a dead process counts for nothing", async () => {
  const dead = spawnSync("true").pid;
  const lock = join(folder, "lock");
  writeFileSync(lock, JSON.stringify({ host: hostname(), pid: dead, start: "1" }));
  expect(await withLock({ file: lock, waiting: "waiting" }, quiet, () => Promise.resolve("mine"))).toBe(
    "mine",
  );
  expect(readdirSync(folder)).toEqual([]);
});

test("nor does one whose process id belongs to another process by now", async () => {
  const lock = join(folder, "lock");
  writeFileSync(
    lock,
    JSON.stringify({ host: hostname(), pid: process.pid, start: `not ${startOf(process.pid)}` }),
  );
  expect(await withLock({ file: lock, waiting: "waiting" }, quiet, () => Promise.resolve("mine"))).toBe(
    "mine",
  );
});

test("the lock of a living process is waited for", async () => {
  const lock = join(folder, "lock");
  const order: string[] = [];
  await Promise.all([
    withLock({ file: lock, waiting: "waiting" }, quiet, async () => {
      await sleep(50);
      order.push("first");
    }),
    sleep(10).then(() =>
      withLock({ file: lock, waiting: "waiting" }, quiet, () => {
        order.push("second");
        return Promise.resolve();
      }),
    ),
  ]);
  expect(order).toEqual(["first", "second"]);
});

test("of an owner on another machine only its signs of life count", async () => {
  const lock = join(folder, "lock");
  writeFileSync(lock, JSON.stringify({ host: `not ${hostname()}`, pid: process.pid, start: "1" }));
  expect(await isLocked(lock)).toBe(true);
  const then = new Date(Date.now() - 91_000);
  utimesSync(lock, then, then);
  expect(await isLocked(lock)).toBe(false);
});

test("waiting ends with its signal, and leaves the lock to its owner", async () => {
  const lock = join(folder, "lock");
  const owner = JSON.stringify({ host: hostname(), pid: process.pid, start: startOf(process.pid) });
  writeFileSync(lock, owner);
  const signal = AbortSignal.timeout(50);
  const work = jest.fn();
  await expect(withLock({ file: lock, waiting: "waiting", signal }, quiet, work)).rejects.toThrow("aborted");
  expect(work).not.toHaveBeenCalled();
  expect(readFileSync(lock, "utf8")).toBe(owner);
});
