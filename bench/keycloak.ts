/**
 * What the Keycloak side of a company costs: the real program with its real plugins against a real Keycloak. 300 teams,
 * five levels deep, and 40 confidential clients: those that the pipelines of 20 repositories take turns with.
 */
import { pulumi, type Engine } from "../operations/engine";
import globalSetup from "../test/e2e/world/globalSetup";
import { shared } from "../test/e2e/world/shared";
import { World } from "../test/e2e/world";
import { localStack } from "../toolchain/environment";
import type { Bench, BenchOptions, BenchResult } from "./bench";
import { accessText } from "./modelText";
import { bareSeed } from "./seed";
import { table } from "./table";
import { measured, type Run } from "./usage";

export const keycloakBench: Bench = {
  name: "keycloak",
  summary: "first up, unchanged up and one change of a realm of 300 teams and 40 clients; starts a Keycloak",
  quick: false,
  run,
};

const size = { people: 30, teams: 300, repositories: 20 };
/** Keycloak takes no user name of two letters. */
const text = accessText(size).replace(/\bp(\d+)\b(?!-)/g, "person-$1");
const slugs = Array.from({ length: size.repositories }, (_, one) => `p0-r${one}`);
const phases = {
  withoutCheckpoints: "first up, its state written once",
  firstUp: "first up",
  unchanged: "unchanged up",
  change: "up of one change",
} as const;
type Phase = keyof typeof phases;
const names = Object.keys(phases) as Phase[];
/** What shows how much of a first up is the writing of checkpoints; nobody should work without them. */
const withoutCheckpoints = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

type Figures = Pick<Run, "seconds" | "plugin" | "program" | "engine" | "keycloak">;

async function run({ progress, toolchain: find, checkpoint }: BenchOptions): Promise<BenchResult> {
  const toolchain = await find({ keycloak: true });
  await progress.step("starting Keycloak", () => globalSetup());
  try {
    checkpoint();
    const all: Partial<Record<Phase, Figures>> = {
      withoutCheckpoints: await progress.step(phases.withoutCheckpoints, async () => {
        const other = await start();
        try {
          const env = { ...other.env, ...withoutCheckpoints };
          return await measured({ command: toolchain.pulumi, cwd: other.folder, env }, other.folder, up);
        } finally {
          await other.stop();
        }
      }),
    };
    const world = await start();
    try {
      const engine: Engine = { command: toolchain.pulumi, cwd: world.folder, env: world.env };
      for (const phase of names) {
        if (phase === "withoutCheckpoints") continue;
        checkpoint();
        // One team gains one right.
        if (phase === "change") world.writeAccess(`${text}  - { team: team-9-4-b, can: [read], on: P0 }\n`);
        all[phase] = await progress.step(phases[phase], () => measured(engine, world.folder, up));
      }
      const exported = await pulumi(engine, ["stack", "export", "--stack", localStack]);
      const { resources } = (JSON.parse(exported) as { deployment: { resources: { type: string }[] } })
        .deployment;
      return resultOf(
        all as Record<Phase, Figures>,
        resources.map(({ type }) => type),
      );
    } finally {
      await world.stop();
    }
  } finally {
    await shared.stop?.();
  }
}

function start(): Promise<World> {
  return World.start({
    access: text,
    dials: { "bitbucket.governing": false },
    seed: (token) => bareSeed(token, { key: "P0", name: "Project 0" }, slugs),
  });
}

const up = [
  "up",
  "--yes",
  "--skip-preview",
  "--stack",
  localStack,
  "--non-interactive",
  "--suppress-progress",
];

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
