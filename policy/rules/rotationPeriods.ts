/** Nothing that is secret stays what it is for ever. */
import type { ResourceRule } from "../rule";
import { valueOf } from "../values";

const scheduleType = "rotation:index:Schedule";
const mostDays = 366;
const good = { name: "payments-api.dev", period: 30 * 86_400, overlap: 86_400, asOf: "2026-11-23T12:00:00Z" };

export const rotationPeriods: ResourceRule = {
  kind: "resource",
  name: "rotation-periods",
  says: "what rotates does so once a year at least",
  fix: 'shorten the period under "rotation" in the stack file',
  controls: ["SOC 2 CC6.1", "ISO 27001 A.5.17"],
  level: "mandatory",
  types: [scheduleType],
  check: (schedule) => {
    const period = valueOf(schedule, "period");
    return typeof period === "number" && period > mostDays * 86_400
      ? [`a period of ${Math.floor(period / 86_400)} days`]
      : [];
  },
  examples: {
    bad: [{ type: scheduleType, inputs: { ...good, period: 1000 * 86_400 } }],
    good: [{ type: scheduleType, inputs: good }],
  },
};
