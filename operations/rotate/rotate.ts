/**
 * Turns what is due, and nothing else: a change of rights that waits for somebody's approval goes on waiting, and so
 * does not keep secrets from turning.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { turning, type Settings } from "../../access";
import { proveCredential, turnsAlone } from "../../components/proof";
import type { Progress } from "../../toolchain/progress";
import type { What } from "../audit/entry";
import { recorded, type Intent } from "../audit/record";
import { EngineError, pulumi, up, type Engine } from "../engine";
import { lastRunFailed, recover } from "../recover";
import { momentOf, momentVariable, readStack } from "../stack";
import { credentialsOf, type Published } from "./published";
import { reportOf, turnedBetween, type Report } from "./report";
import { apiTokenOf, dueOf, turnersOf, type Due, type Recorded, type Turner } from "./standing";
import { withTurn } from "./stackFile";

export interface RotateOptions {
  /** What to turn now, whatever its age, and why. */
  readonly now?: { readonly name: string; readonly reason: string };
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

/** @throws if a run is at work, if the engine fails, or if what was published is worth no token */
export async function rotate(
  stack: string,
  engine: Engine,
  options: RotateOptions,
  progress: Progress,
): Promise<Report> {
  const { model, settings: dials } = await readStack(engine.cwd, stack, engine.env);
  let settings = dials;
  if (options.asOf !== undefined && settings.asOf !== undefined)
    throw new Error("--as-of has no effect where the dial asOf is set: take it out of the stack file");
  const asOf = options.asOf ?? momentOf(settings, engine.env);
  const apiToken = apiTokenOf(settings.rotation.apiTokenExpires, asOf);
  const mended = options.dryRun ? [] : (await recover(stack, engine, progress)).filter(isMended);
  const before = turnersOf(await resourcesOf(stack, engine), settings);
  if (options.now !== undefined) settings = await turnNow(before, settings, stack, engine, options);

  const unfinished = await lastRunFailed(stack, engine);
  const atMost = options.atMost ?? atMostByDefault;
  const chosen = options.dryRun ? [] : choose(before, settings, asOf, unfinished, atMost);
  const turnAll = async (): Promise<readonly Turner[]> => {
    let [after, next] = [before, chosen];
    for (let run = 0; run < mostRuns && next.length > 0; run++) {
      const names = next.length > 3 ? `${next.length}` : next.map(({ name }) => name).join(", ");
      const these = next;
      await progress.step(`turning ${names}`, () => turn(stack, engine, these, options.asOf));
      after = turnersOf(await resourcesOf(stack, engine), settings);
      const due = choose(after, settings, asOf, false, atMost);
      next = due.some(({ name }) => isByHand(name, settings, after)) ? due : [];
    }
    return after;
  };
  const due = dueOf(before, settings, asOf);
  const scene = { stack, env: engine.env, cwd: engine.cwd, model };
  const after =
    chosen.length === 0
      ? before
      : await recorded(scene, intentOf(chosen, due, options), turnAll, (done) => ({
          what: { turned: whyOf(turnedBetween(before, done), due) },
        }));
  const report = reportOf({ stack, settings, asOf, before, after, apiToken, notes: mended });
  if (report.turned.length === 0) return report;
  const isTurned = ({ name }: Published) => report.turned.includes(name);
  const proofs = (await publishedOf(stack, engine)).filter(isTurned);
  await progress.step("asking for a token with what is published", async () => {
    for (const { credential, tokenUrl } of proofs) await proveCredential(credential, tokenUrl);
  });
  return { ...report, notes: [...report.notes, ...consequences(options, settings, report)] };
}

