/** What of the files ends by itself, and who has to know of it before. */
import type { Exception } from "./exceptions";
import type { Grant, Model, Review, Settings, Subject } from "./model";
import { subjectLabel } from "./tree";
import { compareEnds, dayOf, isActive, untilText } from "./until";

export interface Ending {
  readonly kind: "right" | "exception" | "API token" | "secret" | "review";
  /** What ends, as in `team support: trigger on SHOP/shop-web`. */
  readonly what: string;
  /** The last day, UTC, `YYYY-MM-DD`, or the moment that it ends at. */
  readonly until: string;
  /** User names of those who answer for it. */
  readonly owners: readonly string[];
  /** What to do where it shall not end. */
  readonly fix: string;
}

export interface Ends {
  readonly model: Pick<Model, "owners" | "teams" | "agents" | "grants" | "review">;
  readonly exceptions: readonly Exception[];
  readonly settings: { readonly rotation: Pick<Settings["rotation"], "apiTokenExpires"> };
}

const day = 86_400_000;

/** Whatever has an end. @param stack whose API token it is */
export function endingsOf({ model, exceptions, settings }: Ends, stack: string): Ending[] {
  return [
    ...model.grants.flatMap((grant): Ending[] =>
      grant.until === undefined
        ? []
        : [
            {
              kind: "right",
              what: labelOf(grant),
              until: grant.until,
              owners: ownersOf(grant.subject, model),
              fix: 'move its "until" in access.yaml, by a pull request',
            },
          ],
    ),
    ...exceptions.map(({ rule, on, owner, until }): Ending => ({
      kind: "exception",
      what: `the exception to ${rule} on ${on}`,
      until,
      owners: [owner],
      fix: 'mend what breaks the rule, or move "until" in exceptions.yaml',
    })),
    ...[settings.rotation.apiTokenExpires]
      .filter((until) => until !== "unknown")
      .map((until): Ending => ({
        kind: "API token",
        what: `the Bitbucket API token of ${stack}`,
        until,
        owners: model.owners,
        fix: "make another, put it where runs read it from, and set rotation.apiTokenExpires",
      })),
    ...(model.review === undefined ? [] : [nextReview(model.review, model.owners)]),
  ];
}

/** Due as long as no file says that it has been. */
function nextReview({ last, every }: Review, owners: readonly string[]): Ending {
  return {
    kind: "review",
    what: "the time for the next access review",
    until: dayOf(new Date(Date.parse(last) + every * day)),
    owners,
    fix: "npm run evidence makes its worksheet; then set review.last in access.yaml, by a pull request",
  };
}

/**
 * What ends within so many days, the first to end first. What has ended already is none of it: other commands say so; but of
 * a review that is late none does.
 *
 * @param days from `asOf` on
 */
export function soonest(all: readonly Ending[], asOf: Date, days: number): Ending[] {
  const last = dayOf(new Date(asOf.getTime() + days * day));
  return all
    .filter((one) => (one.kind === "review" || isActive(one, asOf)) && compareEnds(one.until, last) <= 0)
    .sort((a, b) => compareEnds(a.until, b.until) || a.what.localeCompare(b.what, "en"));
}

/**
 * What counted at one moment and no longer does at a later one, in words.
 *
 * @example ["team support: trigger on SHOP/shop-web ended at 2026-12-31T17:00Z"]
 */
export function endedBetween(all: Omit<Ends, "settings">, before: Date, now: Date): string[] {
  return endingsOf({ ...all, settings: { rotation: { apiTokenExpires: "unknown" } } }, "")
    .filter((one) => one.kind !== "review" && isActive(one, before) && !isActive(one, now))
    .map(({ what, until }) => `${what} ended ${untilText(until)}`);
}

function labelOf({ subject, can, on, patterns = {} }: Grant): string {
  const targets = new Set(on.map((target) => patterns[target] ?? target));
  return `${subjectLabel(subject)}: ${can.join(", ")} on ${[...targets].join(", ")}`;
}

/** Whoever has the right, or answers for the team or the agent that has it. */
function ownersOf({ kind, name }: Subject, { teams, agents }: Ends["model"]): string[] {
  if (kind === "person") return [name];
  return (kind === "team" ? teams : agents).filter((one) => one.name === name).map(({ owner }) => owner);
}
