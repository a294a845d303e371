/**
 * Projects, repositories and environments that are called otherwise than before, and repositories that stand in another
 * project. A change is compared with what each of them was: a new name or place alone gives and takes nothing, and hides
 * nothing that comes with it.
 */
import type { Entitlement, Grant, Model, Separation, Settings, Target } from "../model";
import { projectOf, targetOf } from "../tree";
import { nowIn, renamed, turned, type Names } from "./called";
import { environmentOf, type Capability } from "../vocabulary";

interface PlaceChanges {
  readonly projects: Names;
  /** Slugs. */
  readonly repositories: Names;
  readonly environments: Names;
  /** Targets of now, by those of before, of the repositories that have another one. */
  readonly targets: Names;
}

/** What a state, or what files declare of one, says by these names. */
interface Said {
  readonly model: Model;
  readonly entitlements?: readonly Entitlement[];
  readonly settings?: Settings;
}

/** A repository is the same one by its slug, which a workspace has once, or by the slug that it had. */
function placesBetween(before: Model, after: Model): PlaceChanges {
  const repositories = renamed("repositories", before, after);
  const places = new Map(after.repositories.map((one) => [one.slug, targetOf(one)]));
  const targets = before.repositories.flatMap((one): [Target, Target][] => {
    const now = places.get(repositories.get(one.slug) ?? one.slug);
    return now === undefined || now === targetOf(one) ? [] : [[targetOf(one), now]];
  });
  return {
    projects: renamed("projects", before, after),
    repositories,
    environments: renamed("environments", before, after),
    targets: new Map(targets),
  };
}

/** A line for each, as people read it. Example: `repository api is renamed to core`. */
export function placeRenames(before: Model, after: Model): string[] {
  const { projects, repositories, environments } = placesBetween(before, after);
  const names = (kind: string, all: Names) =>
    [...all].map(([was, is]) => `${kind} ${was} is renamed to ${is}`);
  return [
    ...names("project", projects),
    ...names("repository", repositories),
    ...names("environment", environments),
  ];
}

/**
 * What was there before, by the names of after. A repository that moves keeps its rights, and the model keeps it where it was:
 * whoever answers for that place is asked about what guards it.
 *
 * @returns the same one where nothing has another name or place
 */
export function placedNow<B extends Said>(before: B, after: Pick<Said, "model">): B {
  return saidBy(before, placesBetween(before.model, after.model));
}

/** What is declared, by the names of before; a repository that moves stands where it is from now on. */
export function namedBefore<A extends Said>(before: Pick<Said, "model">, after: A): A {
  const { projects, repositories, environments } = placesBetween(before.model, after.model);
  return saidBy(after, {
    projects: turned(projects),
    repositories: turned(repositories),
    environments: turned(environments),
    targets: new Map(),
  });
}

function saidBy<S extends Said>(said: S, changes: PlaceChanges): S {
  if (Object.values(changes).every(({ size }) => size === 0)) return said;
  const { settings, entitlements } = said;
  return {
    ...said,
    model: renamedIn(said.model, changes),
    ...(entitlements && {
      entitlements: entitlements.map((one): Entitlement => ({
        ...one,
        capability: capabilityNow(one.capability, changes),
        target: changes.targets.get(one.target) ?? targetNow(one.target, changes),
      })),
    }),
    ...(settings && { settings: settingsNow(settings, changes) }),
  };
}

function renamedIn(model: Model, changes: PlaceChanges): Model {
  const { projects, repositories, environments } = changes;
  if (projects.size + repositories.size + environments.size === 0) return model;
  const target = (one: Target) => targetNow(one, changes);
  const capability = (one: Capability) => capabilityNow(one, changes);
  const grant = (one: Grant): Grant => ({ ...one, can: one.can.map(capability), on: one.on.map(target) });
  const separation = ({ sides, on, ...rest }: Separation): Separation => ({
    ...rest,
    sides: sides.map((side) => ({ can: capability(side.can), ...(side.on && { on: side.on.map(target) }) })),
    ...(on && { on: on.map(target) }),
  });
  return {
    ...model,
    environments: model.environments.map((one) => ({ ...one, name: nowIn(environments)(one.name) })),
    projects: model.projects.map((one) => ({ ...one, key: nowIn(projects)(one.key) })),
    repositories: model.repositories.map((one) => ({
      ...one,
      slug: nowIn(repositories)(one.slug),
      project: nowIn(projects)(one.project),
      deploys: one.deploys.map(nowIn(environments)),
    })),
    grants: model.grants.map(grant),
    separations: model.separations.map(separation),
    control: model.control.map(target),
  };
}

/** Where the target would be by new names alone. */
function targetNow(target: Target, { projects, repositories }: PlaceChanges): Target {
  const [project, slug] = [nowIn(projects)(projectOf(target)), slugIn(target)];
  return slug === undefined ? project : `${project}/${nowIn(repositories)(slug)}`;
}

function capabilityNow(capability: Capability, { environments }: PlaceChanges): Capability {
  const environment = environmentOf(capability);
  return environment === undefined ? capability : `deploy:${nowIn(environments)(environment)}`;
}

/** Rotations by hand are named after the repository and the environment; the runner is a repository. */
function settingsNow(settings: Settings, { repositories, environments }: PlaceChanges): Settings {
  const { environment, rotation, rotations } = settings;
  const credential = (name: string) => {
    const [, slug, of] = /^(.*)\.([^.]*)$/.exec(name) ?? [];
    return slug === undefined || of === undefined
      ? name
      : `${nowIn(repositories)(slug)}.${nowIn(environments)(of)}`;
  };
  return {
    ...settings,
    environment: nowIn(environments)(environment),
    rotation: { ...rotation, runner: nowIn(repositories)(rotation.runner) },
    rotations: Object.fromEntries(Object.entries(rotations).map(([name, one]) => [credential(name), one])),
  };
}

function slugIn(target: Target): string | undefined {
  return target.split("/")[1];
}

/**
 * The model with repositories in the projects where they really are: each takes its rights from that, and keeps its own.
 *
 * @param places keys of projects, by the targets of the model
 */
export function movedTo(model: Model, places: ReadonlyMap<Target, string>): Model {
  const moved = [...places].map(
    ([target, project]) => [target, `${project}/${slugIn(target) ?? ""}`] as const,
  );
  const target = nowIn<Target>(new Map(moved));
  return {
    ...model,
    repositories: model.repositories.map((one) => ({
      ...one,
      project: places.get(targetOf(one)) ?? one.project,
    })),
    grants: model.grants.map((one) => ({ ...one, on: one.on.map(target) })),
    separations: model.separations.map(({ sides, on, ...rest }) => ({
      ...rest,
      sides: sides.map((side) => ({ ...side, ...(side.on && { on: side.on.map(target) }) })),
      ...(on && { on: on.map(target) }),
    })),
    control: model.control.map(target),
  };
}