/** What ends a leak is done whether the trail can be written or not. */
function intentOf(chosen: readonly Turner[], due: readonly Due[], { now }: RotateOptions): Intent {
  const names = chosen.map(({ name }) => name);
  return {
    command: "rotate",
    why: [now === undefined ? "what is due turns" : `${now.name}: ${now.reason}`],
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
  if (unfinished) return [...turners];
  return turners.filter(({ name }) => due.has(name)).slice(0, atMost);
}

function isByHand(name: string, { turns }: Settings, after: readonly Turner[]): boolean {
  const done = after.find((turner) => turner.name === name)?.done;
  const wanted = turns[name];
  return (wanted?.again ?? 0) > (done?.again ?? 0) || (wanted?.revoke ?? 0) > (done?.revoke ?? 0);
}

/** Writes the turn into the stack file. */
async function turnNow(
  turners: readonly Turner[],
  settings: Settings,
  stack: string,
  { cwd }: Engine,
  { now, dryRun }: RotateOptions,
): Promise<Settings> {
  const { name, reason } = now ?? { name: "", reason: "" };
  const turner = turners.find((one) => one.name === name);
  if (turner === undefined) {
    const names = turners.map((one) => one.name).join(", ");
    throw new Error(`found no "${name}" that turns; allowed: ${names === "" ? "nothing yet" : names}`);
  }
  // Keys sign what is still in use: they move along, and none is ended. The sign-in has one secret.
  const isEnded = turner.kind === "credential";
  const { again = 0, revoke = 0 } = settings.turns[name] ?? {};
  const isOpen = again > turner.done.again;
  const turns = {
    ...settings.turns,
    [name]: isOpen
      ? { again, revoke, reason }
      : { again: again + 1, revoke: revoke + (isEnded ? 1 : 0), reason },
  };
  if (!dryRun && !isOpen) {
    const file = join(cwd, "stacks", `Pulumi.${stack}.yaml`);
    await writeFile(file, withTurn(await readFile(file, "utf8"), name, reason, isEnded));
  }
  return { ...settings, turns };
}

/** An `up` of these alone. */
async function turn(stack: string, engine: Engine, turners: readonly Turner[], asOf?: Date): Promise<void> {
  const targets = turners.flatMap(({ urns }) => urns).flatMap((urn) => ["--target", urn]);
  const moment = asOf && { [momentVariable]: asOf.toISOString() };
  const env = { ...engine.env, ...moment, [turnsAlone]: "1" };
  try {
    await up({ ...engine, env }, stack, () => undefined, targets);
  } catch (error) {
    if (!(error instanceof EngineError) || !error.message.includes("currently locked")) throw error;
    throw new Error(`another run is at work on stack ${stack}: wait for it, then run this again`, {
      cause: error,
    });
  }
}

interface Export {
  readonly deployment: { readonly resources?: readonly Recorded[] };
}

async function resourcesOf(stack: string, engine: Engine): Promise<readonly Recorded[]> {
  const text = await pulumi(engine, ["stack", "export", "--stack", stack]);
  return (JSON.parse(text) as Export).deployment.resources ?? [];
}

async function publishedOf(stack: string, engine: Engine): Promise<Published[]> {
  return credentialsOf(
    JSON.parse(await pulumi(engine, ["stack", "export", "--show-secrets", "--stack", stack])),
  );
}

/** What somebody should know or do after a turn by hand. */
function consequences({ now }: RotateOptions, { lifetimes }: Settings, { turned }: Report): string[] {
  if (now === undefined || !turned.includes(now.name)) return [];
  if (now.name === turning.signIn)
    return [
      'nobody can sign in to Bitbucket until it has the new secret: print it by "npm run pulumi -- stack output bitbucketSignIn --show-secrets", and paste it in Bitbucket at Administration → Authentication methods → the OpenID Connect configuration → Client secret',
    ];
  if (now.name === turning.signingKeys)
    return [`tokens that the replaced key signed are good until they end, or two turns from now`];
  const until = new Date(Date.now() + lifetimes.accessToken * 1000).toISOString();
  return [
    `what was in use before is ended: Keycloak refuses its secret and its tokens from now on; services that verify tokens without asking may accept one until ${until}`,
    "a step that was given the old credential and asks for a token now is refused: start it anew",
  ];
}
