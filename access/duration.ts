/**
 * Lengths of time as people write them: with a unit, so that nobody has to guess whether 300 means seconds.
 */

const seconds = { second: 1, minute: 60, hour: 3_600, day: 86_400 } as const;
type Unit = keyof typeof seconds;

export const durationWords =
  'a number and a unit (seconds, minutes, hours, days), as in "5 minutes" or "30 days"';

/** Seconds of a text such as `5 minutes`, `1 hour`, `30 days`; undefined for anything else, and for less than a second. */
export function secondsOf(text: string): number | undefined {
  const match = /^([1-9]\d{0,5}) (second|minute|hour|day)s?$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * seconds[match[2] as Unit];
}
