import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stateUrl } from "../../toolchain/backend";
import { Progress } from "../../toolchain/progress";
import { cli } from "../../toolchain/testing/cli";
import { isDeadLocked, releaseDeadLock } from "./lock";

// Where no CLI was installed or built yet, the end-to-end tests, which bring one, let engines die.
(cli === undefined ? describe.skip : describe)("a lock", () => {
  const folder = mkdtempSync(join(tmpdir(), "a lock "));
  const state = join(folder, "state");
  const locks = join(state, ".pulumi/locks/organization/bitbucket-keycloak/prod");
  const file = join(locks, "1.json");
  const engineAt = (backend: string) => ({
    command: cli ?? "",
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: backend,
      PULUMI_CONFIG_PASSPHRASE: "of a test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    },
  });
  const engine = engineAt(stateUrl(state));

  beforeAll(() => {
    mkdirSync(state);
    writeFileSync(join(folder, "Pulumi.yaml"), "name: bitbucket-keycloak\nruntime: nodejs\n");
    const { command, cwd, env } = engine;
    execFileSync(command, ["stack", "init", "prod"], { cwd, env, stdio: "ignore" });
    mkdirSync(locks, { recursive: true });
  });
  afterEach(() => {
    rmSync(file, { force: true });
    written.length = 0;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const since = "2026-12-01T14:44:43Z";
  const written: string[] = [];
  const progress = new Progress({ write: (text) => written.push(text) });
  const release = (patience = 1, stack = "prod", of = engine) =>
    releaseDeadLock(stack, of, { progress, patience });

  function lockedBy(pid: number, host = hostname()): void {
    const lock = { pid, hostname: host, username: "ana", timestamp: since };
    mkdirSync(locks, { recursive: true });
    writeFileSync(file, JSON.stringify(lock));
  }

  test("of a process that is gone is removed", async () => {
    const { pid } = spawnSync("true");
    lockedBy(pid);
    expect(await isDeadLocked("prod", engine)).toBe(true);
    expect(await release()).toEqual({
      released: `removed the lock of process ${pid} of ana on ${hostname()}, since ${since}, which is gone`,
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
      lockedBy(pid);
      await expect(release()).rejects.toThrow(
        `stack prod is locked by process ${pid} of ana on ${hostname()}, since ${since}, which is running: wait for it, and run this again`,
      );
      expect([existsSync(file), await isDeadLocked("prod", engine)]).toEqual([true, false]);
    });
  });

  /** What is said and done of the lock of an engine that ends, a little after `look`. */
  async function releasedAfter(look: () => void): Promise<unknown> {
    let waiting: Promise<unknown> | undefined;
    await running("pulumi", async (pid) => {
      lockedBy(pid);
      waiting = release(20_000);
      const whose = `process ${pid} of ana on ${hostname()}, since ${since}`;
      while (written.length === 0) await sleep(20);
      expect(written).toEqual([`waiting for ${whose}, which is running and locks stack prod …\n`]);
      look();
    });
    return waiting;
  }

  test("of an engine that ends soon is waited for, and whom for is said", async () => {
    const released = await releasedAfter(() => undefined);
    expect(released).toEqual({ released: expect.stringContaining("which is gone") as string });
    expect(existsSync(file)).toBe(false);
  });

  test("that an engine takes away at its end is none that was left", async () => {
    const taken = await releasedAfter(() => {
      rmSync(file);
    });
    expect(taken).toEqual({});
  });

  test("of a process whose id another program has taken is removed", async () => {
    await running("other", async (pid) => {
      lockedBy(pid);
      expect(await isDeadLocked("prod", engine)).toBe(true);
      await release();
      expect(existsSync(file)).toBe(false);
    });
  });

  test("of another machine stays", async () => {
    lockedBy(1, "elsewhere");
    await expect(release()).rejects.toThrow("only there can be seen whether it lives");
    expect(existsSync(file)).toBe(true);
  });

  test("that is not there is nothing to mend; the stack is what it was", async () => {
    expect(await release()).toEqual({});
    expect(await release(1, "other")).toEqual({});
    const { command, cwd, env } = engine;
    const stacks = execFileSync(command, ["stack", "ls", "--json"], { cwd, env, encoding: "utf8" });
    expect((JSON.parse(stacks) as { name: string }[]).map(({ name }) => name)).toEqual(["prod"]);
  });

  test("that cannot be looked at is said to be so", async () => {
    const { unseen } = await release(1, "prod", engineAt("file:///not/there"));
    expect(unseen).toMatch(
      /^not examined: the lock of stack prod \(.*\); if it is locked and nobody runs it, run "npm run pulumi -- cancel prod"$/,
    );
  });
});
