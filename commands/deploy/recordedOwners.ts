/** Who approves where nobody knows what a stack holds. */
import { differsFrom, type Sources } from "./origins";
import type { Evaluated, Pending } from "./pending";

/** Nobody's word but that of two owners whom the realm itself names counts where nothing else is known. */
export async function byRecordedOwners(
  { needs, basis }: Pick<Pending, "needs" | "basis">,
  commit: string,
  sources: Sources,
): Promise<Evaluated> {
  const { unrecorded } = basis;
  const { repository } = sources;
  const differs = await differsFrom(commit, basis, sources);
  if (differs !== undefined) return { reasons: [differs] };
  const merged = await repository.commit(commit);
  const pullRequest = await repository.mergedAs(merged);
  const beside =
    pullRequest === undefined ? [] : await repository.changedPaths(pullRequest.head, merged.hash);
  const branch = await repository.mainBranch();
  const { owners = [], by = "the realm" } = unrecorded ?? {};
  const accounts = await Promise.all(owners.map((address) => repository.accountOf(address)));
  const counts = (account: string | undefined) =>
    account !== undefined &&
    pullRequest !== undefined &&
    pullRequest.into === branch &&
    beside.length === 0 &&
    pullRequest.approvedBy.includes(account) &&
    !pullRequest.authors.has(account);
  const yes = owners.filter((_, index) => counts(accounts[index]));
  const people = new Set(accounts.filter(counts));
  if (people.size >= 2 && pullRequest) {
    const words = `${repository.name}: pull request #${pullRequest.id} approved by ${yes.join(" and ")}, owners by the record of ${by}`;
    return { approval: { by: "pull request", words, people: [] }, reasons: [] };
  }
  return {
    reasons: needs.map(
      ({ reason }) =>
        `${reason}: the pull request that brought ${commit.slice(0, 12)} has to be approved by two whom ${by} names as its owners, and who wrote nothing of it; what is merged has to be just what they approved of: ${owners.join(", ") || "it names nobody"}`,
    ),
  };
}
