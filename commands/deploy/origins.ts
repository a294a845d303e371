/** Which pull request brought what somebody has to approve of. */
import { isDeepStrictEqual } from "node:util";
import {
  lockFile,
  parseStackFile,
  readAccess,
  type Members,
  type Model,
  type Need,
  type Settings,
  type Standing,
} from "../../access";
import { needsBetween } from "../preview/report";
import type { AccessRepository, MergedPullRequest } from "../../clients/accessRepository";

/** What a preview judged by. */
export interface Basis {
  readonly stack: string;
  readonly model: Model;
  readonly settings: Settings;
  readonly asOf: Date;
  readonly members: Members;
  /** What the stack was last brought up with; undefined if it never was. */
  readonly before: Standing | undefined;
}

export type Origins =
  | { readonly ok: true; readonly pullRequests: ReadonlyMap<Need, MergedPullRequest | undefined> }
  | { readonly ok: false; readonly reason: string };

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
  repository: AccessRepository,
): Promise<Origins> {
  const pullRequests = new Map<Need, MergedPullRequest | undefined>();
  let at = await repository.commit(commit);
  const here = await declaredAt(at.hash, basis, repository);
  if (!isDeepStrictEqual(here?.model, basis.model) || !isDeepStrictEqual(here?.settings, basis.settings)) {
    return {
      ok: false,
      reason: `the files here are not those of ${repository.name} at ${commit.slice(0, 12)}: check out what was merged`,
    };
  }
  let open = [...needs];
  for (let gone = 0; gone < mostCommits; gone++) {
    const parent = at.parent === undefined ? undefined : await repository.commit(at.parent);
    const earlier = parent && (await declaredAt(parent.hash, basis, repository));
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
  repository: AccessRepository,
): Promise<{ model: Model; settings: Settings } | undefined> {
  const file = `stacks/Pulumi.${stack}.yaml`;
  const [access, lock, dials] = await Promise.all(
    ["access.yaml", lockFile, file].map((path) => repository.file(commit, path)),
  );
  const read = parseStackFile(dials ?? "", file);
  if (access === undefined || !read.ok) return undefined;
  const locked = lock === undefined ? undefined : { text: lock, file: lockFile };
  const parsed = readAccess(access, "access.yaml", read.settings, locked, asOf);
  return parsed.ok ? { model: parsed.model, settings: read.settings } : undefined;
}

function keyOf(need: Need): string {
  return JSON.stringify(need);
}
