import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Progress } from "../../toolchain/progress";
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

  const written: string[] = [];
  const progress = new Progress({ write: (text) => written.push(text) });
  const release = (stack: string, backend: string, patience = 1) =>
    releaseDeadLock(stack, backend, folder, { progress, patience });

  function lockedBy(pid: number, host: string): void {
    writeFileSync(file, JSON.stringify({ pid, hostname: host, username: "ana", timestamp: "noon" }));
  }

  test("of a process that is gone is removed", async () => {
    const { pid } = spawnSync("true");
    lockedBy(pid, hostname());
    expect(await release("prod", "file://./state")).toEqual({
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
      await expect(release("prod", "file://./state")).rejects.toThrow(
        `stack prod is locked by process ${pid} of ana on ${hostname()}, since noon, which is running: wait for it, and run this again`,
      );
      expect([existsSync(file), await isDeadLocked("prod", "file://./state", folder)]).toEqual([true, false]);
    });
  });

  test("of an engine that ends soon is waited for, and whom for is said", async () => {
    let waiting: Promise<unknown> | undefined;
    written.length = 0;
    await running("pulumi", async (pid) => {
      lockedBy(pid, hostname());
      waiting = release("prod", "file://./state", 20_000);
      const whose = `process ${pid} of ana on ${hostname()}, since noon`;
      await sleep(300);
      expect(written).toEqual([`waiting for ${whose}, which is running and locks stack prod …\n`]);
    });
    expect(await waiting).toEqual({ released: expect.stringContaining("which is gone") as string });
    expect(existsSync(file)).toBe(false);
  });

  test("that an engine takes away at its end is none that was left", async () => {
    let waiting: Promise<unknown> | undefined;
    await running("pulumi", async (pid) => {
      lockedBy(pid, hostname());
      waiting = release("prod", "file://./state", 20_000);
      await sleep(300);
      rmSync(file);
    });
    expect(await waiting).toEqual({});
  });

  test("of a process whose id another program has taken is removed", async () => {
    await running("other", async (pid) => {
      lockedBy(pid, hostname());
      expect(await isDeadLocked("prod", "file://./state", folder)).toBe(true);
      await release("prod", "file://./state");
      expect(existsSync(file)).toBe(false);
    });
  });

  test("of another machine stays", async () => {
    lockedBy(1, "elsewhere");
    await expect(release("prod", "file://./state")).rejects.toThrow(
      "only there can be seen whether it lives",
    );
    expect(existsSync(file)).toBe(true);
  });

  test("that is not there is nothing to mend", async () => {
    expect(await release("prod", "file://./other")).toEqual({});
  });

  test("that cannot be looked at is said to be so", async () => {
    expect(await release("prod", "s3://acme?region=x")).toEqual({
      unseen:
        'not examined: locks of s3://acme, which do not say whose they are; if stack prod is locked and nobody runs it, run "npm run pulumi -- cancel prod"',
    });
  });
});
