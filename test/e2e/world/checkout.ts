/**
 * A copy of this checkout that nobody else uses, with ports of its own: for what people run in theirs, since those
 * commands keep their servers, state and credentials in the checkout's folder.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../../toolchain/keycloak";
import { root, toolchainFolder } from "../../../toolchain/places";
import { ended, type Outcome } from ".";
import { below } from "./processes";

const left = new Set([".git", ".local", ".toolchain", "node_modules", "coverage"]);
/** What a person's environment has nothing of. */
const foreign = /^(PULUMI|KEYCLOAK|BITBUCKET|KC)_/;

export class Checkout {
  private constructor(
    readonly folder: string,
    readonly keycloakPort: number,
    readonly bitbucketPort: number,
  ) {}

  static async make(): Promise<Checkout> {
    checkPackages();
    // The folder has a blank in its name, as people's folders do.
    const folder = mkdtempSync(join(tmpdir(), "a checkout "));
    cpSync(root, folder, { recursive: true, filter: (source) => !left.has(basename(source)) });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const checkout = new Checkout(folder, await freePort(), await freePort());
    const file = join(folder, "stacks/Pulumi.local.yaml");
    const text = readFileSync(file, "utf8");
    writeFileSync(
      file,
      text.replaceAll(":8080", `:${checkout.keycloakPort}`).replaceAll(":7990", `:${checkout.bitbucketPort}`),
    );
    return checkout;
  }

  /** Runs what `npm run <args>` runs, to its end. */
  run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    return ended(this.start(args, env));
  }

  /** Starts it as a terminal would: the leader of a process group. */
  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
    return spawn(process.execPath, [join(this.folder, "toolchain/run.mjs"), ...args], {
      cwd: this.folder,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...Object.fromEntries(own),
        BITBUCKET_KEYCLOAK_TOOLCHAIN: toolchainFolder(process.env),
        BITBUCKET_KEYCLOAK_BUILD: process.env.BITBUCKET_KEYCLOAK_BUILD,
        ...env,
      },
    });
  }

  async remove(): Promise<void> {
    await this.run(["local", "reset"]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** @throws where the packages are not those of the lock: `npm ci` in a copy would empty the folder that it is linked to */
function checkPackages(): void {
  const contents = (file: string) => {
    const path = join(root, file);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  };
  const wanted = createHash("sha256").update(contents("package-lock.json")).digest("hex");
  if (contents("node_modules/.installed-from") === wanted) return;
  throw new Error(
    'node_modules is not what package-lock.json says: run "npm run local -- status", which installs it',
  );
}

/** Waits until a process has printed this. Asked for before the process had time to print anything. */
export function printed(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let all = "";
    const read = (bytes: Buffer): void => {
      all += bytes.toString();
      if (all.includes(text)) resolve();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("close", () => {
      reject(new Error(`ended without a word of "${text}":\n${all}`));
    });
  });
}

/** The id of the engine among the descendants of a process, once there is one. */
export async function engineOf({ pid = 0 }: ChildProcess): Promise<number> {
  for (let wait = 0; wait < 10_000; wait += 50) {
    const engine = below(pid).find(({ command }) => command === "pulumi");
    if (engine !== undefined) return engine.id;
    await sleep(50);
  }
  throw new Error(`process ${pid} runs no engine`);
}
