/** `npm run adopt -- status <stack>`: how far an adoption has come. */
import { resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import { propose } from "../../../access/adopt/propose/propose";
import { readCheckout, settingsOf } from "../../../checkout/stack";
import { foundIn } from "../../../clients/look/found";
import { exportState } from "../../../engine/engine";
import { root } from "../../../toolchain/places";
import { stackCommand } from "../../frame/stackCommand";
import { lastLook, subjectOf } from "../place";
import { statusOf, type Status } from "./status";

export const status = stackCommand({
  name: "status",
  summary: "says how many projects are owned, how many people are covered, and what is still open",
  guide: "docs/guide/start-with-what-you-have.md",
  exitCodes: { 0: "nothing is open", 2: "something is open, and is counted" },
  notes: "By the files, the stack's state and the last look: it asks neither system.",
  run: async ({ stack, engine, env }) => {
    const found = await foundIn(lastLook(stack, subjectOf(stack, root, env)));
    const { environment, bitbucket } = settingsOf(root, stack, env);
    const { report } = propose(found, { environment, plan: bitbucket.plan });
    const resources = resourcesIn(await exportState(engine, stack));
    const said = statusOf(found, report, readCheckout(root, stack, env).model, resources);
    const isOpen = said.open.decisions > 0 || Object.keys(said.open.findings).length > 0;
    return { json: { stack, ...said }, text: textOf(said), code: isOpen ? 2 : 0 };
  },
});

function textOf({ projects, repositories, teams, people, waiting, open }: Status): string {
  const { owned, observed, declared, undeclared } = projects;
  const all = owned.length + observed.length + declared.length + undeclared.length;
  const named = (what: string, keys: readonly string[]) =>
    keys.length > 0 ? [`  ${what}: ${keys.join(", ")}`] : [];
  return [
    `projects: ${owned.length} of ${all} owned`,
    ...named("observed, or a repository of it", observed),
    ...named("declared, and not taken yet", declared),
    ...named("not declared", undeclared),
    `repositories: ${repositories.owned} owned, ${repositories.observed} observed, by themselves or by their project`,
    `teams: ${teams.owned} owned, the members of ${teams.observed} observed`,
    `people: ${people.covered} of ${people.all} members of the workspace are covered`,
    ...(waiting > 0 ? [`taken and not deployed yet: ${waiting} resources`] : []),
    `open: ${open.decisions} rights that were given directly`,
    ...Object.entries(open.findings).map(([kind, count]) => `      ${count} ${kind}`),
  ].join("\n");
}
