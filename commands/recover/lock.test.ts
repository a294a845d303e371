import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { isDeadLocked, releaseDeadLock } from "./lock";

describe("a lock", () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "a lock "));
    const locks = join(folder, "state/.pulumi/locks/organization/bitbucket-keycloak/prod");
    mkdirSync(locks, { recursive: true });
    file = join(locks, "1.json");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function lockedBy(pid: number, host: string): void {
    writeFileSync(file, JSON.stringify({ pid, hostname: host, username: "ana", timestamp: "noon" }));
  }

  test("of a process that is gone is removed", async () => {
    const { pid } = spawnSync("true");
    lockedBy(pid, hostname());
    expect(await releaseDeadLock("prod", "file://./state", folder)).toEqual({
      released: `removed the lock of process ${pid} of ana on ${hostname()}, since noon, which is gone`,
    });
    expect(existsSync(file)).toBe(false);
  });

  /** A process of this name runs while `look` does. */
  async function running(name: string, look: (pid: number) => Promise<void>): Promise<void> {
    writeFileSync(join(folder, name), "#!/bin/sh\necho ready\nread line\n", { mode: 0o755 });
    const child = spawn(join(folder, name));
    const ended = once(child, "close");
    await once(child.stdout, "data");
    try {
      await look(child.pid ?? 0);
    } finally {
      child.stdin.end("\n");
      await ended;
    }
  }

  test("of an engine that is running stays", async () => {
    await running("pulumi", async (pid) => {
      lockedBy(pid, hostname());
      await expect(releaseDeadLock("prod", "file://./state", folder)).rejects.toThrow(
        `stack prod is locked by process ${pid} of ana on ${hostname()}, since noon, which is running: wait for it`,
      );
      expect([existsSync(file), await isDeadLocked("prod", "file://./state", folder)]).toEqual([true, false]);
    });
  });

  test("of a process whose id another program has taken is removed", async () => {
    await running("other", async (pid) => {
      lockedBy(pid, hostname());
      expect(await isDeadLocked("prod", "file://./state", folder)).toBe(true);
      await releaseDeadLock("prod", "file://./state", folder);
      expect(existsSync(file)).toBe(false);
    });
  });

  test("of another machine stays", async () => {
    lockedBy(1, "elsewhere");
    await expect(releaseDeadLock("prod", "file://./state", folder)).rejects.toThrow(
      "only there can be seen whether it lives",
    );
    expect(existsSync(file)).toBe(true);
  });

  test("that is not there is nothing to mend", async () => {
    expect(await releaseDeadLock("prod", "file://./other", folder)).toEqual({});
  });

  test("that cannot be looked at is said to be so", async () => {
    expect(await releaseDeadLock("prod", "s3://acme?region=x", folder)).toEqual({
      unseen:
        'not examined: locks of s3://acme, which do not say whose they are; if stack prod is locked and nobody runs it, run "npm run pulumi -- cancel prod"',
    });
  });
});
