/**
 * Where the repositories really are. One that somebody has moved to another project by hand takes that project's rights, and
 * no longer those of the project that it is declared in: evidence that counted by the file would deny them.
 */
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import {
  groupOf,
  movedTo,
  targetOf,
  type Capability,
  type Grant,
  type Model,
  type Settings,
} from "../../access";
import type { KnownPlaces } from "../../clients/look/places";
import { Reader } from "../../clients/look/reader";
import type { Entry } from "../../engine/placed";

export interface RealPlaces {
  /** With each repository in the project where it is. */
  readonly model: Model;
  /** What is not as it is declared, a line each. */
  readonly said: readonly string[];
}

/** What a permission on a project means, by the strongest capability that it gives. */
const capabilities: Readonly<Record<string, Capability>> = {
  read: "read",
  write: "trigger",
  "create-repo": "trigger",
  admin: "administer",
};

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
    const found = await grantsOn(key, model, read);
    grants.push(...found.grants);
    said.push(...found.said);
  }
  const moved = places.size === 0 ? model : movedTo(model, places);
  return { model: { ...moved, grants: [...moved.grants, ...grants] }, said };
}

function placeOf({ uuid, full_name: name, project }: Entry) {
  const key = (project as { readonly key?: unknown } | undefined)?.key;
  return { uuid: String(uuid), slug: String(name).split("/").at(-1) ?? "", project: String(key) };
}

/** What a project gives that nobody declared; whoever the file does not know is only named. */
async function grantsOn(
  key: string,
  model: Model,
  read: Reader,
): Promise<{ grants: Grant[]; said: string[] }> {
  const path = "/workspaces/{workspace}/projects/{project_key}/permissions-config";
  const at = { project_key: key };
  const found = [...(await read.list(`${path}/groups`, at)), ...(await read.list(`${path}/users`, at))];
  const result: { grants: Grant[]; said: string[] } = { grants: [], said: [] };
  for (const { group, user, permission } of found) {
    const can = capabilities[String(permission)];
    if (can === undefined) continue;
    const slug = (group as { readonly slug?: string } | undefined)?.slug;
    const account = (user as { readonly uuid?: string } | undefined)?.uuid;
    const team = model.teams.find((one) => groupOf(one) === slug)?.name;
    const person = model.people.find((one) => one.account === account && account !== undefined)?.username;
    const reason = `project ${key}, which is declared nowhere`;
    if (team !== undefined)
      result.grants.push({ subject: { kind: "team", name: team }, can: [can], on: [key], reason });
    else if (person !== undefined)
      result.grants.push({ subject: { kind: "person", name: person }, can: [can], on: [key], reason });
    else
      result.said.push(
        `${slug === undefined ? `account ${account ?? ""}` : `group ${slug}`} has ${String(permission)} on project ${key}, and is declared nowhere: who that is, is not told here`,
      );
  }
  return result;
}
