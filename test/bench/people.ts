/**
 * What a company's people cost: the real program with its real plugins against a real Keycloak, which creates each person and
 * says who is in which team. Requests to Keycloak are exact and the same on every machine.
 */
import { pulumi } from "../../engine/engine";
import { Fronts, type Passing } from "../e2e/world/proxy";
import type { Bench, BenchOptions, BenchResult } from "./bench";
import { accessText, withLongNames } from "./modelText";
import { bareSeed } from "./seed";
import { rounded, table } from "./table";
import { always, inWorld, withKeycloak, withoutCheckpoints } from "./worlds";

export const peopleBench: Bench = {
  name: "people",
  summary: "first up and unchanged up of a realm with its people and their teams; starts a Keycloak",
  quick: false,
  run,
};

const repositories = 20;
const phases = {
  first: ["first up", []],
  unchanged: ["unchanged up", []],
  refreshed: ["unchanged up --refresh", ["--refresh"]],
} as const;
type Phase = keyof typeof phases;

interface Figures {
  readonly seconds: number;
  readonly requests: number;
  readonly writes: number;
  /** `requests` by what they ask for, the most frequent first. */
  readonly kinds: Readonly<Record<string, number>>;
}

async function run(options: BenchOptions): Promise<BenchResult> {
  const { people, progress, checkpoint } = options;
  const teams = teamsOf(people);
  const slugs = Array.from({ length: repositories }, (_, one) => `p0-r${one}`);
  const company = {
    access: withLongNames(accessText({ people, teams, repositories })),
    settings: { "bitbucket.governing": false },
    seed: (token: string) => bareSeed(token, { key: "P0", name: "Project 0" }, slugs),
  };
  const fronts = new Fronts();
  return withKeycloak(options, (toolchain) =>
    inWorld(toolchain, { ...company, front: fronts.front }, async (_, engine) => {
      const env = { ...engine.env, ...withoutCheckpoints };
      const measure = async (phase: Phase): Promise<Figures> => {
        checkpoint();
        const [title, flags] = phases[phase];
        fronts.forget();
        const since = performance.now();
        await progress.step(title, () => pulumi({ ...engine, env }, [...up, ...flags]));
        return figuresOf((performance.now() - since) / 1000, fronts.keycloak.passed);
      };
      const first = await measure("first");
      const unchanged = await measure("unchanged");
      return resultOf({ people, teams }, { first, unchanged, refreshed: await measure("refreshed") });
    }).finally(() => {
      fronts.close();
    }),
  );
}

/** As many that each has eight people or nine; ten under each root. */
const teamsOf = (people: number): number => Math.max(1, Math.round((people * 3) / 250)) * 10;

const up = ["up", "--yes", "--skip-preview", ...always];

function figuresOf(seconds: number, passed: readonly Passing[]): Figures {
  const kinds = new Map<string, number>();
  for (const { method, path } of passed) {
    const kind = `${method} ${path.replace(/^\/(admin\/)?realms\/[^/]+/, "").replace(/\/[^/]*\d[^/]*/g, "/*")}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return {
    seconds: rounded(seconds),
    requests: passed.length,
    writes: passed.filter(({ method }) => method !== "GET").length,
    kinds: Object.fromEntries([...kinds].sort(([, one], [, other]) => other - one)),
  };
}

function resultOf(size: { people: number; teams: number }, all: Record<Phase, Figures>): BenchResult {
  const rows = (Object.keys(phases) as Phase[]).map((phase) => {
    const { seconds, requests, writes } = all[phase];
    return [phases[phase][0], seconds, requests, writes];
  });
  const head = `${size.people.toLocaleString("en")} people, ${size.teams} teams, the state written once`;
  return {
    json: { people: { ...size, ...all } },
    text: table([head, "seconds", "to Keycloak", "of those, writes"], rows),
  };
}
