/**
 * Who joined, moved and left in a period, and how long it took from the change that asked for it until Bitbucket had it.
 * Bitbucket's groups are the end of the way: their members change by `sync` and by an off-boarding alone, and both are in
 * the trail. What was asked for is whatever of the trail is about the person and came last before.
 */
import { runsOf, type Entry, type Person, type Run } from "../trail/entry";
import { byText } from "./holders";
import { type Act } from "./reports/membership";

export interface Mover {
  readonly who: string;
  readonly what: "joined" | "moved" | "left";
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** When it was asked for, ISO 8601; undefined where nothing says so. */
  readonly askedAt?: string;
  readonly askedBy?: string;
  readonly doneAt: string;
}

export interface Moves {
  readonly since: Date;
  readonly asOf: Date;
  readonly entries: readonly Entry[];
  readonly log: readonly Act[];
  /** Teams of each person at `asOf`. */
  readonly teams: ReadonlyMap<string, readonly string[]>;
}

interface Step {
  readonly at: string;
  readonly who: string;
  readonly act: "add" | "remove";
  readonly group: string;
}

/** What happens to somebody within this time is one move. */
const together = 3_600_000;
/** What came longer before has not caused it. */
const longest = 60 * 86_400_000;

/** In the order of time. */
export function moversOf({ since, asOf, entries, log, teams }: Moves): Mover[] {
  const runs = runsOf(entries);
  const steps = withOffboardings(stepsOf(runs, log), runs).filter(
    ({ at }) => Date.parse(at) <= asOf.getTime(),
  );
  const byPerson = new Map<string, Step[]>();
  for (const step of steps) byPerson.set(step.who, [...(byPerson.get(step.who) ?? []), step]);
  const movers = [...byPerson].flatMap(([who, own]) => movesOf(who, own, teams.get(who) ?? []));
  const known = new Set(movers.flatMap(({ who, what }) => (what === "left" ? [who] : [])));
  const offboarded = offboardings(runs)
    .filter(({ who }) => !known.has(who))
    .map(({ who, doneAt }): Mover => ({ who, what: "left", before: [], after: [], doneAt }));
  return [...movers, ...offboarded]
    .filter(({ doneAt }) => Date.parse(doneAt) >= since.getTime() && Date.parse(doneAt) <= asOf.getTime())
    .map((mover) => ({ ...mover, ...askedFor(mover, runs, entries) }))
    .sort((a, b) => byText(a.doneAt, b.doneAt) || byText(a.who, b.who));
}

/** Of the trail, and of `sync`'s own log where the trail does not have it. */
function stepsOf(runs: readonly Run[], log: readonly Act[]): Step[] {
  const told = runs.flatMap(({ ended, what }): Step[] => {
    if (ended === undefined) return [];
    // Of a run that failed, what it set out to do is not what it did.
    const members = ended.what.members ?? (ended.result === "succeeded" ? what.members : undefined) ?? [];
    return members.map(({ change, group, username, account }) => ({
      at: ended.at,
      who: username ?? account,
      act: change,
      group,
    }));
  });
  const also = log
    .map(({ at, act, group, username, account }): Step => ({ at, who: username ?? account, act, group }))
    .filter(
      (step) =>
        !told.some(
          (one) =>
            one.who === step.who &&
            one.act === step.act &&
            one.group === step.group &&
            Math.abs(Date.parse(one.at) - Date.parse(step.at)) < together,
        ),
    );
  return [...told, ...also];
}

/** In the order of time. An off-boarding that was run again took nothing more. */
function withOffboardings(told: readonly Step[], runs: readonly Run[]): Step[] {
  let steps = inOrder(told);
  for (const { who, doneAt } of offboardings(runs)) {
    const taken = groupsAt(steps, who, doneAt).map((group): Step => ({
      at: doneAt,
      who,
      act: "remove",
      group,
    }));
    steps = inOrder([...steps, ...taken]);
  }
  return steps;
}

function inOrder(steps: readonly Step[]): Step[] {
  return [...steps].sort((a, b) => byText(a.at, b.at));
}

/** The groups that somebody was put into and not taken out of: an off-boarding takes them out of all, and names none. */
function groupsAt(steps: readonly Step[], who: string, moment: string): string[] {
  const groups = new Set<string>();
  for (const { at, act, group, ...step } of steps) {
    if (step.who !== who || at > moment) continue;
    if (act === "add") groups.add(group);
    else groups.delete(group);
  }
  return [...groups];
}

function offboardings(runs: readonly Run[]): { who: string; doneAt: string }[] {
  return runs.flatMap(({ began, ended, what }) => {
    const who = what.taken?.[0]?.person;
    if (began.command !== "offboard" || ended?.result !== "succeeded" || who === undefined) return [];
    return [{ who, doneAt: ended.at }];
  });
}

/** From the teams of now backwards: what was added was not there before. */
function movesOf(who: string, steps: readonly Step[], now: readonly string[]): Mover[] {
  const bundles: Step[][] = [];
  for (const step of steps) {
    const last = bundles.at(-1);
    const near = last?.[0] && Date.parse(step.at) - Date.parse(last[0].at) < together;
    // Who joins a group and leaves it has made two moves, however fast.
    const again = last?.some(({ group }) => group === step.group);
    if (last && near && !again) last.push(step);
    else bundles.push([step]);
  }
  const moves: Mover[] = [];
  let after = new Set(now);
  for (const bundle of bundles.toReversed()) {
    // What was added was there then, by whatever way it has gone since.
    for (const { act, group } of bundle) after[act === "add" ? "add" : "delete"](group);
    const before = new Set(after);
    for (const { act, group } of bundle) before[act === "add" ? "delete" : "add"](group);
    const what = before.size === 0 ? "joined" : after.size === 0 ? "left" : "moved";
    const doneAt = bundle.at(-1)?.at ?? "";
    moves.push({ who, what, before: [...before].sort(), after: [...after].sort(), doneAt });
    after = before;
  }
  return moves;
}

function askedFor(
  { who, doneAt }: Mover,
  runs: readonly Run[],
  entries: readonly Entry[],
): Pick<Mover, "askedAt" | "askedBy"> {
  const causes = [
    ...runs.flatMap(({ began, what }) => {
      const isOf =
        (began.command === "deploy" && (what.rights ?? []).some(({ people }) => people.includes(who))) ||
        (began.command === "offboard" && (what.taken ?? []).some(({ person }) => person === who));
      return isOf ? [{ at: began.at, by: [...began.authors, began.operator][0] }] : [];
    }),
    ...entries.flatMap((entry) =>
      entry.act === "event" &&
      entry.run === undefined &&
      entry.subject?.kind === "person" &&
      entry.subject.name === who
        ? [{ at: entry.at, by: entry.by }]
        : [],
    ),
  ];
  const done = Date.parse(doneAt);
  const [last] = causes
    .filter(({ at }) => Date.parse(at) <= done && done - Date.parse(at) < longest)
    .sort((a, b) => byText(b.at, a.at));
  if (last === undefined) return {};
  return { askedAt: last.at, ...(last.by && { askedBy: personName(last.by) }) };
}

/** By the name that is the same everywhere, if there is one. */
export function personName({ username, name, email, account }: Person): string {
  return username ?? name ?? email ?? account ?? "unknown";
}
