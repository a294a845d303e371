/**
 * What our own code adds to a preview: the program of the stack `local` (access.yaml read, checked and compiled, three
 * plugins) against the same resources registered by a plain program with a plugin that only echoes. Both are up before,
 * and they take turns, so that whatever else the machine does falls on both.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { acmeSeed, administrator } from "../../toolchain/acme";
import { resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import { pulumi, type Engine } from "../../engine/engine";
import { makeProject } from "../../toolchain/project";
import type { Bench, BenchOptions, BenchResult } from "./bench";
import { plainResources } from "./resources";
import { median, rounded, table } from "./table";
import { measured, type Run } from "./usage";
import { always, inWorld, projectOf, withKeycloak } from "./worlds";
import { localStack } from "../../access/environment";

export const ratioBench: Bench = {
  name: "ratio",
  summary: "a preview of the stack `local` against the same resources in a plain program; starts a Keycloak",
  quick: false,
  run,
};

const rounds = 7;

async function run(options: BenchOptions): Promise<BenchResult> {
  const { progress, checkpoint } = options;
  const company = { seed: (administratorToken: string) => acmeSeed({ administratorToken }) };
  return withKeycloak(options, (toolchain) =>
    inWorld(toolchain, company, async (world, real) => {
      const plain = makeProject({
        toolchain,
        links: ["package.json", "tsconfig.json"],
        files: { "Pulumi.yaml": plainProject },
        credentials: { bitbucket: { email: administrator, apiToken: world.administratorToken } },
      });
      try {
        await progress.step("first up of the real program", () => pulumi(real, [...up, ...always]));
        checkpoint();
        const resources = plainResources(
          resourcesIn(await pulumi(real, ["stack", "export", "--stack", localStack])),
        );
        const file = join(plain.folder, "resources.json");
        writeFileSync(file, JSON.stringify(resources));
        const env = { ...plain.env, BITBUCKET_KEYCLOAK_BENCH_RESOURCES: file };
        const echo: Engine = { command: toolchain.pulumi, cwd: plain.folder, env };
        await pulumi(echo, ["stack", "init", localStack]);
        await progress.step("first up of the plain program", () => pulumi(echo, [...up, ...always]));

        const runs: { real: Run; plain: Run }[] = [];
        await progress.step("previews in turns", async (note) => {
          for (let round = 1; round <= rounds; round++) {
            checkpoint();
            note(`round ${round} of ${rounds}`);
            runs.push({ real: await preview(real), plain: await preview(echo) });
          }
        });
        return resultOf(resources.length, runs);
      } finally {
        plain.remove();
      }
    }),
  );
}

const up = ["up", "--yes", "--skip-preview"];

function preview(engine: Engine): Promise<Run> {
  return measured(engine, engine.cwd, ["preview", "--expect-no-changes", ...always]);
}

function resultOf(resources: number, runs: readonly { real: Run; plain: Run }[]): BenchResult {
  const middle = (of: (run: { real: Run; plain: Run }) => number) => rounded(median(runs.map(of)), 2);
  const figures = (which: "real" | "plain") => ({
    seconds: middle((run) => run[which].seconds),
    plugin: middle((run) => run[which].plugin.seconds),
    program: middle((run) => run[which].program.seconds),
    engine: middle((run) => run[which].engine?.seconds ?? NaN),
  });
  const [real, plain] = [figures("real"), figures("plain")];
  const ratio = rounded(real.seconds / plain.seconds, 2);
  const row = (title: string, one: typeof real) => [title, one.seconds, one.plugin, one.program, one.engine];
  const rows = [row("the stack `local`", real), row("plain, echoing", plain)];
  return {
    json: { ratio: { resources, rounds, ratio, local: real, plain } },
    text: `${table([`preview of ${resources} resources`, "seconds", "plugin s", "program s", "engine s"], rows)}

ratio ${ratio} (medians of ${rounds} rounds; of the plugins only those in Node are shown)`,
  };
}

const plainProject = projectOf("plain", "test/bench/echo/program/index.ts", {
  name: "echo",
  path: "test/bench/echo",
});
