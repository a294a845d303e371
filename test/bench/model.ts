/** What the access model costs: from the text of a large company's `access.yaml` to who gains and loses what. */
import { performance } from "node:perf_hooks";
import {
  compile,
  differenceOf,
  entitlementsOf,
  readAccess,
  type Model,
  type Settings,
  type AccessState,
} from "../../access";
import { readStack } from "../../checkout/stack";
import { root } from "../../toolchain/places";
import type { Bench } from "./bench";
import { accessText, type Size } from "./modelText";
import { median, rounded, table } from "./table";

const sizes: readonly Size[] = [
  { people: 250, teams: 30, repositories: 100 },
  { people: 2500, teams: 300, repositories: 1000 },
];
const runs = 5;
/** Grants are evaluated at a fixed moment, so that each run does the same. */
const asOf = new Date("2030-01-01T00:00:00Z");

export const modelBench: Bench = {
  name: "model",
  summary: "access.yaml of 250 and of 2,500 people: read, compile, compare",
  quick: true,
  async run({ progress, checkpoint }) {
    const { settings } = readStack(root, "local", process.env);
    const measured = [];
    for (const size of sizes) {
      checkpoint();
      const seconds = await progress.step(`access.yaml of ${size.people} people, ${runs} times`, () =>
        Promise.resolve(measure(accessText(size), settings)),
      );
      measured.push({ ...size, ...seconds });
    }
    const steps = ["read", "compile", "compare", "all"] as const;
    const rows = measured.map((one) => [
      `${one.people} people, ${one.teams} teams, ${one.repositories} repositories`,
      ...steps.map((step) => one[step]),
    ]);
    return {
      json: { model: measured },
      text: table(["access.yaml of", ...steps.map((step) => `${step}, s`)], rows),
    };
  },
};

interface Seconds {
  /** Parse and validate. */
  readonly read: number;
  readonly compile: number;
  /** With the same model less one grant. */
  readonly compare: number;
  readonly all: number;
}

/** Medians: the first runs compile the code too. */
function measure(text: string, settings: Settings): Seconds {
  const times = Array.from({ length: runs }, () => {
    const began = performance.now();
    const model = modelOf(text, settings);
    const read = performance.now();
    compile(model, settings, asOf);
    const compiled = performance.now();
    differenceOf(accessState({ ...model, grants: model.grants.slice(1) }), accessState(model));
    const compared = performance.now();
    return [read - began, compiled - read, compared - compiled, compared - began] as const;
  });
  const [read = 0, compiled = 0, compared = 0, all = 0] = [0, 1, 2, 3].map((step) =>
    rounded(median(times.map((one) => one[step] ?? NaN)) / 1000, 3),
  );
  return { read, compile: compiled, compare: compared, all };
}

function accessState(model: Model): AccessState {
  const members = new Map(model.teams.map((team) => [team.name, team.members]));
  return { model, entitlements: entitlementsOf(model, asOf), members: (team) => members.get(team) };
}

function modelOf(text: string, settings: Settings): Model {
  const access = readAccess(text, "access.yaml", settings);
  if (access.ok) return access.model;
  throw new Error(`the generated company is not valid: ${access.problems[0]?.found ?? "no reason given"}`);
}
