/**
 * Grants at the highest place that says the same. Somebody who may do something on each repository of a project may
 * do it on the project: one permission instead of dozens, one role in a token instead of dozens.
 *
 * It says the same only where all repositories of the project are declared (`"*"`), for an undeclared one would be
 * given away with the rest; and only below `admin`, since who administers a project may do more than who administers
 * each of its repositories. A project whose permissions are observed is given none.
 */
import type { Grant, Target } from "../model";
import { projectOf, type Tree } from "../tree";
import { meaningOf, type Capability } from "../vocabulary";

/** The same grants, with a project in the place of all of its repositories. */
export function atHighestPlace(grants: readonly Grant[], tree: Tree): Grant[] {
  return grants.flatMap((grant) => raised(grant, tree));
}

function raised(grant: Grant, tree: Tree): Grant[] {
  const whole = new Set(
    [...new Set(grant.on.map(projectOf))].filter((project) => isWhole(project, grant.on, tree)),
  );
  if (whole.size === 0) return [grant];
  const administers = (capability: Capability) =>
    meaningOf(capability, tree.isRestricted).permission === "admin";
  const [low, high] = [grant.can.filter((one) => !administers(one)), grant.can.filter(administers)];
  const raisedOn = [
    ...new Set(grant.on.map((target) => (whole.has(projectOf(target)) ? projectOf(target) : target))),
  ];
  return [
    ...(low.length > 0 ? [{ ...grant, can: low, on: raisedOn }] : []),
    ...(high.length > 0 ? [{ ...grant, can: high }] : []),
  ];
}

function isWhole(project: string, on: readonly Target[], tree: Tree): boolean {
  const all = tree.repositoriesOf(project);
  if (tree.projects.get(project)?.complete !== true || all.length < 2) return false;
  if (tree.observes(project, "permissions")) return false;
  const named = new Set(on);
  return all.every(({ slug }) => named.has(`${project}/${slug}`));
}
