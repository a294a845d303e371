/**
 * What a change is called by those who make it: a team is renamed, moves, is split or dissolved, two people swap addresses, a
 * repository moves. A list of rights gained and lost says what it means, and never what it is.
 */
import type { Difference, RightChange } from "../difference";
import type { Known } from "../known";
import { placedNow, placeRenames } from "../places";
import { turned } from "../called";
import { aligned, renamesBetween } from "../renames";
import { placesOf } from "../rightNeeds";
import { compare, sorted } from "../../problem";
import { subjectLabel } from "../../tree";
import type { Named, NameChange, Sides } from "./change";
import { peopleNames } from "./people";
import { repositoryNames } from "./repositories";
import { teamNames } from "./teams";

/** @param difference between the same two */
export function namesBetween(
  known: Known,
  declared: Known,
  difference: Pick<Difference, "gained" | "lost">,
): NameChange[] {
  const renames = renamesBetween(known.model, declared.model);
  const [before, after] = aligned(placedNow(known, declared), declared);
  const sides = { before, after, then: { team: turned(renames.team), person: turned(renames.person) } };
  const places = placeRenames(known.model, declared.model).map((what): Named => ({
    kind: "renamed",
    what,
    subjects: [],
  }));
  const said = [...teamNames(sides), ...peopleNames(sides), ...places, ...repositoryNames(sides)];
  return said.map(({ kind, what, subjects, means = meaningOf(kind, subjects, difference, sides) }) => ({
    kind,
    what,
    means,
  }));
}

/** Where people go from team to team, only they matter: what one team has lost, another may have gained. */
const byPeople: readonly NameChange["kind"][] = ["split", "merged", "dissolved"];

function meaningOf(
  kind: NameChange["kind"],
  subjects: readonly string[],
  { gained, lost }: Pick<Difference, "gained" | "lost">,
  { before, after }: Sides,
): string[] {
  const people = new Set(subjects.flatMap((label) => peopleIn(label, [before, after])));
  const labelOf = ({ subject, people: own, more }: RightChange): string | undefined => {
    if (subject.kind === "person") return people.has(subject.name) ? subject.name : undefined;
    if (!subjects.includes(subjectLabel(subject))) return undefined;
    if (!byPeople.includes(kind) || more) return subjectLabel(subject);
    return own.length === 0 ? undefined : own.join(", ");
  };
  return [...said("gain", gained, labelOf, after), ...said("lose", lost, labelOf, before)];
}

function peopleIn(label: string, sides: readonly Known[]): string[] {
  const [kind, name = ""] = label.split(" ");
  return kind === "team" ? sides.flatMap((side) => side.members(name) ?? []) : [name];
}

/** Example: `team payments loses read, trigger on SHOP`. */
function said(
  verb: string,
  changes: readonly RightChange[],
  labelOf: (change: RightChange) => string | undefined,
  { model }: Known,
): string[] {
  const byLabel = new Map<string, Map<string, string[]>>();
  for (const change of changes) {
    const label = labelOf(change);
    if (label === undefined) continue;
    const places = byLabel.get(label) ?? new Map<string, string[]>();
    const { capability, target } = change;
    byLabel.set(label, places.set(capability, [...(places.get(capability) ?? []), target]));
  }
  return [...byLabel]
    .sort(([a], [b]) => compare(a, b))
    .flatMap(([label, rights]) => {
      const byPlace = new Map<string, string[]>();
      for (const [capability, targets] of rights) {
        const places = placesOf(targets, model).join(", ");
        byPlace.set(places, [...(byPlace.get(places) ?? []), capability]);
      }
      const does = label.includes(", ") ? verb : `${verb}s`;
      return [...byPlace].map(([places, can]) => `${label} ${does} ${sorted(can).join(", ")} on ${places}`);
    });
}
