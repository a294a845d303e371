/** The answer as data, for scripts. */
import { entryOf, type Proposal, type Reason } from "../../access/why";
import type { Asked } from "./files";
import { sinceOf, type Origins } from "./since";

export function answerJson({ stack, answer, origins }: Asked): object {
  const { question, can, cells, holders, proposals, others } = answer;
  const withSince = (reason: Reason): object => ({
    ...reason,
    since: sinceJson(reason, origins),
  });
  return {
    ...question,
    stack,
    can,
    rights: cells.map(({ reasons, ended, ...cell }) => ({
      ...cell,
      can: reasons.length > 0,
      paths: reasons.map(withSince),
      ended,
    })),
    holders: holders.map(withSince),
    others,
    proposals: proposals.map(proposalJson),
  };
}

function sinceJson(reason: Reason, origins: Origins | undefined): object | null {
  const since = sinceOf(reason, origins);
  if (since === undefined) return null;
  const { link, origin } = since;
  const by = { what: link.what, file: link.file, line: link.line };
  return origin === "not committed" ? { ...by, committed: false } : { ...by, committed: true, ...origin };
}

export function approvalsJson(asks: Proposal["asks"]): object[] {
  return asks.map(({ place, approvers, need }) => ({ place, approvers, reason: need.reason }));
}

function proposalJson({ candidate, gained, asks, owners, against }: Proposal): object {
  return {
    ...(candidate.kind === "member"
      ? { member: { person: candidate.person, team: candidate.team } }
      : { [candidate.kind]: entryOf(candidate.grant) }),
    gained: gained.map(({ subject, capability, target, kind, people, more }) => ({
      subject,
      capability,
      target,
      kind,
      people,
      ...(more && { more }),
    })),
    approvals: approvalsJson(asks),
    owners,
    against,
  };
}
