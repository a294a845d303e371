/**
 * What becomes owned by a change, and who loses what by it: entries that were there before, and that nobody declares, go. A diff
 * of the files does not show them; whoever looked at the workspace can.
 */
import { differenceOf, type Difference, type RightChange } from "./difference";
import { entitlementsOf } from "./entitlements";
import type { Known } from "./known";
import type { Need } from "./need";
import { placedNow } from "./places";
import { percent, removalsAfter, removedIn, tooMuch } from "./removals";
import type { Grant, Model, Target } from "../model";
import { sorted } from "../problem";
import { projectOf, targetOf, Tree } from "../tree";
import type { ObservedOfPlace } from "../vocabulary";

/** Projects and repositories of which a part is owned by the second and was not by the first. Sorted. */
export function ownedSince(before: Model | undefined, after: Model, part: ObservedOfPlace): Target[] {
  const placesOf = (model: Model): Target[] => {
    const tree = new Tree(model);
    return [...tree.projects.keys(), ...tree.repositories.keys()].filter(
      (place) => !tree.observes(place, part),
    );
  };
  const owned = new Set(before && placesOf(placedNow({ model: before }, { model: after }).model));
  return sorted(placesOf(after).filter((target) => !owned.has(target)));
}

/** Of each such place, by which a change that owns it is found again. */
export function ownedAtoms(before: Model | undefined, after: Model): string[] {
  return ownedSince(before, after, "permissions").map((target) => JSON.stringify(["owned", target]));
}

/**
 * The rights that go with entries that were found, as if they had been granted until now.
 *
 * @param before undefined: the stack was never brought up
 * @param found what stands in places that become owned
 */
export function lostByOwning(
  before: Known | undefined,
  after: Known,
  found: readonly Grant[],
): RightChange[] {
  return found.length === 0
    ? []
    : ownedOver(before, after, found).lost.filter(({ reason }) => reason === foundThere);
}

/** @returns what a second person has to approve: more goes than may by accident. Nothing for a stack that is new */
export function owningNeed(
  before: Known | undefined,
  after: Known,
  found: readonly Grant[],
): Need | undefined {
  if (before === undefined || found.length === 0) return undefined;
  const difference = ownedOver(before, after, found);
  const lost = difference.lost.filter(({ reason }) => reason === foundThere);
  const removed = removedIn(
    removalsAfter(before.removals, difference),
    withFound(before, after, found),
    after,
  );
  if (lost.length === 0 || !tooMuch(removed, before.model.limits)) return undefined;
  const places = ownedSince(before.model, after.model, "permissions");
  const went = new Set(lost.flatMap(({ target }) => [target, projectOf(target)]));
  return {
    reason: `${percent(Math.min(removed.share, 1))} of all rights go with what becomes owned, more than ${percent(before.model.limits.removal)}`,
    projects: sorted(new Set(lost.map(({ target }) => projectOf(target)))),
    beneficiaries: [],
    atoms: places.filter((target) => went.has(target)).map((target) => JSON.stringify(["owned", target])),
  };
}

/** The reason by which a found right is told from a declared one. */
const foundThere = "found in Bitbucket";

function ownedOver(before: Known | undefined, after: Known, found: readonly Grant[]): Difference {
  const nothing = { ...after, model: { ...after.model, grants: [] }, entitlements: [], removals: [] };
  return differenceOf(withFound(before ?? nothing, after, found), after);
}

function withFound(before: Known, after: Known, found: readonly Grant[]): Known {
  const { model } = placedNow(before, after);
  const has = new Set([...model.projects.map(({ key }) => key), ...model.repositories.map(targetOf)]);
  const now = {
    ...model,
    projects: [...model.projects, ...after.model.projects.filter(({ key }) => !has.has(key))],
    repositories: [
      ...model.repositories,
      ...after.model.repositories.filter((one) => !has.has(targetOf(one))),
    ],
    grants: [...model.grants, ...found.map((one) => ({ ...one, reason: foundThere }))],
  };
  return { ...before, model: now, entitlements: entitlementsOf(now, before.asOf) };
}
