/** Which pull request brought what somebody has to approve of. */
import { isDeepStrictEqual } from "node:util";
import {
  readDeclared,
  readSettings,
  rightsFilesOf,
  type Members,
  type Model,
  type Need,
  type Settings,
  type AccessState,
} from "../../access";
import { needsBetween } from "../preview/report";
import type { AccessRepository, MergedPullRequest } from "../../clients/accessRepository";

/** What a preview evaluated by. */
export interface Basis {
  readonly stack: string;
  readonly model: Model;
  readonly settings: Settings;
  readonly asOf: Date;
  readonly members: Members;
  /** What the stack was last brought up with; undefined if it never was. */
  readonly before: AccessState | undefined;
}

export type Origins =
  | { readonly ok: true; readonly pullRequests: ReadonlyMap<Need, MergedPullRequest | undefined> }
  | { readonly ok: false; readonly reason: string };

/** Where the files of a commit are read, and the environment variables that they are read with. */
interface Sources {
  readonly repository: AccessRepository;
  readonly env: NodeJS.ProcessEnv;
}

/** So many commits are gone back through. */
const mostCommits = 100;

/**
 * Goes back from a commit, along the branch that it was merged into, to where each need came in.
 *
 * @returns for each need its pull request; undefined where the commit that brought it is no merge of one
 */
export async function originsOf(
  needs: readonly Need[],
  commit: string,
  basis: Basis,
  sources: Sources,
): Promise<Origins> {
  const { repository } = sources;
  const pullRequests = new Map<Need, MergedPullRequest | undefined>();
  let at = await repository.commit(commit);
  const here = await declaredAt(at.hash, basis, sources);
  if (!isDeepStrictEqual(here?.model, basis.model) || !isDeepStrictEqual(here?.settings, basis.settings)) {
    return {
      ok: false,
      reason: `the files here are not those of ${repository.name} at ${commit.slice(0, 12)}: check out what was merged`,
    };
  }
  let open = [...needs];
  for (let gone = 0; gone < mostCommits; gone++) {
    const parent = at.parent === undefined ? undefined : await repository.commit(at.parent);
    const earlier = parent && (await declaredAt(parent.hash, basis, sources));
    // People are part of a need: who joins a team that is about to gain something brings a need of their own.
    const there = (earlier ? needsBetween(basis.before, earlier.model, basis) : []).map(keyOf);
    const brought = open.filter((need) => !there.includes(keyOf(need)));
    const pullRequest = brought.length > 0 ? await repository.mergedAs(at) : undefined;
    for (const need of brought) pullRequests.set(need, pullRequest);
    open = open.filter((need) => !brought.includes(need));
    if (open.length === 0 || parent === undefined) return { ok: true, pullRequests };
    at = parent;
  }
  return {
    ok: false,
    reason: `${mostCommits} commits were looked through, and none of them brought: ${open.map(({ reason }) => reason).join("; ")}`,
  };
}

/** What the files of a commit say; undefined where that is nothing that could be brought up. */
async function declaredAt(
  commit: string,
  { stack, asOf }: Basis,
  { repository, env }: Sources,
): Promise<{ model: Model; settings: Settings } | undefined> {
  const paths = rightsFilesOf(stack);
  const read = await Promise.all(paths.map((path) => repository.file(commit, path)));
  const texts = new Map(
    paths.flatMap((path, index) => (read[index] === undefined ? [] : [[path, read[index]]])),
  );
  const { model, settings, problems } = readDeclared(texts, readSettings(texts, stack, env), asOf);
  return problems.length === 0 && model && settings ? { model, settings } : undefined;
}

function keyOf(need: Need): string {
  return JSON.stringify(need);
}
