/** What has changed since a commit besides the data files: the program, and whatever decides what it does. */
import { foreignChanges, isProgram, stackFile } from "../access";
import { textsIn } from "./folder";
import { git } from "./git";

/**
 * Paths of the files that differ from a commit, sorted, and what of the stack's file is no setting of this program; none
 * outside of a Git checkout.
 *
 * @param since the commit, with `+` at its end where files differed from it; undefined: nobody knows
 * @param tree what is compared with it. Default: the checkout as it lies there
 * @param stack whose file is compared, too. Default: none's
 * @returns words instead of paths where Git cannot tell
 */
export async function programSince(
  folder: string,
  since: string | undefined,
  { stack, tree }: { readonly stack?: string; readonly tree?: string } = {},
): Promise<string[]> {
  const inside = await git(folder, ["rev-parse", "--is-inside-work-tree"]);
  if (inside.code !== 0) return [];
  if (since === undefined) return ["all of it, since no commit says what the stack was brought up from"];
  const commit = since.replace(/\+$/, "");
  // From the folder of Pulumi.yaml, which need not be the root of the repository.
  const tracked = await git(folder, [
    "diff",
    "--no-renames",
    "--name-only",
    "-z",
    "--relative",
    commit,
    ...(tree ? [tree] : []),
    "--",
  ]);
  if (tracked.code !== 0) return [`perhaps, since commit ${commit.slice(0, 12)} is not in this clone`];
  const untracked = await git(folder, ["ls-files", "--others", "--exclude-standard", "-z"]);
  const paths = (tree ? [tracked] : [tracked, untracked]).flatMap(({ stdout }) =>
    stdout.toString("utf8").split("\0"),
  );
  return [
    ...new Set(paths.filter((path) => path !== "" && isProgram(path))),
    ...(stack === undefined ? [] : await foreign(folder, stack, commit, tree)),
  ].sort();
}

async function foreign(
  folder: string,
  stack: string,
  commit: string,
  tree: string | undefined,
): Promise<string[]> {
  const file = stackFile(stack);
  const at = async (revision: string) =>
    (await git(folder, ["show", `${revision}:./${file}`])).stdout.toString("utf8");
  const now = tree === undefined ? (textsIn(folder).get(file) ?? "") : await at(tree);
  return foreignChanges(await at(commit), now).map((key) => `${file}, ${key}`);
}
