/** What a request would write into `access.yaml`, and all that it means; nothing is written here. */
import {
  accessFile,
  isActive,
  lockFile,
  readAccess,
  readLasting,
  renderProblem,
  type DataTexts,
  type Model,
} from "../../access";
import { editAccess } from "../../access/file/edit";
import {
  askerLabel,
  changesFor,
  proposalsOf,
  questionOf,
  wishedFor,
  type Proposal,
  type Question,
} from "../../access/why";
import { proposalLines } from "../why/proposalText";
import { settingOf } from "../why/setting";

export interface Wanted {
  readonly who: string;
  readonly can: string;
  readonly on: string;
  /** As {@link readLasting} takes it: `4h`, a day, a moment. Default: it does not end. */
  readonly until?: string;
  readonly reason: string;
}

export interface Draft {
  /** `access.yaml` with it. */
  readonly text: string;
  readonly question: Question;
  readonly proposal: Proposal;
  /** Example: `team payments can merge on PAY/payments-api until 2026-12-08`. */
  readonly title: string;
  /** What it gives, and who is asked, a line each. */
  readonly lines: readonly string[];
  /** The end that the same grant has in the texts that it is written into; undefined: they have none that ends. */
  readonly before?: string;
  readonly model: Model;
}

/**
 * @param texts that it is written into: those of the checkout, or of the main branch
 * @throws Error where it cannot be written as it is, with everything against it; InvalidAccess for what is wrong before
 */
export function drafted(
  folder: string,
  stack: string,
  env: NodeJS.ProcessEnv,
  { who, can, on, until: wanted, reason }: Wanted,
  texts: DataTexts,
): Draft {
  const setting = settingOf(folder, stack, env, { texts });
  const { model, settings, asOf } = setting;
  const question = questionOf([who, can, on], model);
  const { subject, capability, target } = question;
  if (subject === undefined || capability === undefined || subject.kind === "pipeline")
    throw new Error(`found ${who} for --for; allowed: a person, a team or an agent`);
  const until = wanted === undefined ? undefined : endFrom(wanted, asOf);
  const wish = { subject, capability, target, reason, ...(until !== undefined && { until }) };
  const candidate = wishedFor(wish, model);
  const before = candidate.kind === "renewal" ? model.grants[candidate.index]?.until : undefined;
  const [proposal] = proposalsOf([candidate], setting);
  const text = texts.get(accessFile) ?? "";
  if (proposal === undefined || proposal.against.length > 0)
    throw new Error(`it cannot be written as it is: ${proposal?.against.join("; ") ?? ""}`);
  const { text: after, refused } = editAccess(text, changesFor(proposal.candidate, text));
  const [left] = refused;
  if (left !== undefined)
    throw new Error(`${accessFile}:${left.line ?? 1}: write it by hand, since ${left.reason}`);
  const lock = texts.get(lockFile);
  const read = readAccess(
    after,
    accessFile,
    settings,
    lock === undefined ? undefined : { text: lock, file: lockFile },
    asOf,
  );
  if (!read.ok)
    throw new Error(`it cannot be written as it is:\n${read.problems.map(renderProblem).join("\n")}`);
  const end = until === undefined ? "" : ` until ${until}`;
  return {
    text: after,
    question,
    proposal,
    title: `${askerLabel(subject)} can ${capability} on ${target}${end}`,
    lines: proposalLines(proposal, question, model),
    ...(before !== undefined && { before }),
    model,
  };
}

/** @throws Error for what is no end, and for one that is over */
function endFrom(text: string, asOf: Date): string {
  const read = readLasting(text, asOf);
  if (!read.ok)
    throw new Error(
      `found ${text} for --until; allowed: ${read.allowed}${read.fix === undefined ? "" : `; ${read.fix}`}`,
    );
  if (isActive(read, asOf)) return read.until;
  throw new Error(`found ${text} for --until, which is over; allowed: today, or a time to come`);
}
