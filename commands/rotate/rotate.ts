/**
 * Turns what is due, and nothing else: a change of rights that waits for somebody's approval goes on waiting, and so
 * does not keep secrets from turning.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { resourcesIn, type ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { stackFile, type Settings } from "../../access";
import type { Progress } from "../../toolchain/progress";
import type { What } from "../../trail/entry";
import { recorded, type Intent } from "../../trail/record";
import { pulumi, type Engine } from "../../engine/engine";
import { goingByBaseline } from "../baselineRun";
import { lastRunFailed, recover } from "../recover/recover";
import { readStack } from "../../checkout/stack";
import { consequences, leftToDo, wantedTurn, type Now, type Wanted } from "./byHand";
import type { Published } from "./published";
import { reportOf, turnedBetween, type Report } from "../../engine/rotations/report";
import { publishedOf, resourcesOf, samlKeysIn, turn, whichSigns } from "./turn";
import {
  apiTokenOf,
  dueOf,
  turnersOf,
  waitsForSomebody,
  type Due,
  type Turner,
} from "../../engine/rotations/status";
import { withTurn } from "./stackFile";
import { proveCredential } from "../../clients/proveCredential";

export interface RotateOptions {
  /** What to turn now, whatever its age, and why; or that what was made is known on the other side. */
  readonly now?: Now;
  /** Only says what would turn. */
  readonly dryRun?: boolean;
  /** The moment to judge by; for rehearsals. */
  readonly asOf?: Date;
  /** Turns no more than these many, the oldest first. */
  readonly atMost?: number;
}

/** A turn takes two requests to Bitbucket, a run four more, and an hour has a thousand: half of it is left to others. */
const atMostByDefault = 250;

/** What is turned by hand is done in two runs: the turn, then the end of what was in use before. */
const mostRuns = 3;

/**
 * @throws if a run is at work, if the stack was never deployed, if the engine fails, or if what was published is worth no
 *   token
 */
export async function rotate(
  stack: string,
  engine: Engine,
  options: RotateOptions,
  progress: Progress,
): Promise<Report> {
  const mended = options.dryRun ? [] : (await recover(stack, engine, progress)).filter(isMended);
  const exported = await pulumi(engine, ["stack", "export", "--stack", stack]);
  return goingByBaseline(stack, engine, exported, "rotation", (at) =>
    rotateAlone(stack, at, options, progress, { exported, mended }),
  );
}

async function rotateAlone(
  stack: string,
  engine: Engine,
  options: RotateOptions,
  progress: Progress,
  { exported, mended }: { readonly exported: string; readonly mended: readonly string[] },
): Promise<Report> {
  const declared = readStack(engine.cwd, stack, engine.env, { asOf: options.asOf });
  const { model, asOf } = declared;
  let { settings } = declared;
  const apiToken = apiTokenOf(settings.rotation.apiTokenExpires, asOf);
  const resources = resourcesIn(exported);
  const before = turnersOf(resources, settings);
  const wanted = options.now && (await byHand(options.now, before, resources, settings, engine));
  if (options.now && wanted) {
    const { name } = options.now;
    settings = { ...settings, turns: { ...settings.turns, [name]: wanted.turn } };
    if (!options.dryRun) await write(stack, engine, name, wanted);
  }
  const attended = Object.keys(wanted?.env ?? {}).length > 0 ? options.now?.name : undefined;

  const unfinished = await lastRunFailed(stack, engine);
  const atMost = options.atMost ?? atMostByDefault;
  const chosen = options.dryRun
    ? []
    : withAttended(choose(before, settings, asOf, unfinished, atMost), before, attended);
  const turnAll = async (): Promise<readonly Turner[]> => {
    let [after, next] = [before, chosen];
    for (let run = 0; run < mostRuns && next.length > 0; run++) {
      const names = next.length > 3 ? `${next.length}` : next.map(({ name }) => name).join(", ");
      const these = next;
      await progress.step(`turning ${names}`, () => turn(stack, engine, these, asOf, wanted));
      after = turnersOf(await resourcesOf(stack, engine), settings);
      const due = choose(after, settings, asOf, false, atMost);
      next = due.some(({ name }) => isByHand(name, settings, after)) ? due : [];
    }
    return after;
  };
  const due = [
    ...dueOf(before, settings, asOf),
    ...(attended === undefined ? [] : [{ name: attended, reason: "somebody has confirmed its certificate" }]),
  ];
  const scene = { stack, env: engine.env, cwd: engine.cwd, model };
  const after =
    chosen.length === 0
      ? before
      : await recorded(scene, intentOf(chosen, due, options), turnAll, (done) => ({
          what: { turned: whyOf(turnedBetween(before, done), due) },
        }));
  const notes = [...mended, ...notDeployed(before, settings), ...leftToDo(after, settings, stack)];
  const report = reportOf({ stack, settings, asOf, before, after, apiToken, notes });
  const told = options.now && !options.dryRun ? consequences(options.now, settings, stack, after) : [];
  if (report.turned.length === 0) return { ...report, notes: [...report.notes, ...told] };
  if (attended !== undefined)
    await progress.step("asking which certificate signs", () => whichSigns(wanted, settings, stack, engine));
  const isTurned = ({ name }: Published) => report.turned.includes(name);
  const proofs = (await publishedOf(stack, engine)).filter(isTurned);
  await progress.step("asking for a token with what is published", async () => {
    for (const { credential, tokenUrl } of proofs) await proveCredential(credential, tokenUrl);
  });
  return { ...report, notes: [...report.notes, ...told] };
}

