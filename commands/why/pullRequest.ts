/** The pull request by which a right came, as Bitbucket knows it: anybody can write a number into a message. */
import { AccessRepository } from "../../clients/accessRepository";
import type { Asked } from "./files";
import { sinceOf } from "./since";

export interface Brought {
  readonly repository: string;
  readonly id: number;
  readonly title: string;
  /** What Bitbucket calls them: those whose approval was given after the last push. */
  readonly approvedBy: readonly string[];
}

/** @returns undefined where what is newest of the first path is of no merge that Bitbucket knows */
export async function broughtBy(
  { answer, origins, setting }: Asked,
  repository: string,
  env: NodeJS.ProcessEnv,
): Promise<Brought | undefined> {
  const reason = answer.cells.flatMap(({ reasons }) => reasons)[0];
  const origin = reason && sinceOf(reason, origins)?.origin;
  if (origin === undefined || origin === "not committed") return undefined;
  const files = new AccessRepository(setting.settings.bitbucket.url, repository, env);
  const commit = await files.found(origin.commit);
  const request = commit && (await files.mergedAs(commit));
  if (request === undefined) return undefined;
  const { id, title, approvedBy, names } = request;
  return { repository, id, title, approvedBy: approvedBy.map((account) => names.get(account) ?? account) };
}

/** Example: `by pull request #7 of acme/identity (Support can start builds), approved by Fatima Haddad`. */
export function broughtText({ repository, id, title, approvedBy }: Brought): string {
  const by = approvedBy.length === 0 ? "no approval of it counts" : `approved by ${approvedBy.join(", ")}`;
  return `by pull request #${id} of ${repository} (${title}), ${by}`;
}
