/** Who approves where nobody knows what a stack holds. */
import type { AccessRepository } from "../../clients/accessRepository";
import type { Evaluated, Pending } from "./pending";

/** Nobody's word but that of two owners whom the realm itself names counts where nothing else is known. */
export async function byRecordedOwners(
  { needs, basis: { standing } }: Pick<Pending, "needs" | "basis">,
  commit: string,
  repository: AccessRepository,
): Promise<Evaluated> {
  const pullRequest = await repository.mergedAs(await repository.commit(commit));
  const branch = await repository.mainBranch();
  const owners = standing?.owners ?? [];
  const accounts = await Promise.all(owners.map((address) => repository.accountOf(address)));
  const counts = (account: string | undefined) =>
    account !== undefined &&
    pullRequest !== undefined &&
    pullRequest.into === branch &&
    pullRequest.approvedBy.includes(account) &&
    !pullRequest.authors.has(account);
  const yes = owners.filter((_, index) => counts(accounts[index]));
  if (new Set(yes).size >= 2 && pullRequest) {
    const words = `${repository.name}: pull request #${pullRequest.id} approved by ${yes.join(" and ")}, owners by the realm's own record`;
    return { approval: { by: "pull request", words, people: [] }, reasons: [] };
  }
  return {
    reasons: needs.map(
      ({ reason }) =>
        `${reason}: the pull request that brought ${commit.slice(0, 12)} has to be approved by two whom the realm names as its owners, and who wrote nothing of it: ${owners.join(", ") || "it names nobody"}`,
    ),
  };
}
