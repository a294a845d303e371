/** All that says who can do what, at one moment: what two states are compared by. */
import { entitlementsOf } from "./entitlements";
import type { Declaration } from "./guardChanges";
import type { Removal } from "./removals";
import type { AccessState, Members } from "./rights";

/** Everything that files, and the week before, say of one moment. */
export interface Known extends AccessState, Declaration {
  readonly asOf: Date;
  /** What was taken away of late, up to this state. */
  readonly removals: readonly Removal[];
}

/** The same files at a later moment: what has ended since is gone. */
export function evaluatedAt(known: Known, asOf: Date): Known {
  const canEnd = known.model.grants.some(({ until }) => until !== undefined);
  return asOf <= known.asOf || !canEnd
    ? known
    : { ...known, asOf, entitlements: entitlementsOf(known.model, asOf) };
}

/** @param others the members of teams that the model does not name */
export function knownAt(
  declaration: Declaration & { readonly asOf: Date; readonly removals?: readonly Removal[] },
  others: Members,
): Known {
  const { model, asOf, removals = [] } = declaration;
  const declared = new Map(model.teams.map(({ name, members }) => [name, members]));
  return {
    ...declaration,
    removals,
    entitlements: entitlementsOf(model, asOf),
    members: (team) => declared.get(team) ?? others(team),
  };
}
