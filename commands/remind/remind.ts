/**
 * Tells those who answer for something that it ends, while there is time, and each ending once: the audit trail remembers
 * what was told, so a nightly run may tell all it finds.
 */
import { resourcesIn, type ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { dayOf, endingsOf, soonest, untilText, type Ending, type Model, type Settings } from "../../access";
import { readStack } from "../../checkout/stack";
import { exportState, type Engine } from "../../engine/engine";
import { rotatablesOf } from "../../engine/rotations/status";
import { ruleNames } from "../../policy/rules";
import { runsOf, type Entry } from "../../trail/entry";
import { auditFolder } from "../../trail/place";
import { recorded } from "../../trail/record";
import { readTrail, trailFolders, trailOptions } from "../../trail/trail";
import { alertVariable, isHeard, post, report } from "../alert";

export interface Reminders {
  readonly stack: string;
  readonly asOf: string;
  /** How far was looked, in days. */
  readonly within: number;
  /** What ends, and nobody was told of before. */
  readonly news: readonly Ending[];
  /** How many others end that somebody was told of. */
  readonly before: number;
  /** Where it was said: a commit, the name of the variable that holds an address. */
  readonly told: readonly string[];
  /** Why somebody was not told, and what is not known. */
  readonly problems: readonly string[];
}

export interface RemindOptions {
  readonly within: number;
  readonly asOf?: Date | undefined;
  /** Tells nobody, and remembers nothing. */
  readonly dryRun?: boolean | undefined;
}

/** @throws InvalidAccess where the files cannot be read; Error where the trail cannot be written, before anybody is told */
export async function remindersOf(
  stack: string,
  engine: Engine,
  { within, asOf: given, dryRun = false }: RemindOptions,
  exported?: string,
): Promise<Reminders> {
  const { cwd, env } = engine;
  const { model, settings, exceptions, asOf } = readStack(cwd, stack, env, { asOf: given, rules: ruleNames });
  const state = exported ?? (await exportState(engine, stack));
  const endings = soonest(
    [
      ...endingsOf({ model, exceptions, settings }, stack),
      ...unrotated(resourcesIn(state), { stack, settings, model, asOf }),
    ],
    asOf,
    within,
  );
  const trails = trailFolders(auditFolder(env, cwd)).map((folder) => readTrail(folder, trailOptions(env)));
  const known = toldIn(trails.flatMap(({ entries }) => entries));
  const news = endings.filter((ending) => !known.has(keyOf(ending)));
  const found = { stack, asOf: asOf.toISOString(), within, news, before: endings.length - news.length };
  const unread = trails.flatMap(({ folder, problems }) =>
    problems.length === 0 ? [] : [`the audit trail ${folder} is not whole, so somebody may be told twice`],
  );
  if (dryRun || news.length === 0) return { ...found, told: [], problems: unread };
  if (!isHeard(env)) return { ...found, told: [], problems: [...unread, nobody] };
  const what = {
    reminded: news.map(({ what: ends, until, owners }) => ({ what: ends, until, owners: [...owners] })),
  };
  const { told, problems } = await recorded(
    { stack, env, cwd, model },
    { command: "remind", why: ["what ends soon is told in time"], what },
    () => tell(found, settings.bitbucket.url, env),
    (done) => ({ what, problem: done.told.length > 0 ? undefined : done.problems.join("; ") }),
  );
  return { ...found, told, problems: [...unread, ...problems] };
}

const nobody = `nobody was told, so the next run says it again: no pipeline runs this, and ${alertVariable} is not set`;

/** `team support: trigger on SHOP/shop-web ends on 2026-12-31 (ana): move its "until" …` */
export function lineOf({ what, until, owners, fix }: Ending): string {
  return `${what} ends ${untilText(until)} (${owners.join(", ")}): ${fix}`;
}

async function tell(
  { stack, asOf, news }: Pick<Reminders, "stack" | "asOf" | "news">,
  apiUrl: string,
  env: NodeJS.ProcessEnv,
): Promise<Pick<Reminders, "told" | "problems">> {
  const lines = news.map(lineOf);
  const insights = {
    title: `What ends soon in ${stack}`,
    details: lines.join("; "),
    result: "PENDING" as const,
    data: [{ title: "Ends soon", type: "NUMBER" as const, value: news.length }],
  };
  const all = [
    await report(`reminders-${stack}`, insights, apiUrl, env),
    await post({ text: [`${stack}: ends soon`, ...lines].join("\n"), stack, asOf, endings: news }, env),
  ];
  return {
    told: all.flatMap((one) => (one !== undefined && "to" in one ? [one.to] : [])),
    problems: all.flatMap((one) => (one !== undefined && "problem" in one ? [one.problem] : [])),
  };
}

/** What was due by itself and has not rotated: its limit comes nearer. */
function unrotated(
  resources: readonly ResourceState[],
  {
    stack,
    settings,
    model,
    asOf,
  }: { stack: string; settings: Settings; model: Pick<Model, "owners">; asOf: Date },
): Ending[] {
  return rotatablesOf(resources, settings).flatMap(({ name, kind, nextAt, rotatedAt, limitDays }) =>
    nextAt === undefined || limitDays === undefined || Date.parse(nextAt) > asOf.getTime()
      ? []
      : [
          {
            kind: "secret",
            what: `${kind} ${name} of ${stack}, due since ${nextAt.slice(0, 10)}`,
            until: dayOf(new Date(Date.parse(rotatedAt) + limitDays * day)),
            owners: model.owners,
            fix: `npm run rotate -- ${stack}`,
          },
        ],
  );
}

const day = 86_400_000;

/** What somebody was told of; of a run that could tell nobody, nothing. */
function toldIn(entries: readonly Entry[]): Set<string> {
  const runs = runsOf(entries).filter(({ ended }) => ended?.result === "succeeded");
  return new Set(runs.flatMap(({ what }) => (what.reminded ?? []).map(keyOf)));
}

function keyOf({ what, until }: Pick<Ending, "what" | "until">): string {
  return `${what} ${until}`;
}
