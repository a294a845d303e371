/**
 * Reads an audit trail and proves it: a folder with `trail.jsonl`, an entry a line, each with the hash of the line before,
 * and `head.json`, which says how many there are and what the last one's hash is.
 */
import { createHash, type KeyObject } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { entrySchema, type Entry } from "./entry";
import { fingerprintOf, headSchema, signatureProblem, trustedKeys, type Head } from "./head";

export const trailFile = "trail.jsonl";
export const headFile = "head.json";
/** What a writer is about to add, and the head that follows. */
export const pendingFile = "pending.json";
/** A damaged trail is put aside under such a name. */
export const damagedPrefix = "damaged-";

export const noHash = "0".repeat(64);

export interface Trail {
  readonly folder: string;
  /** As far as they can be read, those that are not what the head says included. */
  readonly entries: readonly Entry[];
  /** What proves that the trail is not what was written; none: it is whole. */
  readonly problems: readonly string[];
  /** What somebody should know. */
  readonly notes: readonly string[];
  readonly head: Head | undefined;
}

export interface TrailOptions {
  /** Keys, one of which the head has to be signed with. Default: whichever it names. */
  readonly keys?: readonly KeyObject[];
}

/** The keys that the environment says heads are signed with. */
export function trailOptions(env: NodeJS.ProcessEnv): TrailOptions {
  return { keys: trustedKeys(env) };
}

/**
 * Every trail of a folder: its own, and those of the folders in it, since each pipeline may write one of its own.
 *
 * @returns names of folders, sorted; none where nothing was ever written
 */
export function trailFolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const below = readdirSync(folder, { withFileTypes: true })
    .filter((one) => one.isDirectory() && !one.name.startsWith(damagedPrefix))
    .map(({ name }) => join(folder, name));
  return [folder, ...below.sort()].filter((one) =>
    [trailFile, headFile].some((file) => existsSync(join(one, file))),
  );
}

/** Changes nothing. A folder without a trail is an empty trail. */
export function readTrail(folder: string, { keys = [] }: TrailOptions = {}): Trail {
  const text = bytesOf(folder, trailFile) ?? Buffer.alloc(0);
  const { head, problems: headProblems } = readHead(folder);
  const { entries, problems, hash, bytes, torn } = readLines(text);
  const mismatches = mismatchesOf(head, { count: entries.length, hash, bytes });
  const unsigned = head && signatureProblem(head, keys);
  const tail = torn === 0 ? [] : [`the last line is torn: ${torn} bytes without an end`];
  const missing = head === undefined && text.length > 0 && headProblems.length === 0;
  return {
    folder,
    entries,
    head,
    problems: [
      ...headProblems,
      ...(missing ? ["the head is missing"] : []),
      ...problems,
      ...tail,
      ...mismatches,
      ...(unsigned === undefined ? [] : [unsigned]),
    ],
    notes: notesOf(folder, head, keys),
  };
}

/**
 * What an earlier copy holds and a trail does not: a trail that was cut, together with its head, to what it was once is
 * whole in itself, and only another copy shows it.
 *
 * @param within the folder that the copy's trail is one of
 */
export function missingFrom(folder: string, within: string, copy: Trail): string[] {
  const place = join(folder, relative(within, copy.folder));
  const [now, then] = [bytesOf(place, trailFile), bytesOf(copy.folder, trailFile)];
  if (then === undefined || now?.subarray(0, then.length).equals(then)) return [];
  return [`${place} does not begin with what ${copy.folder} holds: ${copy.entries.length} entries`];
}

interface Lines {
  readonly entries: readonly Entry[];
  readonly problems: readonly string[];
  /** Of the last whole line. */
  readonly hash: string;
  /** Of the whole lines. */
  readonly bytes: number;
  /** Bytes after the last whole line. */
  readonly torn: number;
}

/** @param before what the first line follows. Default: nothing */
export function readLines(text: Buffer, before?: Pick<Head, "count" | "hash">): Lines {
  const entries: Entry[] = [];
  const problems: string[] = [];
  let [at, hash, line] = [0, before?.hash ?? noHash, before?.count ?? 0];
  for (let end = text.indexOf(10, at); end !== -1; end = text.indexOf(10, at)) {
    const bytes = text.subarray(at, end);
    line += 1;
    const entry = entryIn(bytes);
    if (entry === undefined) problems.push(`line ${line} is no entry of a trail`);
    else {
      if (entry.seq !== line) problems.push(`line ${line} calls itself number ${entry.seq}`);
      if (entry.previous !== hash) problems.push(`line ${line} does not follow the line before it`);
      entries.push(entry);
    }
    hash = hashOf(bytes);
    at = end + 1;
  }
  return { entries, problems, hash, bytes: at, torn: text.length - at };
}

function entryIn(bytes: Buffer): Entry | undefined {
  try {
    return entrySchema.parse(JSON.parse(bytes.toString("utf8")));
  } catch {
    return undefined;
  }
}

/** SHA-256, hexadecimal, of a line without its end. */
export function hashOf(line: Buffer | string): string {
  return createHash("sha256").update(line).digest("hex");
}

/** @returns no head where there is none, or none that can be read */
export function readHead(folder: string): { head: Head | undefined; problems: string[] } {
  const text = bytesOf(folder, headFile);
  if (text === undefined) return { head: undefined, problems: [] };
  try {
    const head = headSchema.parse(JSON.parse(text.toString("utf8")));
    if (text.equals(Buffer.from(headText(head)))) return { head, problems: [] };
    return { head, problems: ["the head is not written as a head is"] };
  } catch {
    return { head: undefined, problems: ["the head cannot be read"] };
  }
}

/** Every byte of it counts. */
export function headText(head: Head): string {
  return `${JSON.stringify(headSchema.parse(head))}\n`;
}

function mismatchesOf(head: Head | undefined, found: Pick<Head, "count" | "hash" | "bytes">): string[] {
  if (head === undefined) return [];
  if (found.bytes < head.bytes || found.count < head.count)
    return [
      `the head tells of ${head.count} entries in ${head.bytes} bytes; there are ${found.count} in ${found.bytes}`,
    ];
  if (found.bytes > head.bytes || found.count > head.count)
    return [`${found.count - head.count} entries stand after those that the head tells of`];
  return found.hash === head.hash ? [] : ["the last line is not the one that the head tells of"];
}

function notesOf(folder: string, head: Head | undefined, keys: readonly KeyObject[]): string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return [
    ...(head !== undefined && head.signature === undefined
      ? ["the head is not signed: whoever may write the folder can have made all of it up"]
      : []),
    ...(head?.key !== undefined && keys.length === 0
      ? [`signed by the key ${fingerprintOf(head.key)}, which nobody has said to be the right one`]
      : []),
    ...(names.includes(pendingFile)
      ? ["a writer is at work, or was killed: the next one brings it to its end"]
      : []),
    ...names
      .filter((name) => name.startsWith(damagedPrefix))
      .map((name) => `a damaged trail was put aside: ${join(folder, name)}`),
  ];
}

function bytesOf(folder: string, file: string): Buffer | undefined {
  const path = join(folder, file);
  return existsSync(path) ? readFileSync(path) : undefined;
}
