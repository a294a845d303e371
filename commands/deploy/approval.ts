/**
 * Whether a change that needs a second person has one. Several pull requests may have been merged since the stack was
 * last brought up, so each thing that somebody has to approve of is looked for in the one that brought it: who merged
 * something grave and then has a harmless change approved would otherwise have both.
 */
import { asksOf, type Ask, type Need } from "../../access";
import type { AccessRepository } from "../../clients/accessRepository";
import { type MergedPullRequest } from "../../clients/accessRepository";
import { originsOf, type Basis } from "./origins";

/** Where an approval comes from. */
export interface ApprovalSource {
  /** The number that the preview showed: one person's word, where there is no pull request. */
  readonly approve?: string;
  /** The repository that holds `access.yaml`, as `workspace/slug`. */
  readonly repository?: string;
  /** The merge commit of the pull request. Default: the commit of the checkout. */
  readonly commit?: string;
}

export interface Approval {
  readonly by: "pull request" | "one person";
  /** For the history of the stack. Example: `pull request #7 of acme/access, approved by ben for project PAY`. */
  readonly words: string;
  /** User names of those who said yes; none where one person did it alone. */
  readonly people: readonly string[];
}

export interface Evaluated {
  readonly approval?: Approval;
  /** Why it is not approved; none: it is, or it needs nobody. */
  readonly reasons: readonly string[];
}

/** What is to be approved: the needs and the number of a report, and what they were made of. */
export interface Pending {
  readonly needs: readonly Need[];
  readonly number: string;
  readonly basis: Basis;
  /** Of the checkout. With `+` at its end where files differ from it. */
  readonly commit: string | undefined;
}

/** @param repository the one whose pull requests count; undefined: there is none */
export async function approvalOf(
  pending: Pending,
  source: Pick<ApprovalSource, "approve" | "commit">,
  repository: AccessRepository | undefined,
  env: NodeJS.ProcessEnv,
): Promise<Evaluated> {
  const { needs, number, basis } = pending;
  const { approve } = source;
  if (approve !== undefined && approve !== number) {
    return refused(
      `found ${approve} for --approve; this change is ${number}: approve of just that, or do not`,
    );
  }
  if (needs.length === 0 || basis.before === undefined) return { reasons: [] };
  if (repository !== undefined) {
    if (approve !== undefined)
      return refused(
        `found --approve; a pull request of ${repository.name} has to be approved instead: leave it out`,
      );
    return byPullRequest(pending, source, repository, env);
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
  repository: AccessRepository,
  env: NodeJS.ProcessEnv,
): Promise<Evaluated> {
  if (commit === undefined || commit.endsWith("+")) {
    const found = commit === undefined ? "no commit" : "files that differ from their commit";
    return refused(
      `found ${found}; a pull request is looked for by its merge commit: check it out, as it is`,
    );
  }
  const origins = await originsOf(needs, commit, basis, { repository, env });
  if (!origins.ok) return refused(origins.reason);
  const accounts = new Accounts(basis, repository);
  const asks = basis.before === undefined ? [] : asksOf(needs, basis.before);
  const answers = await Promise.all(
    asks.map((ask) => answerOf(ask, origins.pullRequests.get(ask.need), accounts)),
  );
  const reasons = answers.flatMap(({ reason }) => reason ?? []);
  const words = [...new Set(answers.flatMap(({ words: said }) => said ?? []))];
  if (reasons.length > 0) return { reasons };
  const people = [...new Set(answers.flatMap(({ by }) => by ?? []))];
  return {
    approval: { by: "pull request", words: `${repository.name}: ${words.join(", ")}`, people },
    reasons: [],
  };
}

interface Answer {
  /** Who said yes, and the same in words. */
  readonly by?: string;
  readonly words?: string;
  /** Why that is missing. */
  readonly reason?: string;
}

async function answerOf(
  { need, place, approvers }: Ask,
  pullRequest: MergedPullRequest | undefined,
  accounts: Accounts,
): Promise<Answer> {
  const because = (why: string): Answer => ({ reason: `${need.reason}: ${why}` });
  if (need.unknown) {
    return because("Keycloak does not say who is in the team, so nobody can tell whose word counts");
  }
  if (approvers.length === 0) {
    return because(
      `everybody who answers for ${place}, or for the company, gains by it: somebody else has to own it first`,
    );
  }
  if (pullRequest === undefined) {
    return because("no merged pull request brought it; bring it in by one, and merge that by a merge commit");
  }
  const { id, author, approvedBy } = pullRequest;
  for (const name of approvers) {
    const account = await accounts.of(name);
    if (account === undefined || account === author || !approvedBy.includes(account)) continue;
    return { by: name, words: `pull request #${id} approved by ${name} for ${place}` };
  }
  return because(
    `pull request #${id} lacks the approval of somebody who answers for ${place}, did not write it and gains nothing by it: ${approvers.join(", ")}`,
  );
}

/** Accounts of people, as they were known before the change: it could make somebody somebody else. */
class Accounts {
  private readonly known = new Map<string, Promise<string | undefined>>();

  constructor(
    private readonly basis: Basis,
    private readonly repository: AccessRepository,
  ) {}

  of(name: string): Promise<string | undefined> {
    const known = this.known.get(name) ?? this.find(name);
    this.known.set(name, known);
    return known;
  }

  private async find(name: string): Promise<string | undefined> {
    const person = this.basis.before?.model.people.find(({ username }) => username === name);
    return person && (person.account ?? (await this.repository.accountOf(person.email)));
  }
}

function refused(reason: string): Evaluated {
  return { reasons: [reason] };
}
