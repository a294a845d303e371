/**
 * How a Ctrl-C reaches a program that was started here, and reaches it once. Pulumi takes the first for "finish what
 * has begun, and write it down" and the second for "stop at once", which leaves resources that nobody knows of. But one
 * Ctrl-C can arrive many times: a terminal sends it to every process of the foreground group, and npm and this project's
 * own starter pass it on as well.
 *
 * So a program that reads from the terminal stays in the foreground group and hears from the terminal alone. Any other
 * gets a group of its own, which no terminal reaches, and hears from here: once for all signals that come together.
 */
import type { ChildProcess } from "node:child_process";

/** Signals within so many milliseconds are one: a person who presses twice takes longer to see that once is not enough. */
const together = 1000;

/** How to start a program that is interrupted by {@link passSignalsOn}: whether it gets a process group of its own. */
export function ownGroup(readsTerminal: boolean): { detached: boolean } {
  return { detached: !readsTerminal };
}

/**
 * Passes what this process is told to end by on to a program that has a group of its own, as an interrupt; where it
 * reads the terminal, an interrupt is left to that.
 *
 * @param told called when it was interrupted, with how often by now
 * @returns ends the passing on, when the program has ended
 */
export function passSignalsOn(
  child: ChildProcess,
  readsTerminal: boolean,
  told: (times: number) => void = () => undefined,
  now: () => number = Date.now,
): () => void {
  let last = -Infinity;
  let times = 0;
  const pass = (signal: NodeJS.Signals): void => {
    if (readsTerminal && signal === "SIGINT") return;
    if (now() - last < together) return;
    last = now();
    child.kill("SIGINT");
    told(++times);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, pass);
  return () => {
    for (const signal of signals) process.off(signal, pass);
  };
}
