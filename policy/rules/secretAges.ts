/** A warning, since only a run can mend it: what stops the run would stop the rotation. */
import type { StackRule } from "../rule";
import { isAbsent, valueOf } from "../values";

const day = 86_400_000;
/** How long a rotation may be late before it is said, beyond the stack's own "grace". */
const notice = 14;

export const secretAges: StackRule = {
  kind: "stack",
  name: "secret-ages",
  says: "no secret is older than its period and the grace; the program's own API token does not end within two weeks",
  fix: 'run "npm run rotate"; renew the API token and write its last day under "rotation" in the stack file',
  controls: ["SOC 2 CC6.1", "ISO 27001 A.5.17"],
  level: "advisory",
  check: (resources, { settings, asOf }) => {
    const late = resources
      .filter(({ type }) => type === "rotation:index:Schedule")
      .flatMap((schedule) => {
        if (isAbsent(schedule, "period"))
          return [{ on: schedule.name, found: `${schedule.name}, which rotates by hand only` }];
        const [period, rotatedAt] = [valueOf(schedule, "period"), valueOf(schedule, "rotatedAt")];
        if (typeof period !== "number" || typeof rotatedAt !== "string") return [];
        const age = (asOf.getTime() - Date.parse(rotatedAt)) / 1000;
        if (age <= period + (settings?.rotation.grace ?? 0)) return [];
        return [
          {
            on: schedule.name,
            found: `${schedule.name} of ${Math.floor(age / 86_400)} days, rotated last at ${rotatedAt}`,
          },
        ];
      });
    const ends = settings?.rotation.apiTokenExpires;
    const left =
      ends === undefined || ends === "unknown"
        ? Infinity
        : (Date.parse(`${ends}T00:00:00Z`) + day - asOf.getTime()) / day;
    const token =
      left > notice
        ? []
        : [
            {
              on: "api-token",
              found: `the program's Bitbucket API token, whose last day is ${String(ends)}`,
            },
          ];
    return [...late, ...token];
  },
};
