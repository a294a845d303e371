/** What the rest of a look costs, said before its first repository. */
import { requestsOfDetails, requestsOfRepository } from "../../../clients/look/foundRepository";
import type { Records } from "../../../clients/look/records";
import { many } from "../counts";

/** Requests to repositories that are still to be sent, at the least: each further environment takes one more. */
export function costOf(records: Records, slugs: readonly string[], details: boolean): number {
  const each = requestsOfRepository + (details ? requestsOfDetails : 0);
  const { workspace } = records.begun.bitbucket;
  const answered = new Map<string, number>();
  for (const { asked } of records.all()) {
    const [, found, slug = ""] = /^GET \/2\.0\/repositories\/([^/]+)\/([^/?]+)\//.exec(asked) ?? [];
    if (found === workspace) answered.set(slug, (answered.get(slug) ?? 0) + 1);
  }
  return slugs.reduce((sum, slug) => sum + Math.max(0, each - (answered.get(slug) ?? 0)), 0);
}

/**
 * `200 repositories: 1,000 requests, and one more for each further environment; 1,000 an hour may be sent: about 12 minutes`
 *
 * @param wait of the last request, in milliseconds
 */
export function costText(repositories: number, requests: number, wait: number): string {
  const of = many(repositories, "repository", "repositories");
  if (requests === 0) return `${of}, of which everything was asked before`;
  const cost = `${of}: ${many(requests, "request")} are to be sent, and one more for each further environment`;
  if (wait === 0) return `${cost}; the hour has room for them`;
  return `${cost}; the hourly limit stretches that over about ${many(Math.ceil(wait / 60_000), "minute")}: it can be interrupted at any time and goes on from where it was`;
}
