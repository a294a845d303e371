/**
 * When a secret or a key turns. A calendar alone would not do: after a run that was missed it would jump over a turn
 * and change the slot that is in use, and a run that failed would be forgotten. So each answer is made from the last
 * one, which the state keeps.
 *
 * A turn changes the slot that is not in use: even turns change slot a, odd turns slot b. Nothing turns before what
 * the last turn made is published, for until then the other slot is the one in use.
 */

/** What is asked for at some moment. Lengths of time are in seconds, moments in ISO 8601. */
export interface Asked {
  /** How long a turn lasts; undefined: nothing turns by itself. */
  readonly period?: number | undefined;
  /** How long the one before stays valid at least; no turn follows the last one sooner, but for a leak. */
  readonly overlap: number;
  /** One more than before: turn now. */
  readonly again: number;
  /** One more than before: end what was in use before the last turn; a leak. */
  readonly revoke: number;
  readonly asOf: string;
  /** The last turn that a finished run confirmed; undefined: none did. */
  readonly published?: number | undefined;
}

/** What the last run decided. */
export interface Standing {
  /** 0 at the beginning. */
  readonly turn: number;
  readonly turnedAt: string;
  /** When the turn before this one was; the same moment at the beginning. */
  readonly previousAt: string;
  /** When the next turn is due; undefined: never by itself. */
  readonly nextAt?: string | undefined;
  /** The turn at which the slot that is not in use was ended; undefined if it was not. */
  readonly endedAt?: number | undefined;
  /** How much of `again` and `revoke` has been carried out. */
  readonly again: number;
  readonly revoke: number;
}

export type Decision =
  { readonly standing: Standing; readonly refused?: undefined } | { readonly refused: string };

/** How things stand from now on. At most one thing happens: a turn, or the end of the slot that is not in use. */
export function decide(asked: Asked, before: Standing | undefined): Decision {
  if (before === undefined) return { standing: beginning(asked) };
  const wanted = { turn: asked.again > before.again, end: asked.revoke > before.revoke };
  const rest = standingStill(asked, before);
  if (isBehind(asked, before)) return { standing: rest };
  if (wanted.turn) {
    const refused = wanted.end ? undefined : tooSoon(asked, before);
    return refused === undefined ? { standing: turned(asked, before) } : { refused };
  }
  if (wanted.end) return { standing: { ...rest, endedAt: before.turn, revoke: asked.revoke } };
  if (isDue(asked, rest)) return { standing: turned(asked, before) };
  return { standing: rest };
}

/** Whether the last turn has not been published yet. */
export function isBehind({ published = -1 }: Pick<Asked, "published">, { turn }: { turn: number }): boolean {
  return published < turn;
}

/** The last turn that was a slot's own. */
export interface SlotState {
  /** -1 for a slot that was never turned. */
  readonly turn: number;
  /** When that was, ISO 8601. */
  readonly turnedAt: string;
  /** Whether it was ended before its next turn. */
  readonly ended: boolean;
}

export function slotAt(
  { turn, turnedAt, previousAt, endedAt }: Pick<Standing, "turn" | "turnedAt" | "previousAt" | "endedAt">,
  slot: Slot,
): SlotState {
  if (slot === slotOf(turn)) return { turn, turnedAt, ended: false };
  return { turn: turn - 1, turnedAt: previousAt, ended: endedAt === turn };
}

export type Slot = "a" | "b";

/** The slot that a turn changes, and that is in use from then on. */
export function slotOf(turn: number): Slot {
  return turn % 2 === 0 ? "a" : "b";
}

function beginning({ period, again, revoke, asOf }: Asked): Standing {
  const now = moment(Date.parse(asOf));
  return { turn: 0, turnedAt: now, previousAt: now, nextAt: after(now, period), again, revoke };
}

/** What was taken back from the stack file is forgotten; what is new there waits. */
function standingStill({ period, again, revoke }: Asked, before: Standing): Standing {
  return {
    ...before,
    nextAt: after(before.turnedAt, period),
    again: Math.min(again, before.again),
    revoke: Math.min(revoke, before.revoke),
  };
}

function turned(asked: Asked, before: Standing): Standing {
  // A leak turns at once, also where the clock went backwards; the order of turns stays visible.
  const now = moment(Math.max(Date.parse(asked.asOf), Date.parse(before.turnedAt)));
  return {
    turn: before.turn + 1,
    turnedAt: now,
    previousAt: before.turnedAt,
    nextAt: after(now, asked.period),
    again: asked.again,
    revoke: Math.min(asked.revoke, before.revoke),
  };
}

function isDue({ asOf, overlap }: Asked, { turnedAt, nextAt }: Standing): boolean {
  const now = Date.parse(asOf);
  return nextAt !== undefined && now >= Date.parse(nextAt) && now >= Date.parse(turnedAt) + overlap * 1000;
}

function tooSoon({ asOf, overlap }: Asked, { turnedAt }: Standing): string | undefined {
  const from = moment(Date.parse(turnedAt) + overlap * 1000);
  if (Date.parse(asOf) >= Date.parse(from)) return undefined;
  return `the last turn was at ${turnedAt}, and what was in use before it stays valid until ${from}; wait until then, take the turn back out of the stack file, or, if something leaked, end it as well ("revoke")`;
}

function after(from: string, period: number | undefined): string | undefined {
  return period === undefined ? undefined : moment(Date.parse(from) + period * 1000);
}

function moment(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