/** What a person stands behind is turned, though no run would by itself. */
function withAttended(due: Turner[], all: readonly Turner[], name: string | undefined): Turner[] {
  const attended = all.filter((one) => one.name === name && !due.includes(one));
  return [...due, ...attended];
}

function byHand(
  now: Now,
  turners: readonly Turner[],
  resources: readonly ResourceState[],
  settings: Settings,
  engine: Engine,
): Promise<Wanted> {
  return wantedTurn(now, turners, settings, () => samlKeysIn(resources, settings, engine));
}

async function write(stack: string, { cwd }: Engine, name: string, { turn }: Wanted): Promise<void> {
  const file = join(cwd, stackFile(stack));
  await writeFile(file, withTurn(await readFile(file, "utf8"), name, turn));
}

/** What ends a leak is done whether the trail can be written or not. */
function intentOf(chosen: readonly Turner[], due: readonly Due[], { now }: RotateOptions): Intent {
  const names = chosen.map(({ name }) => name);
  return {
    command: "rotate",
    why: [now === undefined ? "what is due turns" : `${now.name}: ${now.reason ?? "confirmed by hand"}`],
    what: { turned: whyOf(names, due) },
    urgent: now !== undefined,
  };
}

function whyOf(names: readonly string[], due: readonly Due[]): NonNullable<What["turned"]> {
  return names.map((name) => ({
    name,
    why: due.find((one) => one.name === name)?.reason ?? "a run that failed may have begun it",
  }));
}

/** What the stack file has rotated by hand, and the last deploy knew nothing of: a slip, or a change that waits. */
function notDeployed(rotating: readonly Turner[], { turns }: Settings): string[] {
  return Object.keys(turns)
    .filter((name) => !rotating.some((one) => one.name === name))
    .map(
      (name) =>
        `the stack file has "${name}" under turns, which does not rotate in what is deployed: left alone`,
    );
}

function isMended(line: string): boolean {
  return line !== "nothing to mend";
}

/** What is turned: all that a failed run may have begun, else what is due, the oldest first. */
function choose(
  turners: readonly Turner[],
  settings: Settings,
  asOf: Date,
  unfinished: boolean,
  atMost: number,
): Turner[] {
  const due = new Set(dueOf(turners, settings, asOf).map(({ name }) => name));
  if (unfinished) return turners.filter((turner) => !waitsForSomebody(turner, settings));
  return turners.filter(({ name }) => due.has(name)).slice(0, atMost);
}

function isByHand(name: string, { turns }: Settings, after: readonly Turner[]): boolean {
  const done = after.find((turner) => turner.name === name)?.done;
  const wanted = turns[name];
  return (wanted?.again ?? 0) > (done?.again ?? 0) || (wanted?.revoke ?? 0) > (done?.revoke ?? 0);
}
