import { mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensurePart, isMade } from "./parts";
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
  expect(readdirSync(join(folder, "part-0123"))).toEqual([".files.json", "file"]);
});

test("one that fails leaves nothing", async () => {
  await expect(
    ensurePart(
      part(() => Promise.reject(new Error("no"))),
      quiet,
    ),
  ).rejects.toThrow("no");
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  [
    "lost a file",
    (made: string) => {
      rmSync(join(made, "deep/file"));
    },
  ],
  [
    "has one that was cut",
    (made: string) => {
      truncateSync(join(made, "deep/file"), 1);
    },
  ],
  [
    "lost its list",
    (made: string) => {
      rmSync(join(made, ".files.json"));
    },
  ],
])("one that %s is made anew", async (_what, spoil) => {
  const make = jest.fn(async (into: string) => {
    await mkdir(join(into, "deep"));
    await writeFile(join(into, "deep/file"), "made");
  });
  await ensurePart(part(make), quiet);
  expect(isMade(part(make))).toBe(true);
  spoil(join(folder, "part-0123"));
  expect(isMade(part(make))).toBe(false);
  await ensurePart(part(make), quiet);
  expect(make).toHaveBeenCalledTimes(2);
  expect(readFileSync(join(folder, "part-0123/deep/file"), "utf8")).toBe("made");
  expect(readdirSync(folder)).toEqual(["part-0123"]);
});

test("a folder that cannot be made is named, with what to set", async () => {
  const nowhere = { ...part(() => Promise.resolve()), folder: "/dev/null/cache/part-0123" };
  await expect(ensurePart(nowhere, quiet)).rejects.toThrow(
    /^\/dev\/null\/cache, where the toolchain is kept, cannot be made \(.*\); set XDG_CACHE_HOME or BITBUCKET_KEYCLOAK_TOOLCHAIN to a folder that you may write to$/,
  );
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
