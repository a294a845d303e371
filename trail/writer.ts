/**
 * Adds entries to an audit trail. What is about to be added is written down first, with the head that follows: whatever
 * kills the writer, the next one brings that to its end, and says so in the trail where a line was torn. Nothing is ever
 * signed that an earlier head does not lead to: a trail that is not whole is put aside, and a new one begins with the
 * news of it.
 */
import { jsonText } from "@bitbucket-keycloak/output";
import { createPublicKey, type KeyObject } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { entrySchema, type Entry, type NewEntry } from "./entry";
import { headOf, headSchema, signatureProblem, signingKey, trustedKeys, type Head } from "./head";
import { locked } from "./lock";
import {
  damagedPrefix,
  hashOf,
  headFile,
  headText,
  noHash,
  pendingFile,
  readHead,
  readLines,
  readTrail,
  trailFile,
} from "./trail";
import { variable } from "../access/environment";

export interface WriterOptions {
  /** Signs the head. Undefined: nobody does. */
  readonly key?: KeyObject | undefined;
  /** Keys that the last head may be signed with, besides. */
  readonly trusted?: readonly KeyObject[];
  /** The stack that notes about the trail itself name. */
  readonly stack: string;
}

/** How the environment says that trails are signed. */
export function writerOptions(env: NodeJS.ProcessEnv, stack: string): WriterOptions {
  return { stack, key: signingKey(env), trusted: trustedKeys(env) };
}

/**
 * Adds entries, all or none, in their order. One whose id the trail has already is left out.
 *
 * @returns those that were added, notes about the trail itself among them
 * @throws if the folder cannot be written, another writer does not come to its end, or the trail is signed and there is
 *   no key
 */
export async function append(
  folder: string,
  entries: readonly NewEntry[],
  options: WriterOptions,
): Promise<readonly Entry[]> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return locked(folder, () => {
    const notes = [...finish(folder, options), ...settle(folder, options)];
    const fresh = entries.some(isCollected) ? unknown(folder, entries) : entries;
    const all = [...notes.map((says) => noteOf(says, options.stack)), ...fresh];
    return all.length === 0 ? [] : write(folder, all, options);
  });
}

/** Entries of a run are new by themselves. */
function isCollected({ act }: NewEntry): boolean {
  return act !== "began" && act !== "ended";
}

function unknown(folder: string, entries: readonly NewEntry[]): NewEntry[] {
  const known = new Set(readTrail(folder).entries.map(({ id }) => id));
  return entries.filter(({ id }) => !known.has(id) && known.add(id));
}

const pendingSchema = z.strictObject({ form: z.literal(1), lines: z.string(), head: headSchema });

function write(folder: string, entries: readonly NewEntry[], { key }: WriterOptions): readonly Entry[] {
  const { head } = readHead(folder);
  const recordedAt = new Date().toISOString();
  let { count, hash, bytes } = head ?? { count: 0, hash: noHash, bytes: 0 };
  let lines = "";
  const written = entries.map((entry) => {
    count += 1;
    const whole = entrySchema.parse({ form: 1, seq: count, previous: hash, ...entry, recordedAt });
    const line = jsonText(whole);
    hash = hashOf(line);
    bytes += Buffer.byteLength(line) + 1;
    lines += `${line}\n`;
    return whole;
  });
  const next = headOf({ count, bytes, hash, at: recordedAt }, key);
  replace(join(folder, pendingFile), JSON.stringify({ form: 1, lines, head: next }));
  complete(folder, head?.bytes ?? 0, lines, next);
  return written;
}

