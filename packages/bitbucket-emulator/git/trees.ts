/** Trees: the files of a commit, by their whole paths. */
import { readObject, type GitObject, type Put } from "./objects";

/** Mode and hash of each file by its path, such as `100644 e69de29…`. Links and submodules are entries as well. */
export type Files = Readonly<Record<string, string>>;

/** The files of a tree and of those within it. @param folder of the repository */
export function readTree(folder: string, hash: string, path = ""): Files {
  const files: Record<string, string> = {};
  for (const { name, mode, hash: inside } of entriesOf(readObject(folder, hash))) {
    if (mode === "40000") Object.assign(files, readTree(folder, inside, `${path}${name}/`));
    else files[path + name] = `${mode} ${inside}`;
  }
  return files;
}

/** Puts the trees of some files. @returns the hash of the outermost */
export function putTree(put: Put, files: Files): string {
  const folders = new Map<string, Record<string, string>>();
  const entries: Entry[] = [];
  for (const [path, file] of Object.entries(files)) {
    const slash = path.indexOf("/");
    if (slash === -1) {
      const [mode = "", hash = ""] = file.split(" ");
      entries.push({ name: path, mode, hash });
    } else {
      const name = path.slice(0, slash);
      const inside = folders.get(name) ?? {};
      inside[path.slice(slash + 1)] = file;
      folders.set(name, inside);
    }
  }
  for (const [name, inside] of folders) entries.push({ name, mode: "40000", hash: putTree(put, inside) });
  // Git compares the bytes of names, and takes a folder's to end with a slash.
  const key = ({ name, mode }: Entry): Buffer => Buffer.from(mode === "40000" ? `${name}/` : name);
  entries.sort((a, b) => Buffer.compare(key(a), key(b)));
  const parts = entries.flatMap(({ name, mode, hash }) => [
    Buffer.from(`${mode} ${name}\0`),
    Buffer.from(hash, "hex"),
  ]);
  return put({ type: "tree", content: Buffer.concat(parts) });
}

/** Puts a text as a file. What begins with `#!` is executable. @returns its entry */
export function putText(put: Put, text: string): string {
  const hash = put({ type: "blob", content: Buffer.from(text) });
  return `${text.startsWith("#!") ? "100755" : "100644"} ${hash}`;
}

interface Entry {
  readonly name: string;
  readonly mode: string;
  readonly hash: string;
}

/** What stands in a tree itself. */
export function entriesOf(tree: GitObject | undefined): Entry[] {
  const entries: Entry[] = [];
  const bytes = tree?.content ?? Buffer.alloc(0);
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0, at);
    const [mode = "", ...name] = bytes.subarray(at, end).toString().split(" ");
    entries.push({ mode, name: name.join(" "), hash: bytes.subarray(end + 1, end + 21).toString("hex") });
    at = end + 21;
  }
  return entries;
}
