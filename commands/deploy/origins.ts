/** Which pull requests brought what somebody has to approve of. */
import { isDeepStrictEqual } from "node:util";
import {
  exceptionsFile,
  foreignChanges,
  holding,
  isProgram,
  knownAt,
  needsOf,
  ownedAtoms,
  readDeclared,
  readSettings,
  rightsFilesOf,
  stackFile,
  type Declaration,
  type Exception,
  type Known,
  type Members,
  type Model,
  type Settings,
} from "../../access";
import type { Unrecorded } from "../preview/unrecorded";
import type { AccessRepository, Commit, MergedPullRequest } from "../../clients/accessRepository";

/** What a preview evaluated by. */
export interface Basis {
  readonly stack: string;
  readonly model: Model;
  readonly settings: Settings;
  readonly exceptions: readonly Exception[];
  readonly asOf: Date;
  readonly members: Members;
  /** What the stack was last brought up with; undefined if it never was. */
  readonly before: Known | undefined;
  /** What stands where nobody knows what that was. */
  readonly unrecorded?: Unrecorded | undefined;
  /** The commit that it was brought up from; undefined where nobody knows. */
  readonly since: string | undefined;
}

/** One after the other, and none of them readable between: what they brought, they brought together. */
export type Step = readonly {
  readonly commit: Commit;
  /** Undefined where the commit is no merge of one. */
  readonly pullRequest: MergedPullRequest | undefined;
  /** Why what was approved of is not what was merged: anybody who may push may make a merge by hand, with more in it. */
  readonly other?: string;
  /** Where several came together: why, and what to do where one of them lacks an approval. */
  readonly together?: string;
}[];

export type Origins =
  | { readonly ok: true; readonly steps: ReadonlyMap<string, Step> }
  | { readonly ok: false; readonly reason: string };

/** Where the files of a commit are read, and the environment variables that they are read with. */
export interface Sources {
  readonly repository: AccessRepository;
  readonly env: NodeJS.ProcessEnv;
}

/** So many commits are gone back through. */
const mostCommits = 100;

/**
 * Goes back from a commit, along the branch that it was merged into, to where each atom came in: to the first commit
 * before which the files did not ask for just that, or for the same right for longer. Through a commit whose files say
 * nothing that could be brought up, it goes on: whoever approves of what stands after it approves of that as well.
 *
 * @param atoms of needs; an atom of the program came with every commit that changes the program
 */
export async function originsOf(
  atoms: readonly string[],
  commit: string,
  basis: Basis,
  sources: Sources,
): Promise<Origins> {
  const { repository } = sources;
  const steps = new Map<string, Step>();
  let at = await repository.commit(commit);
  const differs = await differsFrom(at.hash, basis, sources);
  if (differs !== undefined) return { ok: false, reason: differs };
  let open = [...atoms];
  let step: Commit[] = [];
  for (let gone = 0; gone < mostCommits && open.length > 0; gone++) {
    step.push(at);
    const parent = at.parent === undefined ? undefined : await repository.commit(at.parent);
    const earlier = parent && (await declaredAt(parent.hash, basis, sources));
    const isReadable = parent === undefined || earlier !== undefined;
    if (isReadable) {
      const isThere = holding(earlier ? atomsOf(basis, earlier) : []);
      const brought = open.filter((atom) => !isThere(atom));
      if (brought.length > 0) {
        const together = step.length > 1 && togetherSince(step);
        const merged = await Promise.all(
          step.map(async (one) => ({
            commit: one,
            pullRequest: await repository.mergedAs(one),
            ...(together && { together }),
          })),
        );
        const head = merged[0]?.pullRequest?.head;
        const proposed = head === undefined ? undefined : await declaredAt(head, basis, sources);
        const isAsked = holding(proposed ? atomsOf(basis, proposed) : []);
        for (const atom of brought)
          steps.set(atom, head === undefined || isAsked(atom) ? merged : merged.map(otherwise));
        open = open.filter(isThere);
      }
      step = [];
    }
    if (parent === undefined) break;
    at = parent;
  }
  if (open.length === 0) return { ok: true, steps };
  return {
    ok: false,
    reason: `${mostCommits} commits were looked through, and none of them brought all of it: deploy oftener, or from an older commit first`,
  };
}

/**
 * The steps that change the program since a commit: each of them is content that somebody has to have seen. Where that commit
 * is not on the branch (it was deployed from another one), those since the branches parted.
 *
 * @param basis `since` undefined, or no commit of the repository: nobody knows what the stack was brought up from, and all of
 *   the program counts as new
 */
