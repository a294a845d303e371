/**
 * The processes that the host has started. A program that outlived its engine would go on asking for
 * resources nobody records, so every end of the host, and every cancelled call, ends them.
 */
import { spawn } from "node:child_process";
import type { Command } from "./commands";

interface Ending {
  /** Exit code, or null after a signal. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly ended: Promise<Ending>;
  /** Asks the process to end, and ends it after two seconds. */
  readonly stop: () => void;
}

export class Children {
  private readonly running = new Set<() => void>();

  /**
   * Starts a command. Without `output` its streams are the host's own, which the engine shows.
   *
   * @param output receives what the command prints
   */
  start(
    command: Command,
    output?: { readonly stdout: (bytes: Buffer) => void; readonly stderr: (bytes: Buffer) => void },
  ): Child {
    const process = spawn(command.file, command.args, {
      cwd: command.cwd,
      env: command.env,
      stdio: output ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
    });
    if (output) {
      process.stdout?.on("data", output.stdout);
      process.stderr?.on("data", output.stderr);
    }
    const kill = (): void => {
      process.kill("SIGKILL");
    };
    this.running.add(kill);
    const ended = new Promise<Ending>((resolve, reject) => {
      process.once("error", reject);
      process.once("close", (code, signal) => {
        resolve({ code, signal });
      });
    }).finally(() => this.running.delete(kill));
    return {
      ended,
      stop: () => {
        process.kill("SIGTERM");
        setTimeout(kill, 2000).unref();
      },
    };
  }

  killAll(): void {
    for (const kill of this.running) kill();
  }
}
