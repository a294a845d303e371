/**
 * What a workspace costs: the real engine and the real plugin against the emulator, over HTTP, through the four runs
 * that people wait for. Requests are exact and the same on every machine; seconds are this machine's, now.
 */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startEmulator, type Emulator } from "@bitbucket-keycloak/bitbucket-emulator";
import { administrator } from "../../toolchain/acme";
import { pulumi, type Engine } from "../../engine/engine";
import { makeProject } from "../../toolchain/project";
import type { Bench, BenchOptions, BenchResult } from "./bench";
import { type Company, companyOf, seedOf, withOneChange } from "./company";
import { type PhaseFigures, phaseText } from "./phases";
import { countOf, longestWait } from "./requests";
import { measured } from "./usage";
import { always, projectOf } from "./worlds";
import { localStack } from "../../access/environment";

export const bitbucketBench: Bench = {
  name: "bitbucket",
  summary: "first up, preview, refresh and one change of a workspace of --repos repositories",
  quick: true,
  run,
};

/** By the name that `--json` gives it, in the order in which they run. */
const phases = {
  firstUp: { title: "first up", args: ["up", "--yes", "--skip-preview"] },
  preview: { title: "preview", args: ["preview"] },
  refresh: { title: "refresh", args: ["refresh", "--yes", "--skip-preview"] },
  change: { title: "up of one change", args: ["up", "--yes", "--skip-preview"] },
} as const;
type Phase = keyof typeof phases;
const names = Object.keys(phases) as Phase[];

async function run(options: BenchOptions): Promise<BenchResult> {
  const { repositories, checkpoint } = options;
  const toolchain = await options.toolchain({ keycloak: "none" });
  const administratorToken = randomBytes(24).toString("base64url");
  const seed = seedOf(repositories, administratorToken);
  const emulator = await startEmulator({ seed, logEntries: 100 * (repositories + 1) });
  const project = makeProject({
    toolchain,
    links: ["packages", "package.json", "tsconfig.json"],
    files: { "Pulumi.yaml": projectFile },
    credentials: { bitbucket: { email: administrator, apiToken: administratorToken } },
  });
  try {
    const file = join(project.folder, "company.json");
    const declare = (company: Company): void => {
      writeFileSync(file, JSON.stringify(company));
    };
    const env = { ...project.env, BITBUCKET_KEYCLOAK_BENCH_COMPANY: file };
    const engine: Engine = { command: toolchain.pulumi, cwd: project.folder, env };
    const company = companyOf(repositories, emulator.url);
    declare(company);
    await pulumi(engine, ["stack", "init", localStack]);

    const figures = new Map<Phase, PhaseFigures>();
    for (const name of names) {
      checkpoint();
      if (name === "change") declare(withOneChange(company));
      figures.set(name, await phase(name, engine, emulator, options));
    }
    const all = Object.fromEntries(figures) as Record<Phase, PhaseFigures>;
    const rows = names.map((name) => ({ title: phases[name].title, ...all[name] }));
    return { json: { repositories, ...all }, text: phaseText(repositories, rows) };
  } finally {
    await emulator.close();
    project.remove();
  }
}

async function phase(
  name: Phase,
  engine: Engine,
  { log }: Emulator,
  { repositories, progress }: BenchOptions,
): Promise<PhaseFigures> {
  const { title, args } = phases[name];
  log.clear();
  return progress.step(`${title} of ${repositories} repositories`, async (note) => {
    const counting = setInterval(() => {
      note(`${log.since().length} requests`);
    }, 1000);
    try {
      const {
        seconds,
        plugin,
        program,
        engine: own,
      } = await measured(engine, engine.cwd, [...args, ...always]);
      const entries = log.since();
      return {
        ...countOf(entries),
        longestWait: longestWait(entries),
        seconds,
        peakMiB: plugin.peakMiB,
        plugin,
        program,
        ...(own && { engine: own }),
      };
    } finally {
      clearInterval(counting);
    }
  });
}

const projectFile = projectOf("bench", "test/bench/program/index.ts", {
  name: "bitbucket",
  path: "packages/bitbucket",
});
