/** The figures of a run of the engine, and how they are shown. */
import type { Requests } from "./requests";
import { rounded, table } from "./table";
import type { Usage } from "./usage";

export interface PhaseFigures extends Requests {
  /** Most answers "not ready yet" that one new environment gave. */
  readonly longestWait: number;
  /** By the clock on the wall. */
  readonly seconds: number;
  /** Most memory that the plugin held. */
  readonly peakMiB: number;
  /** Processor time and memory of each part. */
  readonly plugin: Usage;
  readonly program: Usage;
  /** Absent where the system does not show it. */
  readonly engine?: Usage;
}

type Row = PhaseFigures & { readonly title: string };

export function phaseText(repositories: number, rows: readonly Row[]): string {
  const costs = table(
    [
      `${repositories} repositories`,
      "requests",
      "a repository",
      "seconds",
      "plugin s",
      "program s",
      "engine s",
      "plugin MiB",
      "program MiB",
      "engine MiB",
    ],
    rows.map(({ title, requests, seconds, plugin, program, engine }) => [
      title,
      requests,
      rounded(requests / repositories, 2),
      seconds,
      plugin.seconds,
      program.seconds,
      engine?.seconds,
      plugin.peakMiB,
      program.peakMiB,
      engine?.peakMiB,
    ]),
  );
  const families = [...new Set(rows.flatMap((row) => Object.keys(row.families)))];
  const asked = table(
    ["requests to", ...rows.map(({ title }) => title)],
    families.map((family) => [family, ...rows.map((row) => row.families[family] ?? 0)]),
  );
  const [first] = rows;
  const waits = `"not ready yet" of new environments, not counted above: ${first?.notReady ?? 0}, at most ${first?.longestWait ?? 0} of one`;
  return `${costs}\n\n${asked}\n\n${waits}\nseconds: by the clock; of plugin, program and engine: processor time`;
}
