/**
 * What the guardrails add to a preview: the stack `local` with Acme's access.yaml, with the pack and without it. It is up
 * before, and they take turns, so that whatever else the machine does falls on both.
 */
import { join } from "node:path";
import { acmeSeed } from "../../toolchain/acme";
import { resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import { pulumi, type Engine } from "../../engine/engine";
import { guarded } from "../../engine/guardrails";
import { rules } from "../../policy/rules";
import { root } from "../../toolchain/places";
import type { Bench, BenchOptions, BenchResult } from "./bench";
import { median, rounded, table } from "./table";
import { always, inWorld, withKeycloak } from "./worlds";
import { localStack, variable } from "../../access/environment";

export const policyBench: Bench = {
  name: "policy",
  summary: "what the guardrails add to a preview of the stack `local`; starts a Keycloak",
  quick: false,
  run,
};

const rounds = 7;

async function run(options: BenchOptions): Promise<BenchResult> {
  const { progress, checkpoint } = options;
  const company = { seed: (administratorToken: string) => acmeSeed({ administratorToken }) };
  return withKeycloak(options, (toolchain) =>
    inWorld(toolchain, company, async (_world, engine) => {
      await progress.step("first up", () => pulumi(engine, ["up", "--yes", "--skip-preview", ...always]));
      const exported = await pulumi(engine, ["stack", "export", "--stack", localStack]);
      const resources = resourcesIn(exported);
      const runs: { bare: number; pack: number; whole: number }[] = [];
      await progress.step("previews in turns", async (note) => {
        for (let round = 1; round <= rounds; round++) {
          checkpoint();
          note(`round ${round} of ${rounds}`);
          const bare = await seconds(() => preview(engine));
          // By hand, without the state from before; then as `npm run deploy` does.
          const evaluated = { ...engine, env: { ...engine.env, [variable.program]: engine.cwd } };
          const pack = await seconds(() => preview(evaluated, ["--policy-pack", join(root, "policy")]));
          const whole = await seconds(() => guarded(engine, exported, (at, more) => preview(at, more)));
          runs.push({ bare, pack, whole });
        }
      });
      return resultOf(resources.length, runs);
    }),
  );
}

function preview(engine: Engine, more: readonly string[] = []): Promise<string> {
  return pulumi(engine, ["preview", ...always, ...more]);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

function resultOf(
  resources: number,
  runs: readonly { bare: number; pack: number; whole: number }[],
): BenchResult {
  const middle = (which: "bare" | "pack" | "whole") => rounded(median(runs.map((one) => one[which])), 2);
  const [bare, pack, whole] = [middle("bare"), middle("pack"), middle("whole")];
  const rows = [
    ["without the guardrails", bare, ""],
    ["with --policy-pack policy", pack, rounded(pack - bare, 2)],
    ["as a deploy brings it", whole, rounded(whole - bare, 2)],
  ];
  return {
    json: { policy: { resources, rules: rules.length, rounds, bare, pack, whole } },
    text: `${table([`preview of ${resources} resources`, "seconds", "more"], rows)}

${rules.length} rules; medians of ${rounds} rounds`,
  };
}
