/** `npm run remind -- <stack>`: tells those who answer for it what ends soon. */
import { alertVariable } from "../alert";
import { count, moment } from "../frame/flags";
import { stackCommand } from "../frame/stackCommand";
import { lineOf, remindersOf, type Reminders } from "./remind";

export const remind = stackCommand({
  name: "remind",
  summary:
    "tells in time, and once, which rights, exceptions and secrets end soon, when a review is due, and who answers for it",
  guide: "docs/guide/reminders.md",
  flags: {
    "--within <days>": count(1, "how far ahead (default: 14)"),
    "--dry-run": "only say what ends; tell nobody",
    "--as-of <moment>": moment('look from this moment, as in "2027-01-31T12:00:00Z"'),
  },
  exitCodes: {
    0: "nothing ends that nobody was told of",
    2: "something ends, and it was told now, or why not",
  },
  notes: `In a pipeline of Bitbucket, the commit gets a Code Insights report; an address in ${alertVariable} is sent the same as JSON. The audit trail remembers what was told.`,
  run: async ({ stack, engine, exported, flags: { within = 14, asOf, dryRun } }) => {
    const found = await remindersOf(stack, engine, { within, asOf, dryRun }, exported);
    return { json: found, text: textOf(found), notes: found.problems, code: found.news.length > 0 ? 2 : 0 };
  },
});

/** For a terminal. */
export function textOf({ stack, within, news, before, told }: Reminders): string {
  const others = before === 0 ? "" : `; of ${before} more somebody was told before`;
  const head = `${stack}: ${news.length === 0 ? "nothing new" : news.length} ends within ${within} days${others}`;
  return [head, ...news.map((ending) => `  ${lineOf(ending)}`), ...told.map((to) => `told: ${to}`)].join(
    "\n",
  );
}
