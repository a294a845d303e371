/** The processes that a test has started, by who started whom. */
import { execFileSync } from "node:child_process";
import { basename } from "node:path";

export interface Process {
  readonly id: number;
  readonly parent: number;
  /** Name of its program. */
  readonly command: string;
  readonly args: string;
}

/** Whatever this process has started, directly or not; nearest first. */
export function below(parent: number): Process[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  const all = table
    .trim()
    .split("\n")
    .map((line) => {
      const [, id, ppid, args = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return { id: Number(id), parent: Number(ppid), command: basename(args.split(" ")[0] ?? ""), args };
    });
  const children = (of: number): Process[] => all.filter((one) => one.parent === of);
  const found = children(parent);
  for (const one of found) found.push(...children(one.id));
  return found;
}

/** Ends these processes at once, those that live. */
export function kill(ids: readonly number[]): void {
  for (const id of ids) {
    try {
      process.kill(id, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}
