/** Who is in Bitbucket's groups and not in Keycloak's, or the other way round. */
import type { Progress } from "../../toolchain/progress";
import type { MembershipChange } from "../sync/membership";
import { sync } from "../sync/sync";
import type { Check } from "./check";
import type { Finding } from "../../evidence/reports/drift";

export interface Members {
  readonly findings: readonly Finding[];
  /** User names of those whose account in the workspace is not known: whether they are in their groups nobody can say. */
  readonly unmatched: readonly string[];
}

/**
 * What a `sync` would change, as findings; it changes nothing. People without a known Bitbucket account are
 * `unmatched`.
 *
 * @throws as `sync` does
 */
export async function membersOf({ stack, engine, last }: Check, progress: Progress): Promise<Members> {
  const { membership } = await sync(
    stack,
    engine.env,
    { former: last.formerGroups ?? {} },
    engine.cwd,
    progress,
  );
  const finding = (group: string, who: string, more: Partial<Finding>): Finding => ({
    system: "bitbucket",
    kind: "member",
    target: `group ${group}: ${who}`,
    ...more,
  });
  const findingsOf = ({ group, add, remove }: MembershipChange, more: Partial<Finding> = {}) => [
    ...add.map(({ username, name, account }) =>
      finding(group, username ?? name ?? account, { declared: "member", ...more }),
    ),
    ...remove.map(({ username, name, account }) =>
      finding(group, username ?? name ?? account, { found: "member", ...more }),
    ),
  ];
  const observed = membership.observed ?? [];
  const findings = [
    ...membership.changes.flatMap((change) => findingsOf(change)),
    ...observed.flatMap((change) => findingsOf(change, { observed: true })),
  ];
  const out = membership.takenOut.map(({ group, username }) =>
    finding(group, username, { declared: "member" }),
  );
  return {
    findings: [...findings, ...out],
    unmatched: [...new Set(membership.unmatched.map(({ username }) => username))],
  };
}
