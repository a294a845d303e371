/** What would give a right, for a terminal: the change, what else it gives, and whom to ask. */
import { placesOf, projectOf, subjectLabel, targetOf, type Model, type RightChange } from "../../access";
import { grouped, Tree } from "../../access/tree";
import { askerLabel, entryOf, type Candidate, type Proposal, type Question } from "../../access/why";
import { flow } from "../../access/file/splice";

/** So much of what else a change gives, and of the places of a right, is shown. */
const most = { lines: 4, places: 3 };

/** @returns the first line stands at the left */
export function proposalLines(proposal: Proposal, question: Question, model: Model): string[] {
  const { candidate, asks, owners, against } = proposal;
  const besides = besidesOf(proposal, question, model);
  const verb = question.subject?.kind === "person" ? "gives also" : "gives";
  const shown = besides.slice(0, most.lines).map((line) => `  ${verb} ${line}`);
  const more = besides.length - shown.length;
  const approvals = new Set(asks.map(({ approvers, place }) => `${either(approvers)} (${place})`));
  const [first, ...rest] = against;
  return [
    changeText(candidate),
    ...(shown.length === 0 ? ["  gives nothing else"] : shown),
    ...(more > 0 ? [`  gives also ${more} more of that kind: --json has all`] : []),
    `  ask ${either(owners)}, who answers for ${answeredFor(candidate)}`,
    ...(approvals.size > 0 ? [`  to be approved by ${[...approvals].join(", and by ")}`] : []),
    ...(first === undefined
      ? []
      : [`  but: ${first}${rest.length === 0 ? "" : ` (and ${rest.length} more)`}`]),
  ];
}

function changeText(candidate: Candidate): string {
  if (candidate.kind === "member") return `put ${candidate.person} into team ${candidate.team}`;
  const entry = flow(entryOf(candidate.grant));
  return candidate.kind === "grant" ? `grant ${entry}` : `let go on what has ended: ${entry}`;
}

function answeredFor(candidate: Candidate): string {
  if (candidate.kind === "member") return `team ${candidate.team}`;
  return `project ${[...new Set(candidate.grant.on.map(projectOf))].join(", ")}`;
}

const either = (names: readonly string[]): string =>
  names.length === 0 ? "an owner who gains nothing by it" : names.join(" or ");

/** Everything but what was asked for, a line for each group of people. */
function besidesOf({ gained }: Pick<Proposal, "gained">, question: Question, model: Model): string[] {
  const { subject, capability, target } = question;
  const meant = new Set(new Tree(model).repositoriesOf(target).map(targetOf));
  const rest = gained.flatMap((change) => {
    const isMeant = change.capability === capability && meant.has(change.target);
    const people = change.people.filter(
      (name) => !(isMeant && subject?.kind === "person" && name === subject.name),
    );
    const isOwn = isMeant && subject !== undefined && askerLabel(subject) === subjectLabel(change.subject);
    if (isOwn && change.subject.kind !== "person" && people.length === 0 && change.more !== true) return [];
    if (change.subject.kind !== "agent" && people.length === 0 && change.more !== true) return [];
    return [{ ...change, people }];
  });
  return [...grouped(rest, whomOf)].flatMap(([whom, changes]) =>
    rightTexts(changes, model).map((right) => `${whom}: ${right}`),
  );
}

function whomOf({ subject, people, more }: RightChange): string {
  if (subject.kind === "agent") return subjectLabel(subject);
  const rest = more === true ? [`whoever Keycloak has in ${subjectLabel(subject)}`] : [];
  return [...people, ...rest].join(", ");
}

/** A text for each set of places. */
function rightTexts(changes: readonly RightChange[], model: Model): string[] {
  const byPlaces = new Map<string, string[]>();
  for (const [capability, some] of grouped(changes, (one) => one.capability)) {
    const all = placesOf(
      some.map(({ target }) => target),
      model,
    );
    const more = all.length - most.places;
    const places = [...all.slice(0, most.places), ...(more > 0 ? [`${more} more`] : [])].join(", ");
    byPlaces.set(places, [...(byPlaces.get(places) ?? []), capability]);
  }
  return [...byPlaces].map(([places, capabilities]) => `${capabilities.join(", ")} on ${places}`);
}
