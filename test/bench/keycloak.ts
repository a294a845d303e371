/**
 * What the Keycloak side of a company costs: the real program with its real plugins against a real Keycloak. 300 teams,
 * five levels deep, and 40 confidential clients: those that the pipelines of 20 repositories take turns with.
 */
import { resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import { pulumi } from "../../engine/engine";
import type { Bench, BenchOptions, BenchResult } from "./bench";
import { accessTextOfDirectory } from "./modelText";
import { bareSeed } from "./seed";
import { table } from "./table";
import { measured, type Run } from "./usage";
import { always, inWorld, withKeycloak, withoutCheckpoints } from "./worlds";
import { localStack } from "../../access/environment";

export const keycloakBench: Bench = {
  name: "keycloak",
  summary: "first up, unchanged up and one change of a realm of 300 teams and 40 clients; starts a Keycloak",
  quick: false,
  run,
};

const size = { people: 30, teams: 300, repositories: 20 };
const text = accessTextOfDirectory(size);
const slugs = Array.from({ length: size.repositories }, (_, one) => `p0-r${one}`);
const phases = {
  withoutCheckpoints: "first up, its state written once",
  firstUp: "first up",
  unchanged: "unchanged up",
  change: "up of one change",
} as const;
type Phase = keyof typeof phases;
const names = Object.keys(phases) as Phase[];

type Figures = Pick<Run, "seconds" | "plugin" | "program" | "engine" | "keycloak">;

async function run(options: BenchOptions): Promise<BenchResult> {
  const { progress, checkpoint } = options;
  const step = (phase: Phase, work: () => Promise<Run>): Promise<Run> => {
    checkpoint();
    return progress.step(phases[phase], work);
  };
  return withKeycloak(options, async (toolchain) => {
    const quick = await inWorld(toolchain, company, (_world, engine) =>
      step("withoutCheckpoints", () => {
        const env = { ...engine.env, ...withoutCheckpoints };
        return measured({ ...engine, env }, engine.cwd, up);
      }),
    );
    return inWorld(toolchain, company, async (world, engine) => {
      const run = () => measured(engine, engine.cwd, up);
      const firstUp = await step("firstUp", run);
      const unchanged = await step("unchanged", run);
      // One team gains one right.
      world.writeAccess(`${text}  - { team: team-9-4-b, can: [read], on: P0 }\n`);
      const change = await step("change", run);
      const exported = await pulumi(engine, ["stack", "export", "--stack", localStack]);
      const types = resourcesIn(exported).map(({ type }) => type);
      return resultOf({ withoutCheckpoints: quick, firstUp, unchanged, change }, types);
    });
  });
}

const company = {
  access: text,
  settings: { "bitbucket.governing": false, "keycloak.people": "external" },
  seed: (token: string) => bareSeed(token, { key: "P0", name: "Project 0" }, slugs),
};

const up = ["up", "--yes", "--skip-preview", ...always];

function resultOf(all: Record<Phase, Figures>, types: readonly string[]): BenchResult {
  const count = (type: string) => types.filter((one) => one === type).length;
  const counts = {
    resources: types.length,
    groups: count("keycloak:index/group:Group"),
    clients: count("keycloak:openid/client:Client"),
  };
  const rows = names.map((name) => {
    const { seconds, plugin, program, engine, keycloak } = all[name];
    return [phases[name], seconds, keycloak?.seconds, plugin.seconds, program.seconds, engine?.seconds];
  });
  const columns = ["seconds", "keycloak plugin s", "our plugins s", "program s", "engine s"];
  return {
    json: { keycloak: { ...counts, ...pick(all) } },
    text: `${table([`${counts.groups} groups, ${counts.clients} clients, ${counts.resources} resources`, ...columns], rows)}

seconds: by the clock; of the parts: processor time`,
  };
}

function pick(all: Record<Phase, Figures>): Record<string, Figures> {
  return Object.fromEntries(
    names.map((name) => {
      const { seconds, plugin, program, engine, keycloak } = all[name];
      return [name, { seconds, plugin, program, engine, keycloak }];
    }),
  );
}
