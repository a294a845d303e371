/**
 * When something ends by itself: with the end of a day, or at a moment. A moment says its time zone, by an offset or by a
 * name; of a name, the offset that its clocks have at that time counts. A model holds the moment itself, in UTC, so that
 * whoever reads it later, with other rules of summer time, has the same.
 */

/** What is allowed where an end is written. */
export const untilWords =
  "a day that exists, as in 2026-12-31, or a moment with its time zone, as in 2026-12-31T18:00+01:00 or 2026-12-31 18:00 Europe/Berlin";

/** For schemas: the shape alone. */
export const untilPattern =
  /^\d{4}-\d\d-\d\d([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d| (UTC|[A-Z][A-Za-z]+(\/[A-Z][A-Za-z_-]+){1,2})))?$/;

export type UntilReading =
  /** @property until the same as models hold it: `2026-12-31`, or `2026-12-31T17:00Z` */
  | { readonly ok: true; readonly until: string }
  /** @property fix where it is known */
  | { readonly ok: false; readonly allowed: string; readonly fix?: string };

/** Reads an end as a person writes it. Never throws. */
export function readUntil(text: string): UntilReading {
  const wrong: UntilReading = { ok: false, allowed: untilWords };
  if (!untilPattern.test(text) || !isDay(text.slice(0, 10))) return wrong;
  if (!isMoment(text)) return { ok: true, until: text };
  const [, clock = "", zone = ""] = /^.{11}([\d:]+) ?(.+)$/.exec(text) ?? [];
  const local = Date.parse(`${text.slice(0, 10)}T${clock}Z`);
  if (/^[Z+-]/.test(zone))
    return { ok: true, until: inUtc(Date.parse(`${text.slice(0, 10)}T${clock}${zone}`)) };
  const clocks = clocksOf(zone);
  if (clocks === undefined)
    return { ...wrong, fix: `correct the time zone: ${zone} is none of the IANA database` };
  const [moment, other] = momentsOf(local, clocks);
  if (moment === undefined) {
    const after = clocks(local - clocks(local - day).offset).local;
    return {
      ...wrong,
      fix: `the clocks of ${zone} skip ${clock} on that day: write for example ${wallText(after)} ${zone}`,
    };
  }
  if (other === undefined) return { ok: true, until: inUtc(moment) };
  const both = [moment, other].map((one) => `${wallText(local, "T")}${offsetText(local - one)}`);
  return {
    ...wrong,
    fix: `the clocks of ${zone} show ${clock} twice on that day: write ${both.join(" or ")}`,
  };
}

/** What is allowed where somebody asks for something. */
export const lastingWords = `a time from now, as in 30m, 4h or 2d, ${untilWords}`;

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Reads an end, or a time from now on, which ends with a full minute. Never throws. */
export function readLasting(text: string, now: Date): UntilReading {
  const [, count, unit] = /^([1-9]\d{0,3})([mhd])$/.exec(text) ?? [];
  if (count === undefined) {
    const read = readUntil(text);
    return read.ok ? read : { ...read, allowed: lastingWords };
  }
  const end = now.getTime() + Number(count) * units[unit as keyof typeof units];
  return { ok: true, until: inUtc(Math.ceil(end / units.m) * units.m) };
}

/** How long until an end, in full minutes or hours: `3 h 20 min`, `2 d 4 h`; `none` in the last minute, and after it. */
export function remaining(until: string, now: Date): string {
  const minutes = Math.floor((endOf(until) - now.getTime()) / units.m);
  if (minutes <= 0) return "none";
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const parts = days > 0 ? [[days, "d"], [hours, "h"]] : [[hours, "h"], [rest, "min"]]; // prettier-ignore
  return parts.flatMap(([count, word]) => (count === 0 ? [] : [`${count ?? 0} ${word ?? ""}`])).join(" ");
}

/** The same as models hold it; what is no end stays as it is. */
export function normalUntil(text: string): string {
  const read = readUntil(text);
  return read.ok ? read.until : text;
}

/** Whether an end is a moment, and not a day. @param until as models hold it */
export function isMoment(until: string): boolean {
  return until.length > 10;
}

/** Example: `2026-11-23`, in UTC. */
export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

/** The first moment that no longer counts, in milliseconds. Without an end: infinity. @param until as models hold it */
export function endOf(until: string | undefined): number {
  if (until === undefined) return Infinity;
  return isMoment(until) ? Date.parse(until) : Date.parse(`${until}T00:00:00Z`) + day;
}

/** Negative where the first ends before the second: for sorting. */
export function compareEnds(one: string | undefined, other: string | undefined): number {
  const [a, b] = [endOf(one), endOf(other)];
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Whether something still counts at a moment. */
export function isActive({ until }: { readonly until?: string | undefined }, asOf: Date): boolean {
  return asOf.getTime() < endOf(until);
}

/** `on 2026-12-31`, or `at 2026-12-31T17:00Z`. */
export function untilText(until: string): string {
  return isMoment(until) ? `at ${until}` : `on ${until}`;
}

/** A moment as models hold it, at full minutes where it is one: `2026-12-31T17:00Z`. */
export function inUtc(moment: number): string {
  return new Date(moment).toISOString().replace(/(:00)?\.\d{3}Z$/, "Z");
}

const day = 86_400_000;

function isDay(text: string): boolean {
  const moment = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text);
}

/** What the clocks of a time zone show at a moment, as if it were UTC, and how far that is from UTC. */
type Clocks = (moment: number) => { readonly local: number; readonly offset: number };

function clocksOf(timeZone: string): Clocks | undefined {
  const parts = ["year", "month", "day", "hour", "minute", "second"] as const;
  try {
    const format = new Intl.DateTimeFormat("en", {
      ...{ timeZone, calendar: "iso8601", numberingSystem: "latn", hourCycle: "h23" },
      ...{ year: "numeric", month: "numeric", day: "numeric" },
      ...{ hour: "numeric", minute: "numeric", second: "numeric" },
    });
    return (moment) => {
      const shown = new Map(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
      const [year = 0, month = 0, ...rest] = parts.map((part) => shown.get(part) ?? 0);
      const local = Date.UTC(year, month - 1, ...rest);
      return { local, offset: local - moment };
    };
  } catch {
    return undefined;
  }
}

/** The moments at which the clocks show just that: none where they skip it, two where they are put back. */
function momentsOf(local: number, clocks: Clocks): number[] {
  const offsets = [local - day, local + day].map((moment) => clocks(moment).offset);
  const moments = [...new Set(offsets.map((offset) => local - offset))];
  return moments.filter((moment) => clocks(moment).local === local).sort((a, b) => a - b);
}

/** Example: `2026-12-31 18:00`. */
function wallText(local: number, between: " " | "T" = " "): string {
  return new Date(local).toISOString().slice(0, 16).replace("T", between);
}

/** Example: `+01:00`. */
function offsetText(offset: number): string {
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 3_600_000), (Math.abs(offset) / 60_000) % 60];
  const two = (part: number) => String(part).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${two(hours)}:${two(minutes)}`;
}
