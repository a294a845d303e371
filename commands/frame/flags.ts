/** What flags mean that are more than a text. */
import { momentWords, parseMoment } from "../../checkout/moment";
import type { Described } from "./spec";

/** A flag that may be given again, with one value each time. */
export const repeated = (summary: string): Described<readonly string[]> => ({
  summary,
  parse: (text, before = []) => [...before, text],
});

/** A moment with its time zone. */
export const moment = (summary: string): Described<Date> => ({
  summary,
  parse(text) {
    const date = parseMoment(text);
    if (date === undefined) throw new Error(`allowed: ${momentWords}`);
    return date;
  },
});

/** A whole number. */
export const count = (least: number, summary: string): Described<number> => ({
  summary,
  parse(text) {
    if (/^\d+$/.test(text) && Number(text) >= least) return Number(text);
    throw new Error(`allowed: a whole number, ${least} or more`);
  },
});
