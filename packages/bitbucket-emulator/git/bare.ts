/**
 * The bare repositories: all there is to know of commits and branches. One is made when it is first written to or read
 * as a whole, from what the seed says, so that whoever needs no commits pays for none; until then its branches are
 * those that it would have.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"; // prettier-ignore
import { dirname, join, relative } from "node:path";
import type { Branch } from "../code";
import type { Initial, Repository } from "../entities";
import { ApiError } from "../errors";
import { signed } from "../signatures";
import { putCommit } from "./commit";
import { installHooks } from "./hooks";
import { hashOf, writerInto, type Put } from "./objects";
import { putText, putTree } from "./trees";

/** Nothing is packed and nothing is thrown away. */
const configuration = `[core]
\trepositoryformatversion = 0
\tbare = true
\tlogAllRefUpdates = false
[receive]
\tunpackLimit = 1000000000
\tautogc = false
[gc]
\tauto = 0
[http]
\treceivepack = true
`;

/** The folder of a bare repository, which is there once this has returned. */
export function opened({ folder, initial, mainBranch }: Repository): string {
  if (folder === undefined) throw new Error("a repository without a folder has no commits");
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  const made = mkdtempSync(`${folder}.`);
  for (const name of ["objects", "refs/heads", "refs/tags", "hooks"])
    mkdirSync(join(made, name), { recursive: true });
  writeFileSync(join(made, "HEAD"), `ref: refs/heads/${mainBranch}\n`);
  writeFileSync(join(made, "config"), configuration);
  installHooks(join(made, "hooks"));
  for (const { name, commit } of begin(writerInto(made), initial)) writeReference(made, name, commit);
  renameSync(made, folder);
  return folder;
}

const heads = new WeakMap<readonly Initial[], readonly Branch[]>();

/** The branches of a repository, by name. */
export function branchesOf({ folder, initial }: Repository): readonly Branch[] {
  if (folder === undefined || !existsSync(folder)) {
    const found = heads.get(initial) ?? begin(hashOf, initial).sort(byName);
    heads.set(initial, found);
    return found;
  }
  const root = join(folder, "refs/heads");
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".lock"))
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return { name: relative(root, file), commit: readFileSync(file, "utf8").trim() };
    })
    .sort(byName);
}

const byName = (one: Branch, other: Branch): number => (one.name < other.name ? -1 : 1);

/** Hash of the commit at the tip of a branch; undefined if there is no such branch. */
export function tipOf(repository: Repository, branch: string): string | undefined {
  return branchesOf(repository).find(({ name }) => name === branch)?.commit;
}

/**
 * Moves a branch, or makes it.
 *
 * @param commit undefined: the branch goes
 * @throws ApiError 400 if Git would take no such name, or Git is moving it at this moment
 */
export function moveBranch(repository: Repository, branch: string, commit: string | undefined): void {
  const folder = opened(repository);
  const isThere = branchesOf(repository).some(({ name }) => name === branch);
  if (!isThere) checkName(repository, branch);
  const file = join(folder, "refs/heads", branch);
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(`${file}.lock`, `${commit ?? ""}\n`, { flag: "wx" });
  } catch {
    throw new ApiError(409, `Branch ${branch} is being changed.`);
  }
  if (commit !== undefined) renameSync(`${file}.lock`, file);
  else {
    rmSync(file, { force: true });
    rmSync(`${file}.lock`);
    prune(join(folder, "refs/heads"), dirname(file));
  }
}

/** Takes a repository's folder away. */
export function removeBare({ folder }: Repository): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}

/** One commit for each branch, on top of the first, which is the main branch's. */
function begin(put: Put, initial: readonly Initial[]): Branch[] {
  const parents: string[] = [];
  return initial.map(({ branch: name, author, date, files }, index) => {
    const entries = Object.entries(files).map(([path, text]) => [path, putText(put, text)] as const);
    const tree = putTree(put, Object.fromEntries(entries));
    const message = `First commit of ${name}`;
    const commit = putCommit(put, { ...signed(author, date), tree, parents, message });
    if (index === 0) parents.push(commit);
    return { name, commit };
  });
}

function writeReference(folder: string, name: string, commit: string): void {
  const file = join(folder, "refs/heads", name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${commit}\n`);
}

/** https://git-scm.com/docs/git-check-ref-format; besides, a branch is no folder of another. */
function checkName(repository: Repository, branch: string): void {
  // eslint-disable-next-line no-control-regex
  const isWrong = /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|^@$|\/\/|^[/-]|[/.]$|(^|\/)\.|\.lock(\/|$)/.test(branch);
  if (isWrong || branch === "") throw new ApiError(400, `${branch} is no name of a branch.`);
  const other = branchesOf(repository).find(
    ({ name }) => name.startsWith(`${branch}/`) || branch.startsWith(`${name}/`),
  );
  if (other) throw new ApiError(400, `There is a branch ${other.name}, so that there cannot be ${branch}.`);
}

/** Takes away the folders that are empty now. */
function prune(root: string, folder: string): void {
  if (folder === root || readdirSync(folder).length > 0) return;
  rmSync(folder, { recursive: true });
  prune(root, dirname(folder));
}
