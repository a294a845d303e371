/** Where `access.yaml` and `exceptions.yaml` still name somebody, what is to be done there, and the file without the name. */
import { accessFile, exceptionsFile, type DataTexts } from "../../access";
import { editAccess } from "../../access/file/edit";
import { writtenAccess, writtenExceptions, type Written } from "../../access/file/written";
import type { AccessFile, TeamEntry } from "../../access/file/schema";
import type { Path } from "../../access/file/source";

export interface Mention {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Example: `dora is in the members of team payments`. */
  readonly what: string;
  /** What a person has to decide; undefined: the name can just be taken out. */
  readonly todo?: string;
}

export interface Removal {
  readonly mentions: readonly Mention[];
  /** `access.yaml` without the name, wherever it can just be taken out. */
  readonly text: string;
}

/** A mention by its path. */
interface Found {
  /** The name. */
  readonly name: Path;
  /** The entry that goes with it. */
  readonly at: Path;
  readonly what: string;
  readonly todo?: string;
}

/**
 * @param person user name
 * @param leastOwners so few may be left (`limits.owners`)
 * @throws InvalidAccess if a file cannot be read
 */
export function removalOf(texts: DataTexts, person: string, leastOwners: number): Removal {
  const text = texts.get(accessFile) ?? "";
  const access = writtenAccess(text);
  const exceptions = writtenExceptions(texts.get(exceptionsFile) ?? "");
  const elsewhere = exceptions.data.flatMap(({ rule, owner }, index) =>
    owned(owner, person, ["exceptions", index], `the exception from ${rule ?? "…"}`),
  );
  const reasons = new Map<string, string>();
  const byHand = (one: Found): Found => {
    const reason = reasons.get(String(one.at));
    return reason === undefined ? one : { ...one, todo: `take the name out by hand, since ${reason}` };
  };
  for (;;) {
    const inAccess = foundIn(access, person, leastOwners).map(byHand);
    // Who is named elsewhere has to be among the people.
    const isNeeded = [...inAccess, ...elsewhere].some(({ todo }) => todo !== undefined);
    const entry = Object.keys(access.data.people)
      .filter((name) => name === person)
      .map((name): Found => ({ name: ["people", name], at: ["people", name], what: "is among the people" }))
      .map((one) =>
        isNeeded ? { ...one, todo: "take the name out once it stands nowhere else" } : byHand(one),
      );
    const gone = [...inAccess, ...entry].filter(({ todo }) => todo === undefined);
    const edited = editAccess(
      text,
      gone.map(({ at }) => ({ at, become: [] })),
    );
    for (const { change, reason } of edited.refused) reasons.set(String(change.at), reason);
    if (edited.refused.length > 0) continue;
    const placed = ({ place }: Written<unknown>, file: string, all: readonly Found[]) =>
      all.map(({ name, what, todo }) => ({
        file,
        ...place(name, name[0] === "people" ? "key" : "value"),
        what: `${person} ${what}`,
        ...(todo !== undefined && { todo }),
      }));
    const mentions = [
      ...placed(access, accessFile, inAccess),
      ...placed(exceptions, exceptionsFile, elsewhere),
      ...placed(access, accessFile, entry),
    ];
    return { mentions, text: edited.text };
  }
}

/** `access.yaml:28:17: dora is in the members of team payments: take the name out` */
export function mentionText({ file, line, column, what, todo = "take the name out" }: Mention): string {
  return `${file}:${line}:${column}: ${what}: ${todo}`;
}

/** Everywhere but among the people; what an alias or a merge says counts as what is written out. */
function foundIn(
  { data: { owners, teams, agents = {}, grants } }: Written<AccessFile>,
  person: string,
  least: number,
): Found[] {
  const lacking = owners.filter((owner) => owner !== person).length < least;
  return [
    ...indexesOf(owners, person).map((index): Found => ({
      name: ["owners", index],
      at: ["owners", index],
      what: "is one of the owners",
      ...(lacking && { todo: `name another, since there have to be ${least}` }),
    })),
    ...inTeams(teams, person, ["teams"]),
    ...Object.entries(agents).flatMap(([name, { owner }]) =>
      owned(owner, person, ["agents", name], `agent ${name}`),
    ),
    ...grants.flatMap((grant, index): Found[] =>
      grant.person === person
        ? [
            {
              name: ["grants", index, "person"],
              at: ["grants", index],
              what: `is granted ${grant.can.join(", ")} on ${[grant.on].flat().join(", ")}`,
            },
          ]
        : [],
    ),
  ];
}

function inTeams(teams: Readonly<Record<string, TeamEntry>>, person: string, at: Path): Found[] {
  return Object.entries(teams).flatMap(([team, { owner, members = [], teams: inner = {} }]) => [
    ...owned(owner, person, [...at, team], `team ${team}`),
    ...indexesOf(members, person).map((index): Found => {
      const here = [...at, team, "members", index];
      return { name: here, at: here, what: `is in the members of team ${team}` };
    }),
    ...inTeams(inner, person, [...at, team, "teams"]),
  ]);
}

function owned(owner: string | undefined, person: string, at: Path, what: string): Found[] {
  if (owner !== person) return [];
  return [{ name: [...at, "owner"], at, what: `owns ${what}`, todo: "name another owner" }];
}

function indexesOf(names: readonly string[], person: string): number[] {
  return names.flatMap((name, index) => (name === person ? [index] : []));
}
