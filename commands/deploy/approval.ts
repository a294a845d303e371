/**
 * Whether a change that needs a second person has one. Several pull requests may have been merged since the stack was
 * last brought up, so each thing that somebody has to approve of is looked for in the one that brought it: who merged
 * something grave and then has a harmless change approved would otherwise have both.
 */
import { asksOf, programAtom, type Need } from "../../access";
import type { AccessRepository } from "../../clients/accessRepository";
import type { Accounts } from "./accounts";
import { answerOf } from "./answer";
import { originsOf, programSteps, type Step } from "./origins";
import type { ApprovalSource, Evaluated, Pending } from "./pending";
import { byRecordedOwners } from "./recordedOwners";

/** Who is asked whether somebody has approved. */
export interface Witnesses {
  /** The repository whose pull requests count. */
  readonly repository: AccessRepository;
  /** Whose account is whose, as it was before the change. */
  readonly accounts: Pick<Accounts, "of" | "behind">;
  readonly env: NodeJS.ProcessEnv;
}

/** @param witnesses undefined: there is no repository */
export async function approvalOf(
  pending: Pending,
  source: Pick<ApprovalSource, "approve" | "commit">,
  witnesses: Witnesses | undefined,
): Promise<Evaluated> {
  const { needs, number } = pending;
  const { approve } = source;
  if (approve !== undefined && approve !== number) {
    return refused(
      `found ${approve} for --approve; this change is ${number}: approve of just that, or do not`,
    );
  }
  if (needs.length === 0) return { reasons: [] };
  if (witnesses !== undefined) {
    if (approve !== undefined)
      return refused(
        `found --approve; a pull request of ${witnesses.repository.name} has to be approved instead: leave it out`,
      );
    return byPullRequest(pending, source, witnesses);
  }
  if (approve !== undefined) {
    return {
      approval: { by: "one person", words: "one person previewed, approved of and deployed it", people: [] },
      reasons: [],
    };
  }
  return {
    reasons: [
      ...needs.map(({ reason }) => reason),
      `name the repository whose pull requests count (--repository workspace/slug), or say --approve ${number}: then the history says that one person did it`,
    ],
  };
}

async function byPullRequest(
  { needs, basis, commit: own }: Pending,
  { commit = own }: Pick<ApprovalSource, "commit">,
  { repository, accounts, env }: Witnesses,
): Promise<Evaluated> {
  if (commit === undefined || commit.endsWith("+")) {
    const found = commit === undefined ? "no commit" : "files that differ from their commit";
    return refused(
      `found ${found}; a pull request is looked for by its merge commit: check it out, as it is`,
    );
  }
  const { before } = basis;
  if (before === undefined) return byRecordedOwners({ needs, basis }, commit, { repository, env });
  const data = needs.filter(({ atoms }) => !atoms.includes(programAtom));
  const origins = await originsOf(
    data.flatMap(({ atoms }) => atoms),
    commit,
    basis,
    { repository, env },
  );
  const program = data.length < needs.length ? await programSteps(commit, basis, repository) : undefined;
  const failed = [origins, program].flatMap((found) => (found?.ok === false ? [found.reason] : []));
  if (failed.length > 0 || !origins.ok) return { reasons: failed };
  const branch = await repository.mainBranch();
  const stepsOf = ({ atoms }: Need): Step[] =>
    atoms.includes(programAtom)
      ? [...(program?.ok ? program.steps.values() : [])]
      : [...new Set(atoms.map((atom) => origins.steps.get(atom) ?? []))];
  const unseen = needs.filter(
    (need) => stepsOf(need).some((step) => step.length === 0) || stepsOf(need).length === 0,
  );
  if (unseen.length > 0) {
    return {
      reasons: unseen.map(
        ({ reason }) =>
          `${reason}: no commit of ${repository.name} brought it; deploy from a clean checkout of what was merged`,
      ),
    };
  }
  const answers = await Promise.all(
    asksOf(needs, before).flatMap((ask) =>
      unique(stepsOf(ask.need).flat()).map((origin) => answerOf(ask, origin, { branch, accounts, basis })),
    ),
  );
  const reasons = [...new Set(answers.flatMap(({ reason }) => reason ?? []))];
  const words = [...new Set(answers.flatMap(({ words: said }) => said ?? []))];
  if (reasons.length > 0) return { reasons };
  const people = [...new Set(answers.flatMap(({ by }) => by ?? []))];
  const known = answers.flatMap(({ by, account }) =>
    by !== undefined && account !== undefined ? [[by, account]] : [],
  );
  return {
    approval: {
      ...{ by: "pull request" as const, words: `${repository.name}: ${words.join(", ")}`, people },
      accounts: Object.fromEntries(known) as Record<string, string>,
    },
    reasons: [],
  };
}

function unique(step: Step): Step {
  return [
    ...new Map(
      step.map((one) => [JSON.stringify([one.pullRequest?.id ?? one.commit.hash, one.other]), one]),
    ).values(),
  ];
}

function refused(reason: string): Evaluated {
  return { reasons: [reason] };
}
