/**
 * Quartz's cron expressions with second precision, which pipeline schedules are written in: seven fields, where
 * an ordinary cron has five
 * (https://support.atlassian.com/bitbucket-cloud/docs/pipeline-triggers/). Whoever sends five fields, or names a
 * day of the month and a day of the week at once, is told so instead of getting a schedule that never runs.
 */
const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Words for the numbers, in order. */
  readonly words?: readonly string[];
  /** What a field may be besides numbers, ranges, steps and `*`. */
  readonly special?: RegExp;
}

const fields: readonly Field[] = [
  { name: "seconds", from: 0, to: 59 },
  { name: "minutes", from: 0, to: 59 },
  { name: "hours", from: 0, to: 23 },
  {
    name: "day of month",
    from: 1,
    to: 31,
    special: /^(\?|L(-([1-9]|[12]\d|30))?|LW|([1-9]|[12]\d|3[01])W)$/,
  },
  { name: "month", from: 1, to: 12, words: months },
  {
    name: "day of week",
    from: 1,
    to: 7,
    words: weekdays,
    special: /^(\?|L|[1-7]L|[1-7]#[1-5]|[A-Z]{3}#[1-5])$/,
  },
  { name: "year", from: 1970, to: 2099 },
];

/** Why a text is no such expression, in few words; undefined if it is one. */
export function cronProblem(text: string): string | undefined {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== fields.length) {
    return `${parts.length} fields, expected ${fields.length}: ${fields.map(({ name }) => name).join(", ")}`;
  }
  for (const [index, field] of fields.entries()) {
    const part = parts[index]?.toUpperCase() ?? "";
    if (!fieldIsValid(field, part)) return `${field.name}: ${part} is not understood`;
  }
  const days = [parts[3], parts[5]].filter((day) => day === "?").length;
  return days === 1 ? undefined : "exactly one of day of month and day of week must be ?";
}

function fieldIsValid(field: Field, part: string): boolean {
  return field.special?.test(part) === true || part.split(",").every((item) => itemIsValid(field, item));
}

/** `*`, a value or a range, each with a step if need be. */
function itemIsValid(field: Field, item: string): boolean {
  const [range = "", step, ...more] = item.split("/");
  if (more.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
  if (range === "*") return true;
  const [from, to, ...others] = range.split("-").map((value) => valueOf(field, value));
  return others.length === 0 && from !== undefined && !Number.isNaN(from) && !Number.isNaN(to ?? from);
}

function valueOf({ from, to, words = [] }: Field, text: string): number {
  const word = words.indexOf(text);
  const value = word >= 0 ? from + word : /^\d+$/.test(text) ? Number(text) : NaN;
  return value >= from && value <= to ? value : NaN;
}
