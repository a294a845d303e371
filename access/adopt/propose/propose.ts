/**
 * What was found, as a file that says exactly the same: nobody gains by it, and nobody loses. The same input gives the same
 * bytes, in whatever order it comes. Pure.
 */
import { dayOf } from "../../until";
import type { Found } from "../found";
import { draftOf, type ProposeOptions } from "./draft";
import { reportOf, type Report } from "./report";
import { textOf } from "./text";

export interface Proposal {
  /** Of `access.yaml`. */
  readonly text: string;
  readonly report: Report;
}

/** For so many days people keep what they were given directly, unless somebody decides. */
const daysToDecide = 90;

/** @throws Error where the realm has not two people who can be owners */
export function propose(found: Found, options: ProposeOptions): Proposal {
  const draft = draftOf(found, options);
  const until = dayOf(new Date(Date.parse(found.at) + daysToDecide * 86_400_000));
  const { text, lines } = textOf(draft, until);
  return { text, report: reportOf(found, draft, { lines, until }) };
}
