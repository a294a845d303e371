/** When something ends: time zones, summer time, leap days, and what a run keeps of its moment. */
import fc from "fast-check";
import { momentKept } from "./baseline";
import {
  compareEnds,
  endOf,
  inUtc,
  isActive,
  normalUntil,
  readLasting,
  readUntil,
  remaining,
  untilText,
} from "./until";

const read = (text: string): string => {
  const result = readUntil(text);
  return result.ok ? result.until : (result.fix ?? "no");
};

test.each([
  ["2026-12-31", "2026-12-31"],
  ["2026-12-31T18:00Z", "2026-12-31T18:00Z"],
  ["2026-12-31T18:00:00+01:00", "2026-12-31T17:00Z"],
  ["2026-12-31 18:00:30-05:30", "2026-12-31T23:30:30Z"],
  ["2026-12-31T18:00 UTC", "2026-12-31T18:00Z"],
  ["2026-12-31 18:00 Europe/Berlin", "2026-12-31T17:00Z"],
  ["2026-07-31 18:00 Europe/Berlin", "2026-07-31T16:00Z"],
  ["2026-12-31 23:30 America/Argentina/Buenos_Aires", "2027-01-01T02:30Z"],
  ["2026-12-31 00:15 Asia/Kathmandu", "2026-12-30T18:30Z"],
  // A leap day, and where there is none.
  ["2028-02-29", "2028-02-29"],
  ["2028-02-29T23:59Z", "2028-02-29T23:59Z"],
  ["2028-02-29 00:30 Europe/Berlin", "2028-02-28T23:30Z"],
  ["2027-02-29", "no"],
  ["2027-02-29T12:00Z", "no"],
  ["2100-02-29", "no"],
  // An hour that the clocks skip, one that they show twice, and those beside.
  ["2027-03-28 01:59 Europe/Berlin", "2027-03-28T00:59Z"],
  [
    "2027-03-28 02:30 Europe/Berlin",
    "the clocks of Europe/Berlin skip 02:30 on that day: write for example 2027-03-28 03:30 Europe/Berlin",
  ],
  ["2027-03-28 03:00 Europe/Berlin", "2027-03-28T01:00Z"],
  ["2026-10-25 01:59 Europe/Berlin", "2026-10-24T23:59Z"],
  [
    "2026-10-25 02:30 Europe/Berlin",
    "the clocks of Europe/Berlin show 02:30 twice on that day: write 2026-10-25T02:30+02:00 or 2026-10-25T02:30+01:00",
  ],
  ["2026-10-25 03:00 Europe/Berlin", "2026-10-25T02:00Z"],
  [
    "2027-04-04 01:45 Australia/Lord_Howe",
    "the clocks of Australia/Lord_Howe show 01:45 twice on that day: write 2027-04-04T01:45+11:00 or 2027-04-04T01:45+10:30",
  ],
  // What is none.
  ["2026-12-31T18:00", "no"],
  ["2026-12-31T24:00Z", "no"],
  ["2026-12-31T18:00 CET", "no"],
  ["2026-12-31T18:00 Etc/GMT+1", "no"],
  ["2026-12-31 18:00 Europe/Berln", "correct the time zone: Europe/Berln is none of the IANA database"],
  ["31.12.2026", "no"],
  ["2026-12-31T18:00+01:00 ", "no"],
])("%s: %s", (text, expected) => {
  expect(read(text)).toBe(expected);
});

