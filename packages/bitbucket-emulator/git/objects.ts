/**
 * Git's objects, each in a file of its own (https://git-scm.com/docs/gitformat-loose): no object is ever packed here, so
 * that reading one is reading a file.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync, inflateSync } from "node:zlib";

export interface GitObject {
  readonly type: "blob" | "tree" | "commit" | "tag";
  readonly content: Buffer;
}

/** Keeps an object, or only says what its hash would be. @returns its hash */
export type Put = (object: GitObject) => string;

/** The hash that Git gives to an object. */
export const hashOf: Put = (object) => createHash("sha1").update(stored(object)).digest("hex");

/** Writes objects into a bare repository. @param folder of the repository */
export function writerInto(folder: string): Put {
  return (object) => {
    const hash = hashOf(object);
    const file = fileOf(folder, hash);
    if (existsSync(file)) return hash;
    mkdirSync(dirname(file), { recursive: true });
    const temporary = `${file}.${randomUUID()}`;
    writeFileSync(temporary, deflateSync(stored(object)), { mode: 0o444 });
    renameSync(temporary, file);
    return hash;
  };
}

/** An object by its whole hash; undefined if the repository has none. */
export function readObject(folder: string, hash: string): GitObject | undefined {
  const file = fileOf(folder, hash);
  if (!existsSync(file)) return undefined;
  const bytes = inflateSync(readFileSync(file));
  const end = bytes.indexOf(0);
  const [type] = bytes.subarray(0, end).toString().split(" ");
  return { type: type as GitObject["type"], content: bytes.subarray(end + 1) };
}

/** Hashes of the objects that begin with some characters, at least two. */
export function objectsLike(folder: string, beginning: string): string[] {
  const [start, rest] = [beginning.slice(0, 2), beginning.slice(2)];
  const inside = join(folder, "objects", start);
  if (!/^[0-9a-f]{2,40}$/.test(beginning) || !existsSync(inside)) return [];
  return readdirSync(inside).flatMap((name) =>
    name.length === 38 && name.startsWith(rest) ? [start + name] : [],
  );
}

function fileOf(folder: string, hash: string): string {
  return join(folder, "objects", hash.slice(0, 2), hash.slice(2));
}

/** As Git stores an object, before it compresses it. */
function stored({ type, content }: GitObject): Buffer {
  return Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
}
