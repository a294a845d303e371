/**
 * Where a change comes from: the commits that a run brings up for the first time, and the pull requests that they were
 * merged by. Git says who wrote a commit, which anybody may claim; of a pull request Bitbucket says who opened it and who
 * approved.
 */
import { dataPaths } from "../access";
import type { AccessRepository } from "../clients/accessRepository";
import { commitsIn } from "../checkout/commits";
import { git } from "../checkout/git";
import type { PullRequest, Source } from "./entry";

/** So many commits are told; who waits longer has more, and the count says so. */
const mostCommits = 50;

export interface Range {
  /** The commit that was brought up last; undefined: none, or not known. */
  readonly since: string | undefined;
  /** The commit that is. With `+` at its end where files differ from it. */
  readonly commit: string | undefined;
}

/**
 * Newest first, along the branch that they were merged into. Without a commit to start from, the last one alone.
 *
 * @param repository whose pull requests count; undefined: they are not asked for
 * @returns none where the folder is no checkout, or the commits are not in it
 */
export async function sourcesOf(
  cwd: string,
  { since, commit }: Range,
  repository: AccessRepository | undefined,
): Promise<Source[]> {
  const to = plain(commit);
  if (to === undefined) return [];
  if (!(await isThere(cwd, to))) return repository === undefined ? [] : mergeAlone(to, repository);
  const from = plain(since);
  const isKnown = from !== undefined && (await isThere(cwd, from));
  if (from === to) return [];
  const range = isKnown ? [`${from}..${to}`, "-n", String(mostCommits)] : [to, "-n", "1"];
  const sources: Source[] = [];
  for (const { hash, author, subject, message } of await commitsIn(cwd, range, dataPaths)) {
    const pullRequest = await mergedBy(hash, message, repository);
    sources.push({
      commit: hash,
      author: pullRequest?.author ?? author,
      subject,
      ...(pullRequest && { pullRequest }),
    });
  }
  return sources;
}

/** A commit that is not in the checkout: Bitbucket has it. */
async function mergeAlone(hash: string, repository: AccessRepository): Promise<Source[]> {
  const commit = await repository.commit(hash);
  const pullRequest = await mergedBy(commit.hash, commit.message, repository);
  const [subject = ""] = commit.message.split("\n");
  return pullRequest === undefined
    ? []
    : [{ commit: commit.hash, author: pullRequest.author, subject, pullRequest }];
}

async function mergedBy(
  hash: string,
  message: string,
  repository: AccessRepository | undefined,
): Promise<PullRequest | undefined> {
  const found = await repository?.mergedAs({ hash, message });
  if (repository === undefined || found === undefined) return undefined;
  const person = (account: string) => {
    const name = found.names.get(account);
    return { account, ...(name !== undefined && { name }) };
  };
  return {
    repository: repository.name,
    id: found.id,
    title: found.title,
    author: person(found.author),
    approvedBy: found.approvedBy.map(person),
  };
}

async function isThere(cwd: string, commit: string): Promise<boolean> {
  const asked = await git(cwd, ["cat-file", "-e", `${commit}^{commit}`]).catch(() => undefined);
  return asked?.code === 0;
}

function plain(commit: string | undefined): string | undefined {
  const hash = commit?.replace(/\+$/, "");
  return hash !== undefined && /^[0-9a-f]{7,64}$/.test(hash) ? hash : undefined;
}
