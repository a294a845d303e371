/** Who may approve of a change, for each place; and who would from now on. */
import { compare } from "../problem";
import { subjectLabel, Tree } from "../tree";
import type { AccessState } from "./rights";

/** The people who answer for a place. */
export interface Approvers {
  /** Key of the project; undefined: the company. */
  readonly project?: string;
  /** User names. */
  readonly names: ReadonlySet<string>;
  /** The teams that they are in, as `team platform`. */
  readonly teams: readonly string[];
  /** Teams of which nobody says who is in them: whoever is would be among the approvers. */
  readonly unknown: readonly string[];
}

/** Of the company, and of each project: those of the team that owns it, and of the teams within that. */
export function approversOf({ model, members }: AccessState): Approvers[] {
  const tree = new Tree(model);
  return [
    { names: new Set(model.owners), teams: [], unknown: [] },
    ...model.projects.map(({ key, owner }): Approvers => {
      const teams = tree.withDescendants(owner).filter((name) => tree.teams.has(name));
      return {
        project: key,
        names: new Set(teams.flatMap((name) => members(name) ?? [])),
        teams: teams.map((name) => subjectLabel({ kind: "team", name })),
        unknown: teams.filter((name) => members(name) === undefined),
      };
    }),
  ];
}

/** A name that may approve from now on. */
export interface Entry {
  /** Whose owners are asked: those of the project where it was there before; else, and undefined, the company's. */
  readonly project?: string;
  /** Example: `project PAY`. */
  readonly place: string;
  readonly name: string;
  /** Of whom it is: a person, or whoever Keycloak puts into a team. */
  readonly kind: "person" | "team";
}

/** Every name that enters a set of approvers, sorted; that of a new place is all new. */
export function entriesBetween(before: AccessState, after: AccessState): Entry[] {
  const old = new Map(approversOf(before).map((one) => [one.project, one]));
  return approversOf(after).flatMap(({ project, names, unknown }) => {
    const was = old.get(project);
    const at = { ...(project !== undefined && was && { project }), place: placeOf(project) };
    const people = [...names].filter((name) => was?.names.has(name) !== true).sort(compare);
    const teams = unknown.filter((name) => was?.unknown.includes(name) !== true);
    return [
      ...people.map((name): Entry => ({ ...at, name, kind: "person" })),
      ...teams.map((name): Entry => ({ ...at, name, kind: "team" })),
    ];
  });
}

/** Example: `project PAY`, or `the company`. */
export function placeOf(project: string | undefined): string {
  return project === undefined ? "the company" : `project ${project}`;
}
