/** The answer for a terminal: yes or no first; then by which path and since when, or what would give it. */
import { isMoment } from "../../access";
import { compare } from "../../access/problem";
import { grouped, projectOf, Tree } from "../../access/tree";
import { askerLabel, type Answer, type Cell, type Live, type Reason } from "../../access/why";
import { proposalLines } from "./proposalText";
import { sinceText } from "./since";
import { capabilitiesText, holdersText } from "./tables";
import { targetsText, type Told } from "./told";

export function answerText(answer: Answer, told: Told): string {
  const { subject, capability } = answer.question;
  if (subject === undefined) return holdersText(answer, told);
  return capability === undefined ? capabilitiesText(answer, told) : rightText(answer, told);
}

const deployHint = 'where a repository deploys to stands in its "deploys"';

function rightText(answer: Answer, told: Told): string {
  const { question, can, cells, proposals, others } = answer;
  const { subject, capability = "", target } = question;
  const who = subject === undefined ? "" : askerLabel(subject);
  if (cells.length === 0) return `no: nothing on ${target} has ${capability}: ${deployHint}`;
  const held = cells.filter(({ reasons }) => reasons.length > 0);
  const lacking = cells.filter(({ reasons }) => reasons.length === 0);
  const on = (some: readonly Cell[]) => targetsText(some, told.model);
  const head = can
    ? `yes: ${who} can ${capability} on ${target}`
    : held.length > 0
      ? `no: ${who} can ${capability} on ${on(held)}, and not on ${on(lacking)}`
      : `no: ${who} cannot ${capability} on ${target}`;
  const alike = [...grouped(held, byPath).values()];
  const isPipeline = subject?.kind === "pipeline";
  return [
    head,
    ...alike.flatMap((some) =>
      reasonLines(some[0]?.reasons ?? [], told, alike.length > 1 ? `on ${on(some)}: ` : ""),
    ),
    ...endedLines(lacking),
    ...unknownLines(lacking),
    ...observedLines(lacking, told),
    ...(!can && subject?.kind === "person" && told.model.owners.includes(subject.name)
      ? [`  an owner of the company: whoever administers the workspace may do everything there`]
      : []),
    ...(others.length > 0 ? [`  can there: ${others.join(", ")}`] : []),
    ...(!can && isPipeline
      ? [`  a pipeline deploys its own repository, and does nothing else: ${deployHint}`]
      : []),
    ...(proposals.length > 0 ? ["", "What would give it:"] : []),
    ...proposals.slice(0, mostProposals).flatMap((one, index) => {
      const [first = "", ...rest] = proposalLines(one, question, told.model);
      return [`  ${index + 1}. ${first}`, ...rest.map((line) => `     ${line}`)];
    }),
    ...(proposals.length > mostProposals
      ? [`  and ${proposals.length - mostProposals} more: --json has all`]
      : []),
  ].join("\n");
}

const mostProposals = 4;

/** What the systems say now. */
export function liveText({ can, differences }: Live): string {
  const head = `now, by Bitbucket and Keycloak: ${can ? "yes" : "no"}`;
  if (differences.length === 0) return `${head}, as the files say`;
  return [`${head}; other than the files`, ...differences.map((one) => `  ${one}`)].join("\n");
}

/** What one answer says of the repositories alike. */
const byPath = ({ target, reasons: [first] }: Cell): string =>
  JSON.stringify([first?.path.map((one) => (one === target ? "" : one)), first?.until, first?.kind]);

function reasonLines([first, ...more]: readonly Reason[], { origins }: Told, where: string): string[] {
  if (first === undefined) return [];
  return [
    `  ${where}${first.path.join(" → ")} (${first.kind})`,
    ...first.links.map((link) => `  ${placeText(link)}  ${link.what}`),
    `  ${sinceText(first, origins)}`,
    ...(first.until === undefined ? [] : [`  until ${first.until}${isMoment(first.until) ? "" : " (UTC)"}`]),
    ...(first.reason === undefined ? [] : [`  reason: ${first.reason}`]),
    ...more.map(
      ({ path, until }) => `  also: ${path.join(" → ")}${until === undefined ? "" : `, until ${until}`}`,
    ),
  ];
}

const placeText = ({ file, line }: { readonly file: string; readonly line?: number }): string =>
  line === undefined ? file : `${file}:${line}`;

function endedLines(cells: readonly Cell[]): string[] {
  const ended = cells.flatMap(({ ended: [last] }) => (last === undefined ? [] : [last]));
  const texts = ended.map(({ path, until = "", links }) => {
    const grant = links.find(({ what }) => what.includes(" can "));
    return `  could until ${until}: ${path.join(" → ")} (${grant === undefined ? "" : placeText(grant)})`;
  });
  return [...new Set(texts)];
}

/** Where permissions are observed the file says nothing about what is given there. */
function observedLines(cells: readonly Cell[], { model }: Told): string[] {
  const tree = new Tree(model);
  const places = cells.flatMap(({ target }) =>
    [target, projectOf(target)].filter((place) => tree.observes(place, "permissions")),
  );
  if (places.length === 0) return [];
  const named = [...new Set(places)].sort(compare).join(", ");
  return [`  not known here: what Bitbucket gives on ${named}, where permissions are observed; --live asks`];
}

function unknownLines(cells: readonly Cell[]): string[] {
  const teams = [...new Set(cells.flatMap(({ unknown }) => unknown))];
  if (teams.length === 0) return [];
  return [`  not known here: who is in ${teams.join(", ")}, which can, is kept in Keycloak`];
}
