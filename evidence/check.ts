/** Whether a folder of evidence is what was handed out: nothing changed, nothing gone, nothing added. Reads only. */
import type { KeyObject } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  judgeSignature,
  manifestFile,
  manifestSchema,
  parsed,
  sha256Of,
  signatureFile,
  type Manifest,
} from "./manifest";

export interface Checked {
  readonly folder: string;
  /** Undefined where there is none that can be read. */
  readonly manifest?: Manifest;
  /** What proves that it is not what was handed out; none: it is. */
  readonly problems: readonly string[];
  readonly notes: readonly string[];
  /** Files that are as the manifest says. */
  readonly intact: number;
}

/**
 * What is wrong with a folder, all at once.
 *
 * @param trusted the keys, by one of which the manifest has to be signed; none: whichever it names
 * @throws Error if there is no such folder
 */
export function checkFolder(folder: string, trusted: readonly KeyObject[]): Checked {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new Error(`found no folder ${folder}; name the one that npm run evidence wrote`);
  const text = textOf(join(folder, manifestFile));
  const read = text === undefined ? undefined : manifestSchema.safeParse(parsed(text));
  if (text === undefined || !read?.success) {
    const problem =
      text === undefined ? `${manifestFile} is missing` : `${manifestFile} is no manifest of evidence`;
    return { folder, problems: [problem], notes: [], intact: 0 };
  }
  const manifest = read.data;
  const signature = judgeSignature(text, textOf(join(folder, signatureFile)), trusted);
  const states = manifest.files.map((file) => ({ ...file, problem: problemOf(folder, file) }));
  const known = new Set([manifestFile, signatureFile, ...manifest.files.map(({ name }) => name)]);
  const extra = (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => !known.has(name))
    .sort();
  return {
    folder,
    manifest,
    problems: [
      ...(signature.problem === undefined ? [] : [signature.problem]),
      ...states.flatMap(({ problem }) => (problem === undefined ? [] : [problem])),
      ...extra.map((name) => `${name}: is not in the manifest`),
    ],
    notes: signature.note === undefined ? [] : [signature.note],
    intact: states.filter(({ problem }) => problem === undefined).length,
  };
}

function problemOf(folder: string, { name, bytes, sha256 }: Manifest["files"][number]): string | undefined {
  if (name.includes("/") || name.includes("\\") || name === "..") return `${name}: is no name of a file`;
  const path = join(folder, name);
  if (!existsSync(path)) return `${name}: is missing`;
  const found = readFileSync(path);
  if (found.length !== bytes) return `${name}: has ${found.length} bytes, and had ${bytes}`;
  return sha256Of(found) === sha256 ? undefined : `${name}: is not what it was`;
}

function textOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** For a terminal: problems first; the last line says whether the folder is what was handed out. */
export function renderChecked({ folder, manifest, problems, notes, intact }: Checked): string {
  const missing = (manifest?.parts ?? []).flatMap(({ title, missing: why }) =>
    why === undefined ? [] : [`not complete: ${title}: ${why}`],
  );
  const head = manifest && `${manifest.company}, stack ${manifest.stack}, as of ${manifest.asOf}`;
  return [
    ...(head === undefined ? [] : [head]),
    ...problems.map((one) => `FAIL  ${one}`),
    ...missing,
    ...notes.map((one) => `note: ${one}`),
    problems.length === 0
      ? `${folder} is what was handed out: ${intact} files`
      : `${folder} is not what was handed out: ${problems.length} ${problems.length === 1 ? "problem" : "problems"}, ${intact} files as they were`,
  ].join("\n");
}
