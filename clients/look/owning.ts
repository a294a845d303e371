/** Which places a stack comes to own: those that it does not have yet, or that it only observed until now. Pure. */
import { lastBaseline, ownedSince, targetOf, type Model, type ObservedOfPlace } from "../../access";
import type { Governed, Owning } from "./entries";
import type { Resource } from "./places";

/** @param resources what the stack has */
export function owningOf(model: Model, governed: Governed, resources: readonly Resource[]): Owning {
  const before = lastBaseline(resources)?.model;
  const has = (type: string, name: string) =>
    new Set(
      resources.flatMap(({ type: one, inputs }) =>
        one === `bitbucket:index:${type}` ? [String(inputs?.[name])] : [],
      ),
    );
  const [projects, permissions, branches] = [
    has("ProjectPermissions", "project"),
    has("RepositoryPermissions", "repository"),
    has("BranchRestrictions", "repository"),
  ];
  const since = (part: ObservedOfPlace) => new Set(ownedSince(before, model, part));
  const [ownPermissions, ownBranches] = [since("permissions"), since("branches")];
  const isNew = (known: ReadonlySet<string>, names: readonly (string | undefined)[], owned: boolean) =>
    owned && (before !== undefined || !names.some((name) => name !== undefined && known.has(name)));
  const ofProjects = governed.projects
    .filter(({ key, previously }) => isNew(projects, [key, previously], ownPermissions.has(key)))
    .map(({ key }) => key);
  const repositories = (known: ReadonlySet<string>, owned: ReadonlySet<string>) =>
    governed.repositories
      .filter((one) => isNew(known, [one.slug, one.previously], owned.has(targetOf(one))))
      .map(targetOf);
  return {
    permissions: new Set([...ofProjects, ...repositories(permissions, ownPermissions)]),
    branches: new Set(repositories(branches, ownBranches)),
  };
}
