/**
 * Grants and separations of the file, with each pattern of targets replaced by the declared projects and
 * repositories that it stands for. A pattern that stands for none stays as it is: a check will find it.
 */
import type { Grant, Model, Separation, Side, Subject, Target } from "../model";
import { isPattern, matches } from "./patterns";
import type { Positions } from "./positions";
import type { AccessFile, GrantEntry } from "./schema";
import type { Path } from "./source";
import { targetOf } from "../tree";
import { normalUntil } from "../until";
import type { Capability } from "../vocabulary";

type Places = Pick<Model, "projects" | "repositories">;
type SeparationEntry = NonNullable<AccessFile["separation"]>[number];

/** A target, where it is written, and the pattern it came from. */
interface Written {
  readonly target: Target;
  readonly at: Path;
  readonly pattern?: string;
}

/**
 * Grants in the order of the file. An entry without a subject (a mistake of form) counts as one for team "".
 *
 * @param places the declared projects and repositories, lock included: what a pattern can stand for
 * @param positions gets where each subject and target is written
 */
export function flattenGrants(entries: readonly GrantEntry[], places: Places, positions: Positions): Grant[] {
  const expand = expander(places);
  return entries.map((entry, index) => {
    const subject = subjectOf(entry);
    positions.set(["grants", index, "subject"], ["grants", index, subject.kind]);
    const written = expand(entry.on, ["grants", index, "on"]);
    place(written, ["grants", index, "on"], positions);
    const patterns = written.flatMap(({ target, pattern }) =>
      pattern === undefined ? [] : [[target, pattern]],
    );
    return {
      subject,
      can: entry.can as Capability[],
      on: written.map(({ target }) => target),
      ...(patterns.length > 0 && { patterns: Object.fromEntries(patterns) as Record<Target, string> }),
      ...(entry.until !== undefined && { until: normalUntil(entry.until) }),
      ...(entry.reason !== undefined && { reason: entry.reason }),
    };
  });
}

/**
 * Rules of separation in the order of the file. A side that is a plain text names its capability alone, and gets no
 * `on`.
 *
 * @param positions gets where each rule, side and target is written
 */
export function flattenSeparations(
  entries: readonly SeparationEntry[],
  places: Places,
  positions: Positions,
): Separation[] {
  const expand = expander(places);
  const targets = (on: string | string[] | undefined, from: Path, to: Path): { on?: Target[] } => {
    if (on === undefined) return {};
    const written = expand(on, from);
    place(written, to, positions);
    return { on: written.map(({ target }) => target) };
  };
  return entries.map(({ "never together": sides, on, reason }, index) => {
    const origin = ["separation", index];
    positions.set(["separations", index], origin);
    return {
      sides: sides.map((side, number): Side => {
        const [from, to] = [
          [...origin, "never together", number],
          ["separations", index, "sides", number],
        ];
        positions.set(to, from);
        if (typeof side === "string") return { can: side as Capability };
        return { can: side.can as Capability, ...targets(side.on, [...from, "on"], [...to, "on"]) };
      }),
      ...targets(on, [...origin, "on"], ["separations", index, "on"]),
      ...(reason !== undefined && { reason }),
    };
  });
}

/** Notes where each target is written. */
function place(written: readonly Written[], list: Path, positions: Positions): void {
  for (const [number, { at }] of written.entries()) positions.set([...list, number], at);
}

function expander({
  projects,
  repositories,
}: Places): (on: string | readonly string[], at: Path) => Written[] {
  const keys = projects.map(({ key }) => key);
  const targets = repositories.map(targetOf);
  const standsFor = (pattern: string): readonly Target[] =>
    (pattern.includes("/") ? targets : keys).filter((name) => matches(pattern, name));
  return (on, at) => {
    const written = (typeof on === "string" ? [on] : on).flatMap((entry, number): Written[] => {
      const here = typeof on === "string" ? at : [...at, number];
      if (!isPattern(entry)) return [{ target: entry, at: here }];
      const found = standsFor(entry);
      if (found.length === 0) return [{ target: entry, at: here }];
      return found.map((target) => ({ target, at: here, pattern: entry }));
    });
    // What two patterns share, or a pattern and a name, is meant once.
    const exact = new Set(written.flatMap(({ target, pattern }) => (pattern === undefined ? [target] : [])));
    const seen = new Set<Target>();
    return written.filter(({ target, pattern }) => {
      if (pattern === undefined) return true;
      const extra = exact.has(target) || seen.has(target);
      seen.add(target);
      return !extra;
    });
  };
}

function subjectOf({ team, person, agent }: GrantEntry): Subject {
  if (team !== undefined) return { kind: "team", name: team };
  if (person !== undefined) return { kind: "person", name: person };
  return agent !== undefined ? { kind: "agent", name: agent } : { kind: "team", name: "" };
}
