/** What the audit trail keeps of a deploy: which rights it gives and takes, where they come from, and who approved. */
import { KeycloakAdmin } from "../../clients/keycloak";
import { Directory } from "../../trail/people";
import type { Intent, Scene } from "../../trail/record";
import { sourcesOf } from "../../trail/sources";
import { whatOf } from "../../trail/what";
import type { Engine } from "../../engine/engine";
import type { Previewed } from "../preview/preview";
import type { AccessRepository } from "../../clients/accessRepository";
import type { Approval } from "./pending";

/** Where a deploy is recorded. Whose account is whose comes from the model, and from the realm of the stack. */
export function sceneOf(
  stack: string,
  { env, cwd }: Engine,
  { model, settings: { keycloak } }: Previewed["findings"],
): Scene {
  const realm = KeycloakAdmin.from(keycloak.url, keycloak.realm, env);
  return { stack, env, cwd, model, directory: new Directory(model, realm) };
}

/**
 * What a deploy is about to do, with the commits since the last deploy as its sources.
 *
 * @param options `commit`: what is deployed, default: the one that was previewed; `expiredOnly`: it is the nightly
 *   `expire`, whose reason is time and not a commit
 * @param approval undefined: nobody approved, since nobody needed to
 * @param repository where commits are looked up for their pull requests; undefined: they are not
 */
export async function intentOf(
  { report, record }: Previewed,
  {
    commit = record.commit,
    expiredOnly = false,
  }: { readonly commit?: string; readonly expiredOnly?: boolean },
  approval: Approval | undefined,
  repository: AccessRepository | undefined,
  cwd: string,
): Promise<Intent> {
  const sources = await sourcesOf(cwd, { since: report.since?.commit, commit }, repository);
  return {
    command: expiredOnly ? "expire" : "deploy",
    why: expiredOnly ? ["grants have expired"] : whyOf(sources, commit),
    what: whatOf(report),
    sources,
    commit,
    approvers: (approval?.people ?? []).map((username) => ({ username })),
    approval: approval?.words,
  };
}

function whyOf(sources: Intent["sources"], commit: string | undefined): string[] {
  const said = (sources ?? []).map(({ pullRequest, subject }) => pullRequest?.title ?? subject);
  return [
    ...new Set(said),
    ...(commit === undefined ? ["files that are in no commit"] : []),
    ...(commit?.endsWith("+") ? ["files that differ from their commit"] : []),
  ];
}
