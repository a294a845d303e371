/**
 * The events of an `up` that people watch: Pulumi shows its own display and, told to by a flag that it hides, writes the
 * events into a file. Only its owner may read that, and it goes with the run; it holds no more than what `up --json`
 * prints (docs/adr/0006-debug-log.md).
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Events, type Halfway } from "../../engine/events";

interface EventLog {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Of the run, once it has failed. */
  readonly halfway: () => Halfway | undefined;
  readonly remove: () => void;
}

/** @returns undefined for any other command than `up`, and where whoever runs it wants the events */
export function eventLogOf([name = "", ...args]: readonly string[]): EventLog | undefined {
  if (!["up", "update"].includes(name) || args.some((arg) => arg.startsWith("--event-log"))) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "bitbucket-keycloak-events-"));
  const file = join(folder, "events.jsonl");
  return {
    args: [name, "--event-log", file, ...args],
    // Without it Pulumi does not know the flag.
    env: { PULUMI_DEBUG_COMMANDS: "true" },
    halfway: () => {
      const events = new Events(() => undefined);
      if (existsSync(file)) for (const line of readFileSync(file, "utf8").split("\n")) events.read(line);
      return events.halfway;
    },
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
