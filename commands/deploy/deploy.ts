/**
 * Carries out a preview: looks again, refuses if anything has moved since, asks for the second person where one is
 * needed, and lets the engine do what it has planned and nothing else.
 */
import { variable } from "../../access/environment";
import type { Progress } from "../../toolchain/progress";
import { recorded } from "../../trail/record";
import type { Engine } from "../../engine/engine";
import type { Changes } from "../../engine/events";
import { compared } from "../frame/addresses";
import { movedBetween, type PreviewRecord } from "../preview/digest";
import { examine } from "../preview/preview";
import type { Report } from "../preview/report";
import type { Approval, ApprovalSource, Evaluated } from "./pending";
import { askedAbout, repositoryOf } from "./asked";
import { carryOut, withPlan } from "./carryOut";
import { filled } from "./formerGroups";
import { endedSince, lookAgain } from "./meanwhile";
import { programChangeOf } from "./ahead";
import { moveOf } from "./move";
import { intentOf, sceneOf } from "./record";

export interface DeployOptions extends ApprovalSource {
  /** What an earlier preview wrote down: the deploy goes through only if nothing has moved since. */
  readonly record?: PreviewRecord;
  /** Shows what is about to happen. */
  readonly show: (report: Report) => void;
  /** Asks whoever sits there. Absent: nobody is asked. */
  readonly agrees?: () => Promise<boolean>;
}

/** `nothing` to do, `moved`: the world is not that of the preview, `unapproved`: a second person is missing. */
export type Outcome = "deployed" | "nothing" | "moved" | "unapproved" | "declined";

export interface Deployed {
  readonly outcome: Outcome;
  readonly report: Report;
  /** Why it was refused. */
  readonly reasons: readonly string[];
  /** Who approved, where somebody had to. */
  readonly approval?: Approval;
  readonly changes?: Changes;
}

/** @throws InvalidAccess, or what the engine said */
export async function deploy(
  stack: string,
  { env, ...rest }: Engine,
  options: DeployOptions,
  progress: Progress,
): Promise<Deployed> {
  // Its preview shows every entry of a place that becomes owned, and nothing is brought up without it.
  const engine: Engine = { ...rest, env: { ...env, [variable.takeOver]: "shown" } };
  return withPlan(stack, engine, async (plan) => {
    const where = await compared(stack, engine);
    const move = await moveOf(stack, engine, where);
    const ahead = move ?? (await programChangeOf(stack, engine, where.exported, options.record?.asOf));
    const said = ahead && (await askedAbout(ahead, options, repositoryOf(options, ahead, engine), engine));
    if (ahead && said && said.reasons.length > 0) {
      options.show(ahead.report);
      return { outcome: "unapproved", report: ahead.report, reasons: said.reasons };
    }
    const first = ahead && said && { engine, isMove: move !== undefined, said, number: ahead.report.number };
    const at = move?.engine() ?? engine;
    const done = await deployPlanned(stack, at, options, progress, plan, first);
    return endRenaming(stack, at, options, progress, plan, done);
  });
}

/** Whoever agreed to a new name has agreed to the end of the old one. */
async function endRenaming(
  stack: string,
  engine: Engine,
  options: DeployOptions,
  progress: Progress,
  plan: string,
  done: Deployed,
): Promise<Deployed> {
  const { formerGroups: former } = done.report;
  if (done.outcome !== "deployed" || Object.keys(former).length === 0) return done;
  const at = await filled(stack, engine, former, progress);
  const how = { ...options, record: undefined, agrees: undefined, show: () => undefined };
  const ended = await deployPlanned(stack, at, how, progress, plan);
  return ended.outcome === "deployed" ? { ...done, changes: sumOf(done.changes, ended.changes) } : ended;
}

/** What was asked before the engine started. */
interface First {
  /** With what signs in where the stack was last brought up: whoever is asked is asked there. */
  readonly engine: Engine;
  readonly isMove: boolean;
  readonly said: Evaluated;
  /** Of the change that it was about. */
  readonly number: string;
}

/** @param first undefined: nothing had to be asked before */
async function deployPlanned(
  stack: string,
  engine: Engine,
  options: DeployOptions,
  progress: Progress,
  plan: string,
  first?: First,
): Promise<Deployed> {
  const { record, show, agrees } = options;
  const look = {
    ...{ inFull: true, isMove: first?.isMove === true, plan },
    ...(record && { asOf: record.asOf }),
  };
  const previewed = await examine(stack, engine, progress, look);
  const { report } = previewed;
  show(report);
  const refused = (outcome: Outcome, reasons: readonly string[]): Deployed => ({ outcome, report, reasons });
  const moved = record
    ? [...movedBetween(record, previewed.record), ...endedSince(stack, engine, previewed)]
    : [];
  if (moved.length > 0) return refused("moved", moved);
  if (report.verdict === "nothing") return refused("nothing", []);
  const { engine: asking = engine } = first ?? {};
  const repository = repositoryOf(options, previewed, asking);
  // One person's word is about what was shown before an address moved, and counts once.
  const isSaid = first?.number === report.number || first?.said.approval?.by === "one person";
  const { approval, reasons } =
    first && isSaid
      ? first.said
      : await askedAbout({ ...previewed, ...previewed.record }, options, repository, asking);
  if (reasons.length > 0) return refused("unapproved", reasons);
  if (agrees && !(await agrees())) return refused("declined", ["nobody said yes"]);

  // Whoever was asked may have taken an hour.
  const since = agrees
    ? await lookAgain(stack, engine, previewed, look.isMove)
    : { moved: [], exported: previewed.exported };
  if (since.moved.length > 0) return refused("moved", since.moved);
  const scene = sceneOf(stack, engine, previewed.findings);
  const changes = await recorded(
    scene,
    await intentOf(previewed, options, approval, repository, engine.cwd),
    () => carryOut(stack, engine, { ...previewed, exported: since.exported }, progress, look, approval),
    (resources) => ({ what: { resources } }),
  );
  return { outcome: "deployed", report, reasons: [], ...(approval && { approval }), changes };
}

function sumOf(one: Changes = {}, other: Changes = {}): Changes {
  const operations = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...operations].map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
}
