/** Who is in Bitbucket's groups and not in Keycloak's, or the other way round. */
import type { Progress } from "../../toolchain/progress";
import { sync } from "../sync";
import type { Check } from "./check";
import type { Finding } from "./finding";

export async function memberFindings({ stack, engine }: Check, progress: Progress): Promise<Finding[]> {
  const { membership } = await sync(stack, engine.env, {}, engine.cwd, progress);
  const finding = (group: string, who: string, more: Partial<Finding>): Finding => ({
    system: "bitbucket",
    kind: "member",
    target: `group ${group}: ${who}`,
    ...more,
  });
  return membership.changes.flatMap(({ group, add, remove }) => [
    ...add.map(({ username, name, account }) =>
      finding(group, username ?? name ?? account, { declared: "member" }),
    ),
    ...remove.map(({ username, name, account }) =>
      finding(group, username ?? name ?? account, { found: "member" }),
    ),
  ]);
}
