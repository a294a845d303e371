/** What a phase has asked of Bitbucket, read from the emulator's log. */
import type { LogEntry } from "@bitbucket-keycloak/bitbucket-emulator";

export interface Requests {
  /** All of them but those below. */
  readonly requests: number;
  /** Requests for variables of an environment that was too new to have any. How often that is depends on Bitbucket. */
  readonly notReady: number;
  /** Those of `requests` that change something. */
  readonly writes: number;
  /** `requests` by the emulator's families of endpoints, the busiest first. */
  readonly families: Readonly<Record<string, number>>;
}

/** @throws if one of them was outside of Bitbucket's contract, or was refused */
export function countOf(entries: readonly LogEntry[]): Requests {
  const wrong = entries.find(
    (entry) => entry.strict !== undefined || (entry.status >= 400 && !isNotReady(entry)),
  );
  if (wrong !== undefined) {
    const why = wrong.strict === undefined ? "" : ` (${wrong.strict})`;
    throw new Error(
      `${wrong.method} ${wrong.path} answered ${wrong.status}${why}; figures of such a run mean nothing`,
    );
  }
  const counted = entries.filter((entry) => !isNotReady(entry));
  const families = new Map<string, number>();
  for (const { family = "unknown" } of counted) families.set(family, (families.get(family) ?? 0) + 1);
  return {
    requests: counted.length,
    notReady: entries.length - counted.length,
    writes: counted.filter(({ method }) => method !== "GET").length,
    families: Object.fromEntries([...families].sort(([, one], [, other]) => other - one)),
  };
}

/** Most not-ready answers that one environment gave. */
export function longestWait(entries: readonly LogEntry[]): number {
  const answers = new Map<string, number>();
  for (const { path } of entries.filter(isNotReady)) answers.set(path, (answers.get(path) ?? 0) + 1);
  return Math.max(0, ...answers.values());
}

function isNotReady({ method, path, status }: LogEntry): boolean {
  return (
    method === "GET" && status === 404 && /\/deployments_config\/environments\/[^/]+\/variables$/.test(path)
  );
}
