/**
 * Rotates what is due, and nothing else: a change of rights that waits for somebody's approval goes on waiting, and so
 * does not keep secrets from rotating.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { resourcesIn, type ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { stackFile, type Settings } from "../../access";
import type { Progress } from "../../toolchain/progress";
import type { What } from "../../trail/entry";
import { recorded, type Intent } from "../../trail/record";
import { exportState, type Engine } from "../../engine/engine";
import { goingByBaseline } from "../baselineRun";
import { lastRunFailed, recover } from "../recover/recover";
import { readStack } from "../../checkout/stack";
import {
  consequences,
  leftToDo,
  rotatableOf,
  settingsWith,
  wantedRotation,
  type Now,
  type Wanted,
} from "./byHand";
import type { Published } from "./published";
import { reportOf, rotatedBetween, type Report } from "../../engine/rotations/report";
import { publishedOf, resourcesOf, rotateTargets, samlKeysIn, whichSigns } from "./targets";
import {
  apiTokenOf,
  dueOf,
  neverByHand,
  rotatablesOf,
  waitsForSomebody,
  type Due,
  type Rotatable,
} from "../../engine/rotations/status";
import { withRotation } from "./stackFile";
import { proveCredential } from "../../clients/proveCredential";

export interface RotateOptions {
  /** What to rotate now, whatever its age, and why; or that what was made is known on the other side. */
  readonly now?: Now;
  /** Only says what would rotate. */
  readonly dryRun?: boolean;
  /** The moment to evaluate by; for rehearsals. */
  readonly asOf?: Date;
  /** Rotates no more than these many, the oldest first. */
  readonly atMost?: number;
}

/** A rotation takes two requests to Bitbucket, a run four more, and an hour has a thousand: half of it is left to others. */
const atMostByDefault = 250;

/** What is rotated by hand is done in two runs: the rotation, then the end of what was in use before. */
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
  const exported = await exportState(engine, stack);
  return goingByBaseline(stack, engine, resourcesIn(exported), "rotation", (at) =>
    rotateAlone(stack, at, options, progress, { exported, mended }),
  );
}

