/** Which rows and columns of the matrix somebody wants to see. Runs in the page: nothing of Node is here. */
import type { Holder, Project, Rights } from "./decode";

export interface Filter {
  /** Words, each of which has to be in the name, user name or a team of somebody. */
  readonly people: string;
  /** Words, each of which has to be in the name of a repository. */
  readonly places: string;
  /** Name of a capability; empty: any. */
  readonly capability: string;
  /** Name of a team; empty: any. */
  readonly team: string;
  readonly only: "" | "privileged" | "granted" | "implied";
  readonly columns: "repositories" | "projects";
}

export const noFilter: Omit<Filter, "columns"> = {
  people: "",
  places: "",
  capability: "",
  team: "",
  only: "",
};

export interface Column {
  readonly label: string;
  readonly project: string;
  /** Of `targets`. */
  readonly first: number;
  readonly length: number;
}

export interface View {
  readonly rows: readonly Holder[];
  readonly columns: readonly Column[];
  /** Bits of a holder in a column: of all its repositories together. */
  readonly bits: (holder: Holder, column: Column) => number;
  /** Rights that are shown. */
  readonly count: number;
}

/** What is shown of a cell, by the filter. */
function shownBits(
  rights: Rights,
  filter: Filter,
  wanted: number,
): (holder: number, target: number) => number {
  return (holder, target) => {
    const can = rights.at(holder, target) & wanted;
    if (filter.only === "granted") return can & rights.grantedAt(holder, target);
    if (filter.only === "implied") return can & ~rights.grantedAt(holder, target);
    return can;
  };
}

/**
 * Whoever is looked for by name is shown even without a right; where something is asked of rights, whoever has none of
 * them is not. Of repositories, those are left out on which nobody who is shown has one.
 */
export function viewOf(rights: Rights, names: readonly string[], filter: Filter): View {
  const wanted = wantedBits(rights, names, filter);
  const shown = shownBits(rights, filter, wanted);
  const isPlace = matcher(filter.places);
  const places = rights.targets.map((target) => isPlace(target));
  const isPerson = matcher(filter.people);
  const asks = filter.capability !== "" || filter.only !== "" || filter.places !== "";
  const held = new Uint8Array(rights.targets.length);
  let count = 0;
  const rows = rights.holders.filter((holder) => {
    if (filter.team !== "" && !holder.teams.includes(filter.team)) return false;
    if (filter.people !== "" && !isPerson([holder.who, holder.name, ...holder.teams].join(" "))) return false;
    let own = 0;
    for (let target = 0; target < places.length; target++) {
      if (places[target] !== true) continue;
      const bits = shown(holder.index, target);
      if (bits === 0) continue;
      own += countBits(bits);
      held[target] = 1;
    }
    count += own;
    return own > 0 || !asks;
  });
  const isNarrow = asks || filter.people !== "" || filter.team !== "";
  const keep = (target: number) => places[target] === true && (!isNarrow || held[target] === 1);
  return {
    rows,
    columns: filter.columns === "projects" ? projectColumns(rights, keep) : targetColumns(rights, keep),
    bits: (holder, { first, length }) => {
      let bits = 0;
      for (let target = first; target < first + length; target++)
        if (places[target] === true) bits |= shown(holder.index, target);
      return bits;
    },
    count,
  };
}

function wantedBits(rights: Rights, names: readonly string[], { capability, only }: Filter): number {
  const one = capability === "" ? ~0 : 1 << names.indexOf(capability);
  return only === "privileged" ? one & rights.privileged : one;
}

function targetColumns({ targets, projects }: Rights, keep: (target: number) => boolean): Column[] {
  return projects.flatMap(({ key, first, length }) =>
    range(first, length).flatMap((target): Column[] =>
      keep(target)
        ? [{ label: (targets[target] ?? "").slice(key.length + 1), project: key, first: target, length: 1 }]
        : [],
    ),
  );
}

function projectColumns({ projects }: Rights, keep: (target: number) => boolean): Column[] {
  return projects.flatMap(({ key, first, length }: Project): Column[] =>
    range(first, length).some(keep) ? [{ label: key, project: key, first, length }] : [],
  );
}

function range(first: number, length: number): number[] {
  return Array.from({ length }, (_, index) => first + index);
}

/** Whether each word of what is looked for is in a text, whatever the case and the accents. */
export function matcher(wanted: string): (text: string) => boolean {
  const words = plain(wanted).split(/\s+/).filter(Boolean);
  return (text) => {
    if (words.length === 0) return true;
    const all = plain(text);
    return words.every((word) => all.includes(word));
  };
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
