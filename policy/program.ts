/**
 * Whose data files the pack evaluates by. An engine starts a pack in the pack's own folder (the official one) or elsewhere,
 * and never says where the program lies; so our commands say it, and where nobody does, it is the pack's own checkout.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { variable } from "../access/environment";

const file = "Pulumi.yaml";

/**
 * The folder of Pulumi.yaml.
 *
 * @param project its name, as URNs have it
 * @throws Error if no such project is there: rules that know no access.yaml would refuse what is right, and let pass what
 *   is not
 */
export function programFolder(project: string, env: NodeJS.ProcessEnv): string {
  const named = env[variable.program];
  const folder = named ?? checkoutAbove(__dirname);
  const found = folder === undefined ? undefined : projectIn(folder);
  if (folder !== undefined && found === project) return folder;
  const where = named === undefined ? "" : ` of ${variable.program}`;
  throw refusal(
    `${folder === undefined ? `no ${file} above ${__dirname}` : `${join(folder, file)}${where}`}: ` +
      `found ${found === undefined ? "no project" : `the project ${found}`}; the guardrails evaluate the project ${project}: ` +
      `set ${variable.program} to the folder of its ${file}`,
  );
}

/** The SDK shows an error by its stack, which would say nothing here. */
function refusal(text: string): Error {
  return Object.assign(new Error(text), { stack: text });
}

/** The nearest folder above that has the project's file: from here, and from where this is kept compiled. */
function checkoutAbove(folder: string): string | undefined {
  if (existsSync(join(folder, file))) return folder;
  return dirname(folder) === folder ? undefined : checkoutAbove(dirname(folder));
}

function projectIn(folder: string): string | undefined {
  const path = join(folder, file);
  if (!existsSync(path)) return undefined;
  const content = parse(readFileSync(path, "utf8")) as { readonly name?: string } | null;
  return content?.name;
}
