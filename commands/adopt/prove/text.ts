/** The proof, for people. */
import type { RightsCompared } from "../../../access/adopt/rights";
import { many } from "../counts";
import type { Change, Plan } from "./plan";

export interface Proof {
  readonly stack: string;
  /** `proved`: nothing that was found is changed, nobody gains and nobody loses, and everything was read. */
  readonly verdict: "proved" | "not proved";
  readonly plan: Plan;
  readonly rights: RightsCompared;
  /** What the look could not read, a line each. */
  readonly unread: readonly string[];
}

const number = (count: number): string => count.toLocaleString("en");

export function proofText({ verdict, plan, rights, unread, stack }: Proof): string {
  const { taken, changed, others, added } = plan;
  const { compared, people, differences } = rights;
  const madeBesides = Object.entries(added).map(([type, count]) => `  ${type} ${number(count)}`);
  return [
    `taken: ${many(taken, "resource")}; ${changed.length === 0 ? "the next deploy changes and deletes none of them" : `the next deploy would change or delete ${number(changed.length)}:`}`,
    ...changed.map(changeText),
    ...section("it would change, of what the stack has besides:", others.map(changeText)),
    ...section("it would make:", madeBesides),
    "",
    `compared: ${many(compared, "right")} of ${many(people, "person", "people")}; ${differences.length === 0 ? "by the file all are what they are by Bitbucket's own answer" : `${number(differences.length)} would be others:`}`,
    ...differences.map(
      ({ name, account, target, now = "nothing", then = "nothing" }) =>
        `  ${name} (${account}) on ${target}: ${now} now, ${then} by the file`,
    ),
    ...section(
      "could not be compared, since it was not read:",
      rights.unread.map((target) => `  ${target}`),
    ),
    ...section(
      "the look could not read:",
      unread.map((line) => `  ${line}`),
    ),
    "",
    verdict === "proved" ? `proved; next: npm run deploy -- ${stack}` : "not proved",
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines];
}

function changeText({ op, type, name, properties }: Change): string {
  return `  ${op} ${type} ${name}${properties.length > 0 ? `: ${properties.join(", ")}` : ""}`;
}
