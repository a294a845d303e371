/**
 * Commits as Git knows them: the hash of a commit is that of its content, and its objects are what `git fetch` is given.
 * There are no links here; what begins as a script does is executable.
 */
import { createHash } from "node:crypto";
import type { Commit } from "./code";
import { signed } from "./signatures";

export interface GitObject {
  readonly type: "blob" | "tree" | "commit";
  readonly content: Buffer;
}

/** Objects by their hash. */
export type GitObjects = Map<string, GitObject>;

/** The hash that Git gives to a commit of this content. */
export function hashOf(commit: Omit<Commit, "hash">): string {
  return addCommitObjects(new Map(), commit);
}

/** The objects of a commit, its parents' not among them. */
export function objectsOf(commit: Omit<Commit, "hash">): GitObjects {
  const objects: GitObjects = new Map();
  addCommitObjects(objects, commit);
  return objects;
}

/** As Git stores an object, before it compresses it. */
export function stored({ type, content }: GitObject): Buffer {
  return Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
}

function addCommitObjects(objects: GitObjects, commit: Omit<Commit, "hash">): string {
  const tree = addTree(objects, Object.entries(commit.files));
  const name = commit.author.replace(/[{}<>\n]/g, "");
  const { author, committer } =
    commit.signatures ?? signed(`${name} <account@bitbucket.example>`, commit.date);
  const lines = [
    `tree ${tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${author}`,
    `committer ${committer}`,
    "",
    `${commit.message}\n`,
  ];
  return add(objects, { type: "commit", content: Buffer.from(lines.join("\n")) });
}

function addTree(objects: GitObjects, files: readonly (readonly [path: string, text: string])[]): string {
  const folders = new Map<string, [string, string][]>();
  const entries: { name: string; mode: string; hash: string }[] = [];
  for (const [path, text] of files) {
    const slash = path.indexOf("/");
    if (slash === -1) {
      const hash = add(objects, { type: "blob", content: Buffer.from(text) });
      entries.push({ name: path, mode: isScript(text) ? "100755" : "100644", hash });
    } else {
      const folder = path.slice(0, slash);
      folders.set(folder, [...(folders.get(folder) ?? []), [path.slice(slash + 1), text]]);
    }
  }
  for (const [name, inside] of folders) entries.push({ name, mode: "40000", hash: addTree(objects, inside) });
  // Git compares the bytes of names, and takes a folder's to end with a slash.
  const key = ({ name, mode }: (typeof entries)[number]): Buffer =>
    Buffer.from(mode === "40000" ? `${name}/` : name);
  entries.sort((a, b) => Buffer.compare(key(a), key(b)));
  const parts = entries.flatMap(({ name, mode, hash }) => [
    Buffer.from(`${mode} ${name}\0`),
    Buffer.from(hash, "hex"),
  ]);
  return add(objects, { type: "tree", content: Buffer.concat(parts) });
}

/** Whether a text begins with `#!`, and so is executable wherever it is written to. */
export function isScript(text: string): boolean {
  return text.startsWith("#!");
}

function add(objects: GitObjects, object: GitObject): string {
  const hash = createHash("sha1").update(stored(object)).digest("hex");
  objects.set(hash, object);
  return hash;
}