async function rotateAlone(
  stack: string,
  engine: Engine,
  given: RotateOptions,
  progress: Progress,
  { exported, mended }: { readonly exported: string; readonly mended: readonly string[] },
): Promise<Report> {
  const declared = readStack(engine.cwd, stack, engine.env, { asOf: given.asOf });
  const { model, asOf } = declared;
  let { settings } = declared;
  const apiToken = apiTokenOf(settings.rotation.apiTokenExpires, asOf);
  const resources = resourcesIn(exported);
  const before = rotatablesOf(resources, settings);
  const options = given.now
    ? { ...given, now: { ...given.now, name: rotatableOf(given.now.name, before).name } }
    : given;
  const wanted = options.now && (await byHand(options.now, before, resources, settings, engine));
  if (options.now && wanted) {
    settings = settingsWith(settings, wanted);
    if (!options.dryRun) await write(stack, engine, wanted);
  }
  const attended = wanted?.samlKey !== undefined ? options.now?.name : undefined;

  const unfinished = await lastRunFailed(stack, engine);
  const atMost = options.atMost ?? atMostByDefault;
  const chosen = options.dryRun
    ? []
    : withAttended(choose(before, settings, asOf, unfinished, atMost), before, attended);
  const rotateAll = async (): Promise<readonly Rotatable[]> => {
    let [after, next] = [before, chosen];
    for (let run = 0; run < mostRuns && next.length > 0; run++) {
      const names = next.length > 3 ? `${next.length}` : next.map(({ name }) => name).join(", ");
      const these = next;
      await progress.step(`rotating ${names}`, () => rotateTargets(stack, engine, these, asOf, wanted));
      after = rotatablesOf(await resourcesOf(stack, engine), settings);
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
      : await recorded(scene, intentOf(chosen, due, options), rotateAll, (done) => ({
          what: { rotated: whyOf(rotatedBetween(before, done), due) },
        }));
  const notes = [...mended, ...notDeployed(before, settings), ...leftToDo(after, settings, stack)];
  const report = reportOf({ stack, settings, asOf, before, after, apiToken, notes });
  const told = options.now && !options.dryRun ? consequences(options.now, settings, stack, after) : [];
  if (report.rotated.length === 0) return { ...report, notes: [...report.notes, ...told] };
  if (attended !== undefined)
    await progress.step("asking which certificate signs", () => whichSigns(wanted, settings, stack, engine));
  const isRotatedNow = ({ name }: Published) => report.rotated.includes(name);
  const proofs = (await publishedOf(stack, engine)).filter(isRotatedNow);
  await progress.step("asking for a token with what is published", async () => {
    for (const { credential, tokenUrl } of proofs) await proveCredential(credential, tokenUrl);
  });
  return { ...report, notes: [...report.notes, ...told] };
}

/** What a person stands behind is rotated, though no run would by itself. */
function withAttended(due: Rotatable[], all: readonly Rotatable[], name: string | undefined): Rotatable[] {
  const attended = all.filter((one) => one.name === name && !due.includes(one));
  return [...due, ...attended];
}

function byHand(
  now: Now,
  rotatables: readonly Rotatable[],
  resources: readonly ResourceState[],
  settings: Settings,
  engine: Engine,
): Promise<Wanted> {
  return wantedRotation(now, rotatables, settings, () => samlKeysIn(resources, settings, engine));
}

async function write(stack: string, { cwd }: Engine, wanted: Wanted): Promise<void> {
  const file = stackFile(stack);
  const place = join(cwd, file);
  await writeFile(place, withRotation(await readFile(place, "utf8"), file, wanted));
}

/** What ends a leak is done whether the trail can be written or not. */
function intentOf(chosen: readonly Rotatable[], due: readonly Due[], { now }: RotateOptions): Intent {
  const names = chosen.map(({ name }) => name);
  return {
    command: "rotate",
    why: [now === undefined ? "what is due rotates" : `${now.name}: ${now.reason ?? "confirmed by hand"}`],
    what: { rotated: whyOf(names, due) },
    urgent: now !== undefined,
  };
}

function whyOf(names: readonly string[], due: readonly Due[]): NonNullable<What["rotated"]> {
  return names.map((name) => ({
    name,
    why: due.find((one) => one.name === name)?.reason ?? "a run that failed may have begun it",
  }));
}

/** What the stack file has rotated by hand, and the last deploy knew nothing of: a slip, or a change that waits. */
function notDeployed(rotating: readonly Rotatable[], { rotations }: Settings): string[] {
  return Object.keys(rotations)
    .filter((name) => !rotating.some((one) => one.name === name))
    .map(
      (name) =>
        `the stack file has "${name}" under rotations, which does not rotate in what is deployed: left alone`,
    );
}

function isMended(line: string): boolean {
  return line !== "nothing to mend";
}

/** What is rotated: all that a failed run may have begun, else what is due, the oldest first. */
function choose(
  rotatables: readonly Rotatable[],
  settings: Settings,
  asOf: Date,
  unfinished: boolean,
  atMost: number,
): Rotatable[] {
  const due = new Set(dueOf(rotatables, settings, asOf).map(({ name }) => name));
  if (unfinished) return rotatables.filter((rotatable) => !waitsForSomebody(rotatable, settings));
  return rotatables.filter(({ name }) => due.has(name)).slice(0, atMost);
}

function isByHand(name: string, settings: Settings, after: readonly Rotatable[]): boolean {
  const rotatable = after.find((one) => one.name === name);
  if (rotatable?.kind === "SAML key") return (settings.samlKey?.newest ?? 0) > rotatable.done.newest;
  const { manualRotations, revocations } = settings.rotations[name] ?? neverByHand;
  const done = rotatable?.done ?? neverByHand;
  return manualRotations > done.manualRotations || revocations > done.revocations;
}
