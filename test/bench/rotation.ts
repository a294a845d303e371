/**
 * What it costs that the credentials of a whole fleet rotate: the real command with the real engine, Keycloak and plugins.
 * Requests are counted where they pass, and are the same on every machine; seconds are this machine's, now.
 */
import type { Engine } from "../../engine/engine";
import type { Report } from "../../engine/rotations/report";
import { rotate } from "../../commands/rotate/rotate";
import { momentVariable } from "../../checkout/moment";
import { World } from "../e2e/world";
import { Fronts, type Proxy } from "../e2e/world/proxy";
import type { Bench, BenchOptions, BenchResult } from "./bench";
import { countOf } from "./requests";
import { bareSeed } from "./seed";
import { rounded, table } from "./table";
import { withKeycloak, withoutCheckpoints } from "./worlds";
import { localStack } from "../../access/environment";

export const rotationBench: Bench = {
  name: "rotation",
  summary:
    "a night on which the credentials of --repos environments rotate, and one without; starts a Keycloak",
  quick: false,
  run,
};

interface Night {
  readonly rotated: number;
  readonly seconds: number;
  /** To Bitbucket. */
  readonly requests: number;
  readonly writes: number;
  /** To Keycloak, sign-ins and token requests among them. */
  readonly keycloak: number;
}

/** Days after the first run; a credential lasts 30. */
const nights = { everything: 31, nothing: 32 } as const;

async function run(options: BenchOptions): Promise<BenchResult> {
  const { repositories, progress, checkpoint } = options;
  return withKeycloak(options, async ({ pulumi: command }) => {
    const fronts = new Fronts();
    const world = await fleet(repositories, fronts);
    try {
      await progress.step(`bringing up ${repositories} environments`, () => bringUp(world));
      checkpoint();
      const engine: Engine = { command, cwd: world.folder, env: world.env };
      const all = await night(nights.everything, world, fronts.keycloak, engine, options);
      checkpoint();
      const none = await night(nights.nothing, world, fronts.keycloak, engine, options);
      return resultOf(repositories, all, none);
    } finally {
      await world.stop();
      fronts.close();
    }
  });
}

/** As many repositories, each with one environment and a credential that rotates. */
async function fleet(repositories: number, { front }: Fronts): Promise<World> {
  const names = Array.from({ length: repositories }, (_, one) => `service-${one + 1}`);
  return World.start({
    access: accessText(names),
    settings: { "bitbucket.governing": false },
    seed: (token) => bareSeed(token, { key: "ALL", name: "All" }, names),
    front,
  });
}

function accessText(repositories: readonly string[]): string {
  return `company: Fleet
owners: [ana, ben]
environments:
  dev: { type: test }
people:
  ana: { name: Ana Arendt, email: ana@fleet.example }
  ben: { name: Ben Bohl, email: ben@fleet.example }
teams:
  makers: { owner: ana, members: [ana, ben] }
projects:
  ALL:
    name: All
    owner: makers
    repositories:
${repositories.map((slug) => `      ${slug}: { deploys: [dev] }`).join("\n")}
grants:
  - { team: makers, can: [deploy:dev], on: ALL }
`;
}

/** Without a checkpoint after each step: what is measured begins later. */
async function bringUp(world: World): Promise<void> {
  Object.assign(world.env, withoutCheckpoints, { [momentVariable]: momentOf(0) });
  await world.up("--suppress-progress");
  for (const name of Object.keys(withoutCheckpoints)) Reflect.deleteProperty(world.env, name);
}

async function night(
  day: number,
  world: World,
  keycloak: Proxy,
  engine: Engine,
  { progress, repositories }: BenchOptions,
): Promise<Night> {
  world.env[momentVariable] = momentOf(day);
  world.emulator.log.clear();
  keycloak.passed = [];
  const began = performance.now();
  const report: Report = await rotate(localStack, engine, { atMost: repositories }, progress);
  const seconds = rounded((performance.now() - began) / 1000);
  const { requests, writes } = countOf(world.emulator.log.since());
  return { rotated: report.rotated.length, seconds, requests, writes, keycloak: keycloak.passed.length };
}

function momentOf(day: number): string {
  return new Date(Date.parse("2026-01-01T00:00:00Z") + day * 86_400_000).toISOString();
}

function resultOf(environments: number, all: Night, none: Night): BenchResult {
  const row = (name: string, { rotated, requests, writes, keycloak, seconds }: Night) => [
    name,
    rotated,
    requests,
    writes,
    keycloak,
    seconds,
  ];
  const perRotation = rounded(all.requests / Math.max(1, all.rotated), 2);
  const columns = ["rotated", "requests to Bitbucket", "of them writes", "requests to Keycloak", "seconds"];
  const rows = [row("everything is due", all), row("nothing is due", none)];
  return {
    json: { rotation: { environments, perRotation, everythingDue: all, nothingDue: none } },
    text: `${table([`${environments} environments`, ...columns], rows)}

${perRotation} requests to Bitbucket for each rotation, of the 1,000 that an hour has`,
  };
}
