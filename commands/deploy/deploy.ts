/**
 * Carries out a preview: looks again, refuses if anything has moved since, asks for the second person where one is
 * needed, and lets the engine do what it has planned and nothing else.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import { lastBaseline } from "../../access";
import { variable } from "../../access/environment";
import { withMoment } from "../../checkout/moment";
import { changeDigest } from "../../checkout/changeDigest";
import type { Progress } from "../../toolchain/progress";
import { recorded } from "../../trail/record";
import { exportState, up, type Engine } from "../../engine/engine";
import type { Changes } from "../../engine/events";
import { guarded } from "../../engine/guardrails";
import { goingByBaseline } from "../baselineRun";
import { compared } from "../frame/addresses";
import { movedBetween, type PreviewRecord } from "../preview/digest";
import { examine, type PreviewOptions, type Previewed } from "../preview/preview";
import type { Report } from "../preview/report";
import type { Approval, ApprovalSource, Evaluated } from "./pending";
import { askedAbout, repositoryOf } from "./asked";
import { expiryOf, type Expiry } from "./expire";
import { filled } from "./formerGroups";
import { endedSince, lookAgain } from "./meanwhile";
import { programChangeOf } from "./ahead";
import { moveOf } from "./move";
import { intentOf, sceneOf } from "./record";

export interface DeployOptions extends ApprovalSource {
  /** Takes away what has expired, and refuses to do anything else. Default false. */
  readonly expiredOnly?: boolean;
  /** What an earlier preview wrote down: the deploy goes through only if nothing has moved since. */
  readonly record?: PreviewRecord;
  /** Shows what is about to happen. */
  readonly show: (report: Report) => void;
  /** Asks whoever sits there. Absent: nobody is asked. */
  readonly agrees?: () => Promise<boolean>;
}

/**
 * `nothing` to do, `moved`: the world is not that of the preview, `unapproved`: a second person is missing, `refused`:
 * more than what has expired would change.
 */
export type Outcome = "deployed" | "nothing" | "moved" | "unapproved" | "declined" | "refused";

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
  engine: Engine,
  options: DeployOptions,
  progress: Progress,
): Promise<Deployed> {
  if (options.expiredOnly !== true) return deployBy(stack, engine, options, progress);
  const exported = await exportState(engine, stack);
  return goingByBaseline(stack, engine, resourcesIn(exported), "expiry", (at) =>
    deployBy(stack, at, options, progress),
  );
}

async function deployBy(
  stack: string,
  { env, ...rest }: Engine,
  options: DeployOptions,
  progress: Progress,
): Promise<Deployed> {
  // Its preview shows every entry of a place that becomes owned, and nothing is brought up without it.
  const engine: Engine = { ...rest, env: { ...env, [variable.takeOver]: "shown" } };
  const folder = join(engine.cwd, ".local", "plans");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const plan = join(folder, `${stack}.json`);
  try {
    if (options.expiredOnly === true) return await deployPlanned(stack, engine, options, progress, plan);
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
    return await endRenaming(stack, at, options, progress, plan, done);
  } finally {
    await rm(plan, { force: true });
  }
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
  const expiry = options.expiredOnly === true ? await expiryOf(stack, engine, progress) : undefined;
  if (expiry && expiry.outcome !== "expired") {
    const { outcome, previewed } = expiry;
    return { outcome, report: previewed.report, reasons: outcome === "refused" ? expiry.reasons : [] };
  }
  const at = { ...(record && { asOf: record.asOf }), ...(expiry && asExpired(expiry)) };
  const look = { inFull: true, isMove: first?.isMove === true, plan, ...at };
  const previewed = await examine(stack, engine, progress, look);
  const { report } = previewed;
  show(report);
  const refused = (outcome: Outcome, reasons: readonly string[]): Deployed => ({ outcome, report, reasons });
  const more = expiry ? previewed.steps.filter((step) => !expiry.targets.includes(step.urn)) : [];
  if (more.length > 0)
    return refused(
      "moved",
      more.map(({ op, urn }) => `the engine would ${op} ${urn}`),
    );

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

/** The same moment, and nothing but what holds the rights that go. */
function asExpired({
  previewed,
  targets,
}: Extract<Expiry, { outcome: "expired" }>): Pick<PreviewOptions, "asOf" | "targets" | "exported"> {
  return { asOf: previewed.record.asOf, targets, exported: previewed.exported };
}

async function carryOut(
  stack: string,
  engine: Engine,
  { record, report, exported, findings }: Previewed,
  progress: Progress,
  { plan = "", targets = [], isMove = false }: PreviewOptions,
  approval: Approval | undefined,
): Promise<Changes> {
  const message = [`change ${record.number}`, `commit ${record.commit ?? "unknown"}`, approval?.words];
  const words = message.filter((one) => one !== undefined).join("; ");
  const last = lastBaseline(resourcesIn(exported));
  const env = {
    ...withMoment(engine.env, new Date(record.asOf)),
    // Whoever has to approve of it has; the program would refuse it otherwise.
    [variable.change]: changeDigest(stack, last, findings),
  };
  const only = targets.flatMap((urn) => ["--target", urn]);
  const arguments_ = [...(isMove ? [] : ["--refresh"]), "--plan", plan, "--message", words, ...only];
  let done = 0;
  return progress.step(`bringing up stack ${stack}: ${report.steps.length} steps`, async (note) => {
    const looked = (): void => {
      note(`${(done += 1)} resources looked at`);
    };
    const { result } = await guarded({ ...engine, env }, exported, (at, guards) =>
      up(at, stack, looked, [...arguments_, ...guards]),
    );
    return result;
  });
}

function sumOf(one: Changes = {}, other: Changes = {}): Changes {
  const operations = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...operations].map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
}