export async function programSteps(
  commit: string,
  { stack, since }: Pick<Basis, "stack" | "since">,
  repository: AccessRepository,
): Promise<Origins> {
  const last = since === undefined ? undefined : await repository.found(since.replace(/\+$/, ""));
  const tip = await repository.commit(commit);
  const line = await lineOf(tip, repository, (hash) => hash === (last?.hash ?? tip.parent));
  const until = last && (await partedAt(line, last, repository));
  if (last !== undefined && until === undefined) {
    return {
      ok: false,
      reason: `the commit that the stack was brought up from, ${last.hash.slice(0, 12)}, is none of the last ${mostCommits}, and parted from none of them: deploy a commit between the two first`,
    };
  }
  const isOnLine = last !== undefined && line.some(({ hash }) => hash === last.hash);
  const steps = new Map<string, Step>();
  for (const [index, at] of line.slice(0, until ?? 1).entries()) {
    const parent = line[index + 1];
    const paths = parent && (await programBetween(parent.hash, at.hash, stack, repository));
    // What the other branch had besides goes with the tip.
    if ((isOnLine || index > 0) && paths?.length === 0) continue;
    const origin = { commit: at, pullRequest: await repository.mergedAs(at) };
    const { head = at.hash } = origin.pullRequest ?? {};
    const beside = await programBetween(head, at.hash, stack, repository);
    const isOther = paths === undefined || paths.some((path) => beside.includes(path));
    steps.set(at.hash, [isOther ? otherwise(origin) : origin]);
  }
  return { ok: true, steps };
}

/** The commits of a branch from its tip on, of merges the one that was merged into; up to one of these, or the hundred last. */
async function lineOf(
  tip: Commit,
  repository: AccessRepository,
  ends: (hash: string) => boolean,
): Promise<Commit[]> {
  const line = [tip];
  for (let at = tip; line.length <= mostCommits && at.parent !== undefined && !ends(at.hash); line.push(at))
    at = await repository.commit(at.parent);
  return line;
}

/** Index in a line of the last commit that another one stands on; undefined where there is none. */
async function partedAt(
  line: readonly Commit[],
  other: Commit,
  repository: AccessRepository,
): Promise<number | undefined> {
  const indexOf = (hash: string): number => line.findIndex((one) => one.hash === hash);
  const last = (await lineOf(other, repository, (hash) => indexOf(hash) >= 0)).at(-1) ?? other;
  return indexOf(last.hash) >= 0 ? indexOf(last.hash) : undefined;
}

/** Paths of the program that differ between two commits; the stack's file where more than our settings does. */
async function programBetween(
  from: string,
  to: string,
  stack: string,
  repository: AccessRepository,
): Promise<string[]> {
  if (from === to) return [];
  const paths = await repository.changedPaths(from, to);
  const own = stackFile(stack);
  const [before, after] = paths.includes(own)
    ? await Promise.all([from, to].map((commit) => repository.file(commit, own)))
    : [];
  return [...paths.filter(isProgram), ...(foreignChanges(before, after).length > 0 ? [own] : [])];
}

/** Why a commit is not what is deployed; undefined where it is. */
export async function differsFrom(
  commit: string,
  basis: Basis,
  sources: Sources,
): Promise<string | undefined> {
  const here = await declaredAt(commit, basis, sources);
  return here !== undefined && isDeepStrictEqual(here, declaredBy(basis))
    ? undefined
    : `the files here are not those of ${sources.repository.name} at ${commit.slice(0, 12)}: check out what was merged`;
}

/** All but the first are of files that nobody can read: what they held, only the first shows. */
function togetherSince(step: readonly Commit[]): string {
  const unread = step.slice(1).map(({ hash }) => hash.slice(0, 12));
  return `the files of ${unread.join(", ")} cannot be read, so each that led to ${step[0]?.hash.slice(0, 12) ?? ""} counts; where its approval cannot be had any more, take it out by one pull request, and bring it in by another that is approved`;
}

function otherwise(origin: Step[number]): Step[number] {
  const { commit, pullRequest } = origin;
  const other = `commit ${commit.hash.slice(0, 12)} holds this, and what was approved of in pull request #${pullRequest?.id ?? 0} does not: merge the target branch into the source branch, and have that approved`;
  return { ...origin, other };
}

/** What the files of a commit say; undefined where that is nothing that could be brought up. */
async function declaredAt(
  commit: string,
  { stack, asOf }: Basis,
  { repository, env }: Sources,
): Promise<Declaration | undefined> {
  const paths = [...rightsFilesOf(stack), exceptionsFile];
  const read = await Promise.all(paths.map((path) => repository.file(commit, path)));
  const texts = new Map(
    paths.flatMap((path, index) => (read[index] === undefined ? [] : [[path, read[index]]])),
  );
  const own = readSettings(texts, stack, env);
  const { model, settings, exceptions, problems } = readDeclared(texts, own, asOf, "any");
  return problems.length === 0 && model && settings ? { model, settings, exceptions } : undefined;
}

function declaredBy({ model, settings, exceptions }: Basis): Declaration {
  return { model, settings, exceptions };
}

/** What a second person would have to approve of if these files were brought up. */
function atomsOf({ before, asOf, members }: Basis, declared: Declaration): string[] {
  const needed = needsOf(before, knownAt({ ...declared, asOf }, members)).flatMap(({ atoms }) => atoms);
  return [...needed, ...ownedAtoms(before?.model, declared.model)];
}