/** @param from length of the file before */
function complete(folder: string, from: number, lines: string, head: Head): void {
  const file = openSync(join(folder, trailFile), existsSync(join(folder, trailFile)) ? "r+" : "w", 0o600);
  try {
    ftruncateSync(file, from);
    writeSync(file, lines, from);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  replace(join(folder, headFile), headText(head));
  rmSync(join(folder, pendingFile), { force: true });
}

/** In one piece, and on the disk. */
function replace(path: string, text: string): void {
  const file = openSync(`${path}.new`, "w", 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}

/** Brings to its end what a killed writer had begun. @returns what has to be said of it */
function finish(folder: string, options: WriterOptions): string[] {
  const path = join(folder, pendingFile);
  if (!existsSync(path)) return [];
  const { head } = readHead(folder);
  const from = head?.bytes ?? 0;
  const tail = textOf(folder).subarray(from);
  const pending = pendingIn(readFileSync(path, "utf8"));
  const follows =
    pending !== undefined &&
    (head === undefined || problemOf(head, options) === undefined) &&
    problemOf(pending.head, options) === undefined &&
    isNext(pending, head) &&
    Buffer.from(pending.lines).subarray(0, tail.length).equals(tail);
  if (pending && head?.hash === pending.head.hash && head.count === pending.head.count) {
    rmSync(path);
    return [];
  }
  if (!follows) {
    const aside = asideOf(folder);
    mkdirSync(aside, { mode: 0o700 });
    renameSync(path, join(aside, pendingFile));
    return [
      `what a writer had written down does not follow the trail; it was not added, and is kept in ${aside}`,
    ];
  }
  complete(folder, from, pending.lines, pending.head);
  const count = pending.head.count - (head?.count ?? 0);
  const torn = tail.length > 0 && tail.length < Buffer.byteLength(pending.lines);
  return [
    `a writer was killed: ${torn ? `the line at byte ${from + tail.lastIndexOf(10) + 1} was torn; ` : ""}the last ${count === 1 ? "entry" : `${count} entries`} before this one ${count === 1 ? "was" : "were"} completed from what it had written down`,
  ];
}

function isNext({ lines, head }: z.infer<typeof pendingSchema>, before: Head | undefined): boolean {
  const whole = readLines(Buffer.from(lines), before);
  return (
    whole.problems.length === 0 &&
    whole.torn === 0 &&
    whole.hash === head.hash &&
    (before?.count ?? 0) + whole.entries.length === head.count &&
    (before?.bytes ?? 0) + whole.bytes === head.bytes
  );
}

/** Makes sure that what is there is what the head tells of. @returns what has to be said of it */
function settle(folder: string, options: WriterOptions): string[] {
  const { head, problems: unreadable } = readHead(folder);
  const text = textOf(folder);
  if (head === undefined && unreadable.length === 0 && text.length === 0) {
    return [];
  }
  if (head?.signature !== undefined && options.key === undefined)
    throw new Error(
      `the audit trail in ${folder} is signed, and there is no key to go on with: set ${variable.auditKey}`,
    );
  const unsigned = head?.signature === undefined;
  const signature = head === undefined || unsigned ? undefined : problemOf(head, options);
  const problems = [
    ...(head === undefined && unreadable.length === 0 ? ["the head is missing"] : unreadable),
    ...(head === undefined ? [] : endProblems(head, text)),
    ...(signature === undefined ? [] : [signature]),
  ];
  if (problems.length > 0) return [putAside(folder, problems, head)];
  const more = text.length - (head?.bytes ?? 0);
  return [
    ...(more > 0 ? [cutOff(folder, head?.bytes ?? 0)] : []),
    ...(unsigned && options.key
      ? ["the entries before this one were not signed; from here on they are"]
      : []),
  ];
}

/** The end alone: a change before it breaks the chain for good, and every check says so. */
function endProblems(head: Head, text: Buffer): string[] {
  if (text.length < head.bytes) return [`the head tells of ${head.bytes} bytes; there are ${text.length}`];
  const whole = text.subarray(0, head.bytes);
  const last = whole.subarray(whole.lastIndexOf(10, -2) + 1, -1);
  return whole.at(-1) === 10 && hashOf(last) === head.hash
    ? []
    : ["the last line is not the one that the head tells of"];
}

/** What stands after the last line that the head tells of was put there by no writer of this program. */
function cutOff(folder: string, from: number): string {
  const aside = asideOf(folder);
  mkdirSync(aside, { mode: 0o700 });
  const tail = textOf(folder).subarray(from);
  writeFileSync(join(aside, "tail"), tail, { mode: 0o600 });
  const file = openSync(join(folder, trailFile), "r+");
  ftruncateSync(file, from);
  fsyncSync(file);
  closeSync(file);
  return `${tail.length} bytes stood after the last line that the head told of (SHA-256 ${hashOf(tail)}); they were cut off, and are kept in ${aside}`;
}

function putAside(folder: string, problems: readonly string[], head: Head | undefined): string {
  const aside = asideOf(folder);
  mkdirSync(aside, { mode: 0o700 });
  for (const name of [trailFile, headFile])
    if (existsSync(join(folder, name))) renameSync(join(folder, name), join(aside, name));
  const told = head === undefined ? "" : ` (its head told of ${head.count} entries, the last ${head.hash})`;
  return `the trail before this one was not whole: ${problems.join("; ")}; it is kept in ${aside}${told}, and a new one begins here`;
}

function asideOf(folder: string): string {
  const moment = new Date().toISOString().replace(/[:.]/g, "-");
  const taken = (name: string) => existsSync(join(folder, name));
  let name = `${damagedPrefix}${moment}`;
  for (let more = 2; taken(name); more++) name = `${damagedPrefix}${moment}-${more}`;
  return join(folder, name);
}

function problemOf(head: Head, { key, trusted = [] }: WriterOptions): string | undefined {
  return signatureProblem(head, key === undefined ? trusted : [createPublicKey(key), ...trusted]);
}

function pendingIn(text: string): z.infer<typeof pendingSchema> | undefined {
  try {
    return pendingSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function noteOf(says: string, stack: string): NewEntry {
  const at = new Date().toISOString();
  return { act: "note", id: `note ${at} ${hashOf(says).slice(0, 12)}`, at, stack, says };
}

function textOf(folder: string): Buffer {
  const path = join(folder, trailFile);
  return existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
}
