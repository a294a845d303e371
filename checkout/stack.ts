/** The dials of one stack and `access.yaml`, read for a command. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  InvalidAccess,
  lockFile,
  onThisMachine,
  parseStackFile,
  readAccess,
  rivalProblems,
  turnProblems,
  type LockText,
  type Model,
  type Problem,
  type Settings,
} from "../access";
import { variable } from "../access/environment";

/**
 * @param folder the folder of Pulumi.yaml
 * @throws InvalidAccess with every problem of both files, and with what another stack claims as well
 */
export async function readStack(
  folder: string,
  stack: string,
  env: NodeJS.ProcessEnv,
): Promise<{ model: Model; settings: Settings; warnings: readonly Problem[] }> {
  const file = `stacks/Pulumi.${stack}.yaml`;
  const text = await readFile(join(folder, file), "utf8").catch(() => {
    throw new Error(`there is no ${file}: name a stack that has a file in stacks/`);
  });
  const read = parseStackFile(text, file);
  const accessText = await readFile(join(folder, "access.yaml"), "utf8");
  const asOf = read.ok ? momentOf(read.settings, env) : undefined;
  const settings = read.ok ? read.settings : undefined;
  const access = readAccess(accessText, "access.yaml", settings, lockText(folder), asOf);
  const rivals = read.ok ? rivalProblems({ file, ...read }, stackTexts(folder)) : read.problems;
  const turns =
    read.ok && access.ok
      ? turnProblems(access.model, { ...read, file, settings: onThisMachine(read.settings, stack, env) })
      : [];
  const problems = [...rivals, ...turns, ...(access.ok ? [] : access.problems)];
  if (!read.ok || !access.ok || problems.length > 0) throw new InvalidAccess(problems);
  const { model, warnings } = access;
  return { model, settings: onThisMachine(read.settings, stack, env), warnings };
}

/** A deploy sets it, so that it judges grants at the moment of the preview that it carries out. */
export const momentVariable = variable.moment;

/**
 * The moment that grants are judged at: the dial `asOf`, else the moment of the preview that a deploy carries out,
 * else now.
 */
export function momentOf({ asOf }: Settings, env: NodeJS.ProcessEnv): Date {
  const given = asOf ?? env[momentVariable];
  const moment = given === undefined ? new Date() : new Date(given);
  if (Number.isNaN(moment.getTime()))
    throw new Error(
      `found "${given ?? ""}" in ${momentVariable}; allowed: a moment, as 2026-11-23T12:00:00Z`,
    );
  return moment;
}

/** What the patterns of `access.yaml` stand for, as it was written last; undefined if it never was. */
export function lockText(folder: string): LockText | undefined {
  const file = join(folder, lockFile);
  return existsSync(file) ? { text: readFileSync(file, "utf8"), file: lockFile } : undefined;
}

/** The texts in which people are named. */
export function readTexts(folder: string): {
  readonly access: string;
  readonly exceptions: string | undefined;
} {
  const exceptions = join(folder, "exceptions.yaml");
  return {
    access: readFileSync(join(folder, "access.yaml"), "utf8"),
    exceptions: existsSync(exceptions) ? readFileSync(exceptions, "utf8") : undefined,
  };
}

/** The texts of all stack files. */
export function stackTexts(folder: string): { file: string; text: string }[] {
  return readdirSync(join(folder, "stacks"))
    .filter((name) => /^Pulumi\..+\.yaml$/.test(name))
    .map((name) => ({ file: `stacks/${name}`, text: readFileSync(join(folder, "stacks", name), "utf8") }));
}
