import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { cached, removeCached, size, sizeOf } from "./cache";
import { startOf } from "./processes";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cache-"));
  for (const name of [
    "programs-0123456789ab",
    "keycloak-26.7.3-456789abcdef",
    "programs-0123456789ab.partial-2-broken",
    "programs-89abcdef0123.partial-1",
    "mine",
    "keycloak-26.7.3",
    "keycloak-config-cli",
  ]) {
    mkdirSync(join(folder, name, "bin"), { recursive: true });
    writeFileSync(join(folder, name, "bin/file"), "x".repeat(1000));
  }
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const lock = (name: string) => {
  const owner = { host: hostname(), pid: process.pid, start: startOf(process.pid) };
  writeFileSync(join(folder, name), JSON.stringify(owner));
};

test("parts, and what interrupted builds left, are listed with their space; other files are not ours", async () => {
  const parts = await cached(folder);
  expect(parts.map((part) => [basename(part.folder), part.bytes])).toEqual([
    ["keycloak-26.7.3-456789abcdef", 1000],
    ["programs-0123456789ab", 1000],
    ["programs-0123456789ab.partial-2-broken", 1000],
    ["programs-89abcdef0123.partial-1", 1000],
  ]);
  expect(await cached(join(folder, "nowhere"))).toEqual([]);
  await removeCached(parts);
  expect(readdirSync(folder).sort()).toEqual(["keycloak-26.7.3", "keycloak-config-cli", "mine"]);
});

test("while one is being made nothing is removed", async () => {
  lock("programs-89abcdef0123.lock");
  const busy = join(folder, "programs-89abcdef0123.partial-1");
  await expect(removeCached(await cached(folder))).rejects.toThrow(
    `${busy}: being made by another process; nothing was removed. Wait until it has ended`,
  );
  expect(readdirSync(folder)).toHaveLength(8);
});

test.each([
  [0, "0 MB"],
  [849_600_000, "850 MB"],
  [1_230_000_000, "1.2 GB"],
])("%j bytes are %s", (bytes, words) => {
  expect([
    size(bytes),
    sizeOf([
      { folder, bytes: bytes - 1 },
      { folder, bytes: 1 },
    ]),
  ]).toEqual([words, words]);
});
