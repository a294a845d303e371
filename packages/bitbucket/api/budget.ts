/**
 * Bitbucket gives each user so many requests in any sixty minutes and tells nobody how many are left (only access
 * tokens get headers). So the client counts for itself; what follows from a count is worked out here, purely.
 *
 * All times are milliseconds since 1970, in ascending order.
 */
export const hour = 3_600_000;

/** What is counted together: an access token's, webhooks, and the rest by the first part of a path, as Bitbucket's limits are. */
export const requestFamilies = [
  "repositories",
  "workspaces",
  "groups",
  "webhooks",
  "other",
  "access token",
] as const;
export type RequestFamily = (typeof requestFamilies)[number];

/**
 * Requests in a rolling hour, for one user. Families without a figure of their own have none published
 * (https://support.atlassian.com/bitbucket-cloud/docs/api-request-limits/).
 */
export const publishedLimits: { readonly [F in RequestFamily]?: number } = {
  repositories: 1000,
  webhooks: 1000,
  // At least; its answers say how many: https://support.atlassian.com/bitbucket-cloud/docs/api-request-limits/
  "access token": 1000,
};

/** @param path for example `/2.0/repositories/acme` */
export function requestFamilyOf(path: string): RequestFamily {
  const [, , part, ...rest] = path.split("/");
  if (rest[part === "workspaces" ? 1 : 2] === "hooks") return "webhooks";
  return requestFamilies.find((family) => family === part) ?? "other";
}

/** So many requests within so many milliseconds. */
export interface Burst {
  readonly requests: number;
  readonly milliseconds: number;
}

/**
 * What draws no 429 by itself. Bitbucket refuses bursts long before the hour's limit and publishes no number; this is
 * a little less than what eight connections to it reach.
 */
export const gentleBurst: Burst = { requests: 20, milliseconds: 1_000 };

/** The requests that still count. */
export function within(times: readonly number[], now: number, span = hour): readonly number[] {
  return times.filter((time) => time > now - span);
}

/** How long the next request has to wait, in milliseconds. */
export function waitFor(times: readonly number[], limit: number, now: number): number {
  return forecast(times, 1, limit, now);
}

/** When the last of so many requests can be sent, in milliseconds from now; each by itself takes no time. */
export function forecast(
  times: readonly number[],
  planned: number,
  limit: number,
  now: number,
  span = hour,
): number {
  const sent = [...within(times, now, span)];
  for (let request = 0; request < planned; request++) {
    const oldest = sent[sent.length - limit];
    sent.push(oldest === undefined ? now : Math.max(now, oldest + span));
  }
  return (sent.at(-1) ?? now) - now;
}

/** What a person is told who waits. */
export function waitingText(
  family: RequestFamily,
  count: number,
  waiting: number,
  wait: number,
  last: number,
): string {
  const minutes = (time: number) => Math.max(1, Math.ceil(time / 60_000));
  return `bitbucket: ${spentText(family, count)}; ${waiting} ${waiting === 1 ? "is" : "are"} waiting: the first goes on in about ${minutes(wait)} minutes, the last in about ${minutes(last)}; this can be interrupted, and the next run goes on from where it was`;
}

/** What a person is told who does not wait. */
export function spentText(family: RequestFamily, count: number): string {
  return `${count} requests to ${family} in the last hour, as many as one user may send`;
}
