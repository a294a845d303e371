/** Bitbucket's groups under the names of before, as this run declares them. */
import { visible } from "@bitbucket-keycloak/output";
import * as pulumi from "@pulumi/pulumi";
import { formerGroupsOf, type Baseline, type FormerGroups } from "../access";
import { variable } from "../access/environment";
import type { Recorded } from "../components";
import type { Next } from "./guard";

/**
 * Says which groups stay, unless a command lets them go.
 *
 * @param last what the stack was last brought up with
 * @param record its state
 */
export function formerGroupsOfRun(
  next: Next,
  last: Baseline | undefined,
  record: readonly Recorded[],
): FormerGroups {
  if (process.env[variable.formerGroups] === "go") return {};
  const former = formerGroupsOf(next, last, record);
  for (const [group, before] of Object.entries(former))
    void pulumi.log.info(
      visible(
        `${before.join(", ")} stays in Bitbucket beside ${group}, with the same rights, until everybody is in ${group}: "npm run deploy -- ${next.stack}" sees to that`,
      ),
    );
  return former;
}
