/**
 * What the pack reads before it judges: `access.yaml`, the stack's dials, `exceptions.yaml`, and, where a command of
 * this project says where it lies, the state that the stack was left in. The folder is that of Pulumi.yaml, where the
 * engine starts the pack.
 */
import { existsSync, readFileSync } from "node:fs";
import {
  decodeBaseline,
  lockFile,
  parseAccess,
  parseStackFile,
  type Model,
  type Problem,
  type Settings,
} from "../access";
import { exceptionsFile, readExceptions } from "./exceptions";
import type { Before, Court } from "./judge";
import type { Seen } from "./rule";
import { rules } from "./rules";
import { seenAs } from "./seen";
import { variable } from "../access/environment";

/** File with the state before the run, as `pulumi stack export` writes it. */
const beforeVariable = variable.stateBefore;
/** A preview sets it, so that everything is judged at one moment. */
const momentVariable = variable.moment;

export interface Opened extends Court {
  /** Of `exceptions.yaml`. */
  readonly problems: readonly Problem[];
}

export function openCourt(stack: string, env: NodeJS.ProcessEnv = process.env): Opened {
  const settings = settingsOf(`stacks/Pulumi.${stack}.yaml`);
  const asOf = momentOf(settings, env);
  const model = modelOf();
  const context = { asOf, ...(model && { model }), ...(settings && { settings }) };
  const text = textOf(exceptionsFile);
  const read =
    text === undefined ? { exceptions: [], problems: [] } : readExceptions(text, { rules, ...context });
  const file = env[beforeVariable];
  const before = file === undefined ? undefined : beforeOf(readFileSync(file, "utf8"), settings);
  return { ...context, ...read, ...(before && { before }) };
}

function settingsOf(file: string): Settings | undefined {
  const text = textOf(file);
  const read = text === undefined ? undefined : parseStackFile(text, file);
  return read?.ok ? read.settings : undefined;
}

/** Its form only: what it means is what the rules judge, and the program refuses what it cannot read. */
function modelOf(): Model | undefined {
  const text = textOf("access.yaml");
  if (text === undefined) return undefined;
  const lock = textOf(lockFile);
  const parsed = parseAccess(
    text,
    "access.yaml",
    lock === undefined ? undefined : { text: lock, file: lockFile },
  );
  return parsed.ok ? parsed.model : undefined;
}

function momentOf(settings: Settings | undefined, env: NodeJS.ProcessEnv): Date {
  const given = settings?.asOf ?? env[momentVariable];
  const moment = given === undefined ? new Date() : new Date(given);
  return Number.isNaN(moment.getTime()) ? new Date() : moment;
}

interface Exported {
  readonly deployment: {
    readonly resources?: readonly {
      readonly urn: string;
      readonly type: string;
      readonly protect?: boolean;
      readonly inputs?: Readonly<Record<string, unknown>>;
      readonly outputs?: Readonly<Record<string, unknown>>;
    }[];
  };
}

export function beforeOf(text: string, settings: Settings | undefined): Before {
  const all = (JSON.parse(text) as Exported).deployment.resources ?? [];
  const output = all.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs?.baseline;
  const baseline = typeof output === "string" ? decodeBaseline(output) : undefined;
  const resources = all.map(({ urn, type, inputs = {}, protect = false }): [string, Seen] => [
    urn,
    seenAs(urn, type, inputs, protect),
  ]);
  return {
    resources: new Map(resources),
    asOf: new Date(baseline?.asOf ?? 0),
    ...(baseline && { model: baseline.model }),
    ...(settings && { settings }),
  };
}

function textOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
