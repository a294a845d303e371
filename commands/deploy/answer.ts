/** Whose word counts for one thing that a pull request brought. */
import { placeOf, renamesBetween, type Ask } from "../../access";
import type { Accounts } from "./accounts";
import type { Basis, Step } from "./origins";

const company = placeOf(undefined);

export interface Answer {
  /** Who said yes, and the same in words. */
  readonly by?: string;
  /** Of whoever did. */
  readonly account?: string;
  readonly words?: string;
  /** Why that is missing. */
  readonly reason?: string;
}

/** By what the word of somebody counts. */
export interface Rules {
  /** The branch that is deployed. */
  readonly branch: string;
  readonly accounts: Pick<Accounts, "of" | "behind">;
  readonly basis: Basis;
}

export async function answerOf(
  { need, place, approvers }: Ask,
  { commit, pullRequest, other, together }: Step[number],
  { branch, accounts, basis }: Rules,
): Promise<Answer> {
  const because = (...why: readonly string[]): Answer => ({
    reason: `${need.reason}: ${[...why, ...(together === undefined ? [] : [together])].join("; ")}`,
  });
  if (need.unknown) {
    return because(
      "Keycloak does not say who is in the team, so nobody can tell whose word counts: bring the team up first, without this",
    );
  }
  if (approvers.length === 0) {
    const answerers = place === company ? place : `${place}, or for ${company}`;
    return because(
      `everybody who answers for ${answerers} gains by this change: bring it up in parts, or have somebody else own it first`,
    );
  }
  if (pullRequest === undefined) {
    return because(
      `no merged pull request brought commit ${commit.hash.slice(0, 12)}; bring it in by one, and merge that by a merge commit`,
    );
  }
  const { id, authors, strangers, approvedBy, stale, into, refusals } = pullRequest;
  if (into !== branch) return because(`pull request #${id} was merged into ${into}, and not into ${branch}`);
  if (refusals.length > 0)
    return because(`no approval of pull request #${id} counts: ${refusals.join("; ")}`);
  if (other !== undefined) return because(other);
  const notes: string[] = [];
  for (const name of approvers) {
    const { account, why } = await accounts.of(name);
    if (account === undefined) {
      if (why !== undefined) notes.push(`${name} ${why}`);
      continue;
    }
    if (stale.includes(account)) notes.push(`${name} approved before the last push`);
    if (authors.has(account) || ownsOneOf(authors, name, basis) || isNamedIn(strangers, name, basis))
      continue;
    if (!approvedBy.includes(account)) continue;
    const gaining = await gainingBy({ by: name, account }, need, { accounts, basis });
    if (gaining === undefined)
      return { by: name, account, words: `pull request #${id} approved by ${name} for ${place}` };
    notes.push(`${name} has the account of ${gaining}, who gains by this change`);
  }
  const lacks = `pull request #${id} lacks the approval of somebody who answers for ${place}, wrote nothing of it and gains nothing by this change: ${approvers.join(", ")}`;
  return because(lacks, ...notes);
}

/** Whether an agent of somebody's is among the authors: what it does its owner answers for, of before and of after. */
function ownsOneOf(authors: ReadonlySet<string>, name: string, basis: Basis): boolean {
  const agents = [...(basis.before?.model.agents ?? []), ...basis.model.agents];
  const names = namesOf(name, basis);
  return agents.some(({ owner, account }) => names.includes(owner) && authors.has(account));
}

/** Those of somebody before and after. */
function namesOf(name: string, { before, model }: Basis): string[] {
  const now = before && renamesBetween(before.model, model).person.get(name);
  return now === undefined ? [name] : [name, now];
}

/** Who gains, under another name, and has the account of somebody who approves. */
async function gainingBy(
  approver: Required<Pick<Answer, "by" | "account">>,
  { beneficiaries }: Ask["need"],
  { accounts, basis: { before, model } }: Pick<Rules, "accounts" | "basis">,
): Promise<string | undefined> {
  const old = new Map(before?.model.people.map((one) => [one.username, one]));
  const renamed = [...(before ? renamesBetween(before.model, model).person : [])];
  const then = new Map(renamed.map(([was, now]) => [now, was]));
  const isNamed = old.get(approver.by)?.account !== undefined;
  for (const person of model.people) {
    const name = then.get(person.username) ?? person.username;
    if (!beneficiaries.includes(name)) continue;
    const was = old.get(name);
    const isOther = was?.email !== person.email || was.account !== person.account;
    // By their addresses and pins two people have two accounts; by what a file names they may have one.
    const account =
      isOther || person.account !== undefined
        ? await accounts.behind(person)
        : isNamed
          ? (await accounts.of(name)).account
          : undefined;
    if (account === approver.account) return person.username;
  }
  return undefined;
}

/** Whether commits of no account name somebody by an address. */
function isNamedIn(strangers: readonly string[], name: string, basis: Basis): boolean {
  const people = [...(basis.before?.model.people ?? []), ...basis.model.people];
  const names = namesOf(name, basis);
  const addresses = people
    .filter(({ username }) => names.includes(username))
    .map(({ email }) => email.toLowerCase());
  return strangers.some((raw) => addresses.some((address) => raw.toLowerCase().includes(`<${address}>`)));
}
