/**
 * Where the repositories really are. One that somebody has moved to another project by hand takes that project's rights, and
 * no longer those of the project that it is declared in: evidence that counted by the file would deny them.
 */
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import {
  movedTo,
  onlyDeployers,
  projectOf,
  separationOfDuties,
  Tree,
  targetOf,
  type Grant,
  type Model,
  type Settings,
  type Target,
} from "../../access";
import { capabilityIn, holdersOn, subjectOf } from "../../clients/look/entries";
import type { KnownPlaces } from "../../clients/look/places";
import { Reader } from "../../clients/look/reader";
import type { Entry } from "../../engine/placed";

export interface RealPlaces {
  /** With each repository in the project where it is. */
  readonly model: Model;
  /** What is not as it is declared, a line each. */
  readonly said: readonly string[];
}

/** @throws Error if the workspace does not say which repositories it has */
export async function realPlacesOf(
  model: Model,
  { bitbucket: { url, workspace } }: Settings,
  known: KnownPlaces,
  env: NodeJS.ProcessEnv,
): Promise<RealPlaces> {
  const read = new Reader(Bitbucket.session(url, env), workspace);
  const there = (await read.list("/repositories/{workspace}")).map(placeOf);
  const places = new Map<string, string>();
  const said: string[] = [];
  for (const declared of model.repositories) {
    const { slug, project } = declared;
    const uuid = known.repositories.get(slug);
    const now = there.find((one) => (uuid === undefined ? one.slug === slug : one.uuid === uuid));
    if (now === undefined) {
      said.push(`repository ${slug} is not there, or is another one than the stack has`);
      continue;
    }
    if (now.slug !== slug) said.push(`repository ${slug} is called ${now.slug} now`);
    if (now.project === project) continue;
    places.set(targetOf(declared), now.project);
    said.push(
      `repository ${slug} is in project ${now.project}, and declared in ${project}: its rights are those of ${now.project}`,
    );
  }
  const declaredProjects = new Set(model.projects.map(({ key }) => key));
  const others = [...new Set(places.values())].filter((key) => !declaredProjects.has(key));
  const grants: Grant[] = [];
  for (const key of others) {
    const found = await grantsOn(key, `project ${key}`, "declared nowhere", model, read);
    grants.push(...found.grants);
    said.push(...found.said);
  }
  const observed = await observedGrants(model, read);
  grants.push(...observed.grants);
  said.push(...observed.said);
  const moved = places.size === 0 ? model : movedTo(model, places);
  const real = { ...moved, grants: [...moved.grants, ...grants] };
  return { model: real, said: [...said, ...(grants.length > 0 ? brokenBy(real, model) : [])] };
}

/** Rules about what people can do that hold by the file, and do not by what was found. */
function brokenBy(real: Model, declared: Model): string[] {
  const broken = (model: Model) =>
    [separationOfDuties, onlyDeployers].flatMap(({ name, find }) =>
      find({ model, tree: new Tree(model) }).map(({ found }) => `${name}: ${found}`),
    );
  const known = new Set(broken(declared));
  return broken(real).filter((line) => !known.has(line));
}

function placeOf({ uuid, full_name: name, project }: Entry) {
  const key = (project as { readonly key?: unknown } | undefined)?.key;
  return { uuid: String(uuid), slug: String(name).split("/").at(-1) ?? "", project: String(key) };
}

interface Given {
  readonly grants: readonly Grant[];
  readonly said: readonly string[];
}

/** What is held where permissions are observed: on the project, and on each of its repositories. */
async function observedGrants(model: Model, read: Reader): Promise<Given> {
  const found: Given[] = [];
  const tree = new Tree(model);
  const places = model.projects.flatMap(({ key }) => [key, ...tree.repositoriesOf(key).map(targetOf)]);
  for (const place of places.filter((one) => tree.observes(one, "permissions"))) {
    const project = projectOf(place);
    const by = tree.observes(project, "permissions") ? `project ${project}` : `repository ${place}`;
    found.push(await grantsOn(place, by, "observed", model, read));
  }
  return { grants: found.flatMap(({ grants }) => grants), said: found.flatMap(({ said }) => said) };
}

/**
 * What a place gives that nobody declared; whoever the file does not know is only named.
 *
 * @param by which it is not owned: itself, or its project
 * @param how that is not owned
 */
async function grantsOn(
  place: Target,
  by: string,
  how: "declared nowhere" | "observed",
  model: Model,
  read: Reader,
): Promise<Given> {
  const result: { grants: Grant[]; said: string[] } = { grants: [], said: [] };
  for (const held of await holdersOn(place, read)) {
    const can = capabilityIn(held.permission);
    if (can === undefined) continue;
    const subject = subjectOf(held, model);
    const what = place.includes("/") ? `repository ${place}` : `project ${place}`;
    const reason = `${by}, which is ${how}`;
    if (isKnown(subject, model)) result.grants.push({ subject, can: [can], on: [place], reason });
    else
      result.said.push(
        `${held.group === undefined ? `account ${held.user ?? ""}` : `group ${held.group}`} has ${held.permission} on ${what}, ${how === "observed" ? "which is" : "and is"} ${how}: who that is, is not told here`,
      );
  }
  return result;
}

function isKnown({ kind, name }: Grant["subject"], { teams, people, agents }: Model): boolean {
  if (kind === "team") return teams.some((one) => one.name === name);
  return (
    kind === "agent" ||
    people.some(({ username }) => username === name) ||
    agents.some((one) => one.name === name)
  );
}
