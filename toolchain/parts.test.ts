import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensurePart, withLock } from "./parts";
import { startOf } from "./processes";
import { Progress } from "./progress";

const quiet = new Progress({ write: () => undefined });
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "parts-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function part(make: (into: string) => Promise<void>) {
  return { folder: join(folder, "part-0123"), title: "a part", make };
}

test("a part is made once, and nothing else is left", async () => {
  const make = jest.fn((into: string) => writeFile(join(into, "file"), "made"));
  await ensurePart(part(make), quiet);
  await ensurePart(part(make), quiet);
  expect(make).toHaveBeenCalledTimes(1);
  expect(readdirSync(folder)).toEqual(["part-0123"]);
  expect(readFileSync(join(folder, "part-0123", "file"), "utf8")).toBe("made");
});

test("one that fails does not count, and is begun anew", async () => {
  const failing = async (into: string) => {
    await writeFile(join(into, "half"), "");
    throw new Error("the compiler says no");
  };
  await expect(ensurePart(part(failing), quiet)).rejects.toThrow("the compiler says no");
  await ensurePart(
    part((into) => writeFile(join(into, "file"), "made")),
    quiet,
  );
  expect(readdirSync(folder)).toEqual(["part-0123"]);
  expect(readdirSync(join(folder, "part-0123"))).toEqual(["file"]);
});

test("what an interrupted process left is removed", async () => {
  await mkdir(join(folder, "part-0123.partial-1"));
  await ensurePart(
    part(() => Promise.resolve()),
    quiet,
  );
  expect(readdirSync(folder)).toEqual(["part-0123"]);
});

test("two at once make it once", async () => {
  const make = jest.fn(() => sleep(50));
  await Promise.all([ensurePart(part(make), quiet), ensurePart(part(make), quiet)]);
  expect(make).toHaveBeenCalledTimes(1);
});

test("the lock of a dead process counts for nothing", async () => {
  const dead = spawnSync("true").pid;
  const lock = join(folder, "lock");
  writeFileSync(lock, JSON.stringify({ pid: dead, start: "1" }));
  expect(await withLock(lock, "waiting", quiet, () => Promise.resolve("mine"))).toBe("mine");
  expect(readdirSync(folder)).toEqual([]);
});

test("nor does one whose process id belongs to another process by now", async () => {
  const lock = join(folder, "lock");
  writeFileSync(lock, JSON.stringify({ pid: process.pid, start: `not ${startOf(process.pid)}` }));
  expect(await withLock(lock, "waiting", quiet, () => Promise.resolve("mine"))).toBe("mine");
});

test("the lock of a living process is waited for", async () => {
  const lock = join(folder, "lock");
  const order: string[] = [];
  await Promise.all([
    withLock(lock, "waiting", quiet, async () => {
      await sleep(50);
      order.push("first");
    }),
    sleep(10).then(() =>
      withLock(lock, "waiting", quiet, () => {
        order.push("second");
        return Promise.resolve();
      }),
    ),
  ]);
  expect(order).toEqual(["first", "second"]);
});
