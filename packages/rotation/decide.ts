/**
 * When a secret or a key rotates. A calendar alone would not do: after a run that was missed it would jump over a rotation
 * and change the slot that is in use, and a run that failed would be forgotten. So each answer is made from the last
 * one, which the state keeps.
 *
 * A rotation changes the slot that is not in use: even rotations change slot a, odd rotations slot b. Nothing rotates before what
 * the last rotation made is published, for until then the other slot is the one in use.
 */

/** What is asked for at some moment. Lengths of time are in seconds, moments in ISO 8601. */
export interface Asked {
  /** How long a rotation lasts; undefined: nothing rotates by itself. */
  readonly period?: number | undefined;
  /** How long the one before stays valid at least; no rotation follows the last one sooner, but for a leak. */
  readonly overlap: number;
  /** One more than before: rotate now. */
  readonly manualRotations: number;
  /** One more than before: end what was in use before the last rotation; a leak. */
  readonly revocations: number;
  readonly asOf: string;
  /** The last rotation that a finished run confirmed; undefined: none did. */
  readonly published?: number | undefined;
}

/** What the last run decided. */
export interface ScheduleState {
  /** 0 at the beginning. */
  readonly rotation: number;
  readonly rotatedAt: string;
  /** When the rotation before this one was; the same moment at the beginning. */
  readonly previousAt: string;
  /** When the next rotation is due; undefined: never by itself. */
  readonly nextAt?: string | undefined;
  /** The rotation at which the slot that is not in use was ended; undefined if it was not. */
  readonly endedAt?: number | undefined;
  /** How much of `manualRotations` and `revocations` has been carried out. */
  readonly manualRotations: number;
  readonly revocations: number;
}

export type Decision =
  { readonly state: ScheduleState; readonly refused?: undefined } | { readonly refused: string };

/** How things stand from now on. At most one thing happens: a rotation, or the end of the slot that is not in use. */
export function decide(asked: Asked, before: ScheduleState | undefined): Decision {
  if (before === undefined) return { state: beginning(asked) };
  const wanted = {
    rotation: asked.manualRotations > before.manualRotations,
    end: asked.revocations > before.revocations,
  };
  const rest = unrotated(asked, before);
  if (isBehind(asked, before)) return { state: rest };
  if (wanted.rotation) {
    const refused = wanted.end ? undefined : tooSoon(asked, before);
    return refused === undefined ? { state: nextRotation(asked, before) } : { refused };
  }
  if (wanted.end) return { state: { ...rest, endedAt: before.rotation, revocations: asked.revocations } };
  if (isDue(asked, rest)) return { state: nextRotation(asked, before) };
  return { state: rest };
}

/** Whether the last rotation has not been published yet. */
export function isBehind(
  { published = -1 }: Pick<Asked, "published">,
  { rotation }: { rotation: number },
): boolean {
  return published < rotation;
}

/** The last rotation that was a slot's own. */
export interface SlotState {
  /** -1 for a slot that was never rotated. */
  readonly rotation: number;
  /** When that was, ISO 8601. */
  readonly rotatedAt: string;
  /** Whether it was ended before its next rotation. */
  readonly ended: boolean;
}

/** What a slot has: the last rotation, or the one before it in the slot that is not in use. */
export function slotAt(
  {
    rotation,
    rotatedAt,
    previousAt,
    endedAt,
  }: Pick<ScheduleState, "rotation" | "rotatedAt" | "previousAt" | "endedAt">,
  slot: Slot,
): SlotState {
  if (slot === slotOf(rotation)) return { rotation, rotatedAt, ended: false };
  return { rotation: rotation - 1, rotatedAt: previousAt, ended: endedAt === rotation };
}

export type Slot = "a" | "b";

/** The slot that a rotation changes, and that is in use from then on. */
export function slotOf(rotation: number): Slot {
  return rotation % 2 === 0 ? "a" : "b";
}

function beginning({ period, manualRotations, revocations, asOf }: Asked): ScheduleState {
  const now = moment(Date.parse(asOf));
  return {
    rotation: 0,
    rotatedAt: now,
    previousAt: now,
    nextAt: after(now, period),
    manualRotations,
    revocations,
  };
}

/** What was taken back from the stack file is forgotten; what is new there waits. */
function unrotated({ period, manualRotations, revocations }: Asked, before: ScheduleState): ScheduleState {
  return {
    ...before,
    nextAt: after(before.rotatedAt, period),
    manualRotations: Math.min(manualRotations, before.manualRotations),
    revocations: Math.min(revocations, before.revocations),
  };
}

function nextRotation(asked: Asked, before: ScheduleState): ScheduleState {
  // A leak rotates at once, also where the clock went backwards; the order of rotations stays visible.
  const now = moment(Math.max(Date.parse(asked.asOf), Date.parse(before.rotatedAt)));
  return {
    rotation: before.rotation + 1,
    rotatedAt: now,
    previousAt: before.rotatedAt,
    nextAt: after(now, asked.period),
    manualRotations: asked.manualRotations,
    revocations: Math.min(asked.revocations, before.revocations),
  };
}

function isDue({ asOf, overlap }: Asked, { rotatedAt, nextAt }: ScheduleState): boolean {
  const now = Date.parse(asOf);
  return nextAt !== undefined && now >= Date.parse(nextAt) && now >= Date.parse(rotatedAt) + overlap * 1000;
}

function tooSoon({ asOf, overlap }: Asked, { rotatedAt }: ScheduleState): string | undefined {
  const from = moment(Date.parse(rotatedAt) + overlap * 1000);
  if (Date.parse(asOf) >= Date.parse(from)) return undefined;
  return `the last rotation was at ${rotatedAt}, and what was in use before it stays valid until ${from}; wait until then, take the rotation back out of the stack file, or, if something leaked, end it as well ("revocations")`;
}

function after(from: string, period: number | undefined): string | undefined {
  return period === undefined ? undefined : moment(Date.parse(from) + period * 1000);
}

function moment(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
