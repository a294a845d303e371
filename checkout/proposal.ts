/**
 * What a commit proposes, read as data. Whoever may push a branch controls everything in it; of all that, only the text
 * of the data files is taken, out of Git's objects, as it would stand once the commit is merged: a branch that is
 * behind does not seem to take back what was merged since.
 */
import {
  accessFile,
  dataFileAt,
  dataFiles,
  InvalidAccess,
  longestFile,
  stacksFolder,
  type DataTexts,
  type Problem,
} from "../access";
import { git, gitText } from "./git";
import { programSince } from "./program";

export interface Proposal {
  /** Full hash of the commit that proposes. */
  readonly commit: string;
  /** Full hash of the commit that is checked out. */
  readonly onto: string;
  /** Text by path, for example `stacks/Pulumi.prod.yaml`. */
  readonly texts: DataTexts;
  /** Paths of {@link texts} that the merge would change, add or take away. */
  readonly changed: readonly string[];
  /** Paths of everything else that the merge would change and that is no prose: the program. */
  readonly program: readonly string[];
  /** Hash of the tree that the merge would give. */
  readonly tree: string;
}

/** Of all files together: many that are long each are read for as long as one that is. */
const mostBytes = 2 * longestFile;
const mostFiles = 200;

/**
 * @param folder the checkout, whose commit is what the proposal would be merged into
 * @param ref a commit, branch or tag that the checkout has; for example `origin/more-for-support`
 * @throws InvalidAccess with all files that cannot be taken; an Error where there is no such commit
 */
export async function readProposal(folder: string, ref: string): Promise<Proposal> {
  const [onto, commit] = [await commitAt(folder, "HEAD"), await commitAt(folder, ref)];
  const { tree, conflicts } = await merged(folder, onto, commit);
  const [before, after] = [await filesOf(folder, onto), await filesOf(folder, tree)];
  const bytes = [...after.values()].reduce(
    (sum, { size, wrong }) => sum + (wrong === undefined ? size : 0),
    0,
  );
  const problems = [
    ...conflicts.map((file) =>
      problem(
        file,
        "a conflict with what was merged since",
        "merge the target branch into this one and resolve it",
      ),
    ),
    ...[...after].flatMap(([path, file]) =>
      file.wrong === undefined ? [] : [problem(path, file.wrong, "make it an ordinary text file")],
    ),
    ...(after.size > mostFiles
      ? [problem(stacksFolder, `${after.size} files`, `leave at most ${mostFiles}`)]
      : []),
    ...(bytes > mostBytes
      ? [problem("", `${bytes} bytes in all data files together`, `leave at most ${mostBytes}`)]
      : []),
    ...(after.has(accessFile) ? [] : [problem(accessFile, "no such file", "put it back")]),
  ];
  if (problems.length > 0) throw new InvalidAccess(problems);

  const texts = new Map<string, string>();
  for (const [path, { object }] of after) {
    const { stdout } = await git(folder, ["cat-file", "blob", object]);
    if (!isText(stdout))
      problems.push(problem(path, "something that is not UTF-8 text", "make it an ordinary text file"));
    else texts.set(path, stdout.toString("utf8"));
  }
  if (problems.length > 0) throw new InvalidAccess(problems);
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  const changed = paths.filter((path) => before.get(path)?.object !== after.get(path)?.object);
  return { commit, onto, texts, changed, program: await programSince(folder, onto, tree), tree };
}

async function commitAt(folder: string, ref: string): Promise<string> {
  const { code, stdout } = await git(folder, [
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${ref}^{commit}`,
  ]);
  if (code === 0) return stdout.toString("utf8").trim();
  throw new Error(
    `there is no commit ${JSON.stringify(ref)} in this checkout; fetch it first, for example: git fetch origin`,
  );
}

/** The tree that a merge would give, and which files of ours it could not merge. Nothing is checked out. */
async function merged(
  folder: string,
  onto: string,
  commit: string,
): Promise<{ tree: string; conflicts: string[] }> {
  const { code, stdout, stderr } = await git(folder, [
    "merge-tree",
    "--write-tree",
    "--no-messages",
    "--name-only",
    "-z",
    onto,
    commit,
  ]);
  if (code > 1) {
    throw new Error(
      `what a merge would give cannot be told (Git 2.38 or later, and the history of both commits, are needed): ${stderr}`,
    );
  }
  const [tree = "", ...names] = stdout.toString("utf8").split("\0").filter(Boolean);
  const prefix = await gitText(folder, ["rev-parse", "--show-prefix"]);
  const own = names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  return { tree, conflicts: [...new Set(own)].filter((path) => dataFileAt(path) !== undefined) };
}

interface File {
  readonly object: string;
  /** Bytes. */
  readonly size: number;
  /** Why it is not taken. */
  readonly wrong?: string;
}

async function filesOf(folder: string, tree: string): Promise<Map<string, File>> {
  const { stdout } = await git(folder, [
    "ls-tree",
    "-z",
    "-l",
    tree,
    "--",
    ...dataFiles.map(({ path, scope }) => (scope === "one stack" ? `${path}/` : path)),
  ]);
  const files = new Map<string, File>();
  for (const line of stdout.toString("utf8").split("\0").filter(Boolean)) {
    const [, mode = "", , object = "", size = "", path = ""] =
      /^(\d+) (\w+) ([0-9a-f]+) +(\S+)\t(.*)$/s.exec(line) ?? [];
    if (dataFileAt(path) === undefined) continue;
    const isFile = mode === "100644" || mode === "100755";
    const wrong = !isFile ? "a link or a folder" : Number(size) > longestFile ? `${size} bytes` : undefined;
    files.set(path, { object, size: Number(size) || 0, ...(wrong !== undefined && { wrong }) });
  }
  return files;
}

function isText(bytes: Buffer): boolean {
  try {
    return !new TextDecoder("utf-8", { fatal: true }).decode(bytes).includes("\0");
  } catch {
    return false;
  }
}

function problem(file: string, found: string, fix: string): Problem {
  return { file, path: "", found, fix };
}