test("a day counts until it is over in UTC, a moment until it is there", () => {
  expect(isActive({ until: "2026-12-31" }, new Date("2026-12-31T23:59:59.999Z"))).toBe(true);
  expect(isActive({ until: "2026-12-31" }, new Date("2027-01-01T00:00:00Z"))).toBe(false);
  expect(isActive({ until: "2026-12-31T17:00Z" }, new Date("2026-12-31T16:59:59.999Z"))).toBe(true);
  expect(isActive({ until: "2026-12-31T17:00Z" }, new Date("2026-12-31T17:00:00Z"))).toBe(false);
  expect(isActive({}, new Date("9999-12-31"))).toBe(true);
  expect(compareEnds("2026-12-31", "2026-12-31T23:59Z")).toBe(1);
  expect(compareEnds("2026-12-31", "2027-01-01T00:00Z")).toBe(0);
  expect(compareEnds("2026-12-31", undefined)).toBe(-1);
  expect([untilText("2026-12-31"), untilText("2026-12-31T17:00Z")]).toEqual([
    "on 2026-12-31",
    "at 2026-12-31T17:00Z",
  ]);
});

test.each([
  ["4h", "2028-02-29T03:00Z", "4 h"],
  ["90m", "2028-02-29T00:30Z", "1 h 30 min"],
  ["2d", "2028-03-01T23:00Z", "2 d"],
  ["49h", "2028-03-02T00:00Z", "2 d 1 h"],
  ["2028-02-29", "2028-02-29", "1 d 1 h"],
  ["2028-02-29 01:00 Europe/Berlin", "2028-02-29T00:00Z", "1 h"],
  ["2028-02-28T22:59Z", "2028-02-28T22:59Z", "none"],
])("%s from an evening in February: %s, %s", (text, until, left) => {
  const now = new Date("2028-02-28T22:59:30Z");
  expect(readLasting(text, now)).toEqual({ ok: true, until });
  expect(remaining(until, now)).toBe(left);
});

test.each(["4", "0h", "4 h", "4w", "10000h", "2028-02-30"])("%s is none", (text) => {
  expect(readLasting(text, new Date()).ok).toBe(false);
});

const minute = 60_000;
const moment = fc
  .integer({ min: Date.parse("2020-01-01") / minute, max: Date.parse("2037-01-01") / minute })
  .map((count) => count * minute);
const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia"];

test("each moment, as the clocks of any zone show it, is that moment, or said to be shown twice", () => {
  fc.assert(
    fc.property(moment, fc.constantFrom(...zones), (at, zone) => {
      // The Swedish way of writing is that of ISO 8601.
      const wall = new Date(at).toLocaleString("sv-SE", { timeZone: zone }).slice(0, 16);
      const result = readUntil(`${wall} ${zone}`);
      if (result.ok) expect(endOf(result.until)).toBe(at);
      else {
        const offered = (result.fix ?? "").split(": write ")[1]?.split(" or ") ?? [];
        expect(offered.map((one) => endOf(normalUntil(one)))).toContain(at);
        expect(offered).toHaveLength(2);
      }
    }),
    { numRuns: 2_000 },
  );
});

const until = fc.option(
  fc.oneof(
    moment.map((at) => inUtc(at)),
    moment.map((at) => new Date(at).toISOString().slice(0, 10)),
  ),
  { nil: undefined },
);

test("what a run keeps of its moment has just the same ended, comes no later, and is the same until something ends", () => {
  fc.assert(
    fc.property(fc.array(until), moment, fc.integer({ min: 0, max: 2 * 86_400_000 }), (ends, at, later) => {
      const grants = ends.map((end) => ({
        subject: { kind: "team" as const, name: "t" },
        can: [],
        on: [],
        ...(end !== undefined && { until: end }),
      }));
      const kept = (when: number) => momentKept({ model: { grants } }, new Date(when));
      const active = (when: number) => grants.map((one) => isActive(one, new Date(when)));
      expect(active(Date.parse(kept(at)))).toEqual(active(at));
      expect(Date.parse(kept(at))).toBeLessThanOrEqual(at);
      const isSameDay = Math.floor(at / 86_400_000) === Math.floor((at + later) / 86_400_000);
      if (isSameDay) {
        const isSame = JSON.stringify(active(at)) === JSON.stringify(active(at + later));
        expect(kept(at) === kept(at + later)).toBe(isSame);
      }
      expect(kept(Date.parse(kept(at)))).toBe(kept(at));
    }),
    { numRuns: 2_000 },
  );
});
