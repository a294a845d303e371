/** Since when somebody can do something: the newest of what has to stand in the file for it. */
import { dayOf } from "../../access";
import { shorten } from "../../access/problem";
import type { Link, Reason } from "../../access/why";
import type { LineOrigin } from "../../checkout/blame";

export type Origins = ReadonlyMap<number, LineOrigin | "not committed">;

export interface Since {
  /** What was written last of it. */
  readonly link: Link;
  readonly origin: LineOrigin | "not committed";
}

/** @returns undefined where Git does not say it of each line */
export function sinceOf({ links }: Pick<Reason, "links">, origins: Origins | undefined): Since | undefined {
  const all = links.flatMap((link) =>
    link.lines.map((line): Partial<Since> & { readonly link: Link } => {
      const origin = origins?.get(line);
      return { link, ...(origin !== undefined && { origin }) };
    }),
  );
  const known = all.filter((one): one is Since => one.origin !== undefined);
  if (known.length === 0 || known.length < all.length) return undefined;
  const time = ({ origin }: Since) => (origin === "not committed" ? Infinity : origin.on.getTime());
  return known.reduce((newest, one) => (time(one) > time(newest) ? one : newest));
}

/** Example: `since 2026-11-02, commit 0123456789ab, pull request #7, Ana: Payments can start builds`. */
export function sinceText(reason: Pick<Reason, "links">, origins: Origins | undefined): string {
  const since = sinceOf(reason, origins);
  if (since === undefined)
    return `since when: ${origins === undefined ? "not known, outside of a Git checkout" : "Git does not say it"}`;
  const { origin, link } = since;
  if (origin === "not committed") return `since when: not committed yet (${link.what})`;
  const { commit, on, author, subject, pullRequest, isCut } = origin;
  const request = pullRequest === undefined ? "" : `pull request #${pullRequest}, `;
  const cut = isCut ? "or longer, where the clone begins: " : "";
  return `since ${dayOf(on)}, ${cut}commit ${commit.slice(0, 12)}, ${request}${author}: ${shorten(subject, 60)}`;
}

/** Example: `since 2026-11-02 (#7)`; empty where Git does not say it. */
export function sinceBrief(reason: Pick<Reason, "links">, origins: Origins | undefined): string {
  const origin = sinceOf(reason, origins)?.origin;
  if (origin === undefined) return "";
  if (origin === "not committed") return "not committed yet";
  const request = origin.pullRequest === undefined ? "" : ` (#${origin.pullRequest})`;
  return `since ${dayOf(origin.on)}${request}`;
}
