/**
 * The workspace, part by part: each place is read whole and compared with what is declared for it. Only a governing stack
 * speaks for what is not per environment.
 */
import { differing, type Finding } from "../../evidence/reports/drift";
import type { Entry } from "../../engine/placed";
import { byHand, system, type Called, type Compared, type Lookable, type Part, type Scene } from "./part";
import { repositoryPart } from "./repository";
import { hooksOf, permissionFindings, variableFindings } from "./workspaceWords";

/** Two requests of its own, in each run: which projects and repositories there are. */
export async function partsOf(scene: Scene): Promise<{ parts: Part[]; findings: Finding[] }> {
  const { read, settings } = scene;
  const governing = settings.bitbucket.governing;
  const { known } = scene;
  const repositories = calledBefore(
    (await read.list("/repositories/{workspace}")).map((one) => ({ ...seen(one), name: slugOf(one) })),
    known.repositories,
  );
  const projects = governing
    ? calledBefore(
        (await read.list("/workspaces/{workspace}/projects")).map((one) => ({
          ...seen(one),
          name: String(one.key),
        })),
        known.projects,
      )
    : [];
  const lists: Compared = ({ model }) =>
    governing
      ? [
          ...differing(
            { system, kind: "project", at: "" },
            new Map(model.projects.map(({ key }) => [key, "there"])),
            new Map(projects.map((one) => [one.before, one.words ?? "there"])),
          ),
          ...differing(
            { system, kind: "repository", at: "" },
            new Map(model.repositories.map(({ slug, project }) => [slug, `in project ${project}`])),
            new Map(
              repositories.map((one) => [
                one.before,
                [one.words, `in project ${one.project}`].filter(Boolean).join(", "),
              ]),
            ),
          ),
        ]
      : [];
  const part = ({ name, requests, look }: Lookable): Part => ({
    name,
    requests,
    look: async () => byHand(scene, await look()),
  });
  return {
    findings: byHand(scene, lists),
    parts: [
      ...(governing ? [workspacePart(scene), ...projects.map((one) => projectPart(scene, one))] : []),
      ...repositories.map((one) => repositoryPart(scene, one)),
    ].map(part),
  };
}

function workspacePart({ read }: Scene): Lookable {
  return {
    name: "workspace",
    requests: 3,
    look: async () => {
      const groups = await read.list("/1.0/groups/{workspace}");
      const hooks = await read.list("/workspaces/{workspace}/hooks");
      const variables = await read.list("/workspaces/{workspace}/pipelines-config/variables");
      return ({ placed }) => {
        const ofType = (type: string) => placed.filter((one) => one.type === `bitbucket:index:${type}`);
        return [
          // The group that every workspace has, and that nobody can take away.
          ...differing(
            { system, kind: "group", at: "" },
            new Map(ofType("Group").map(({ inputs }) => [String(inputs.name), "there"])),
            new Map(
              groups
                .filter(({ slug }) => slug !== "administrators")
                .map(({ slug }) => [String(slug), "there"]),
            ),
          ),
          ...differing(
            { system, kind: "webhook", at: "workspace" },
            hooksOf(ofType("WorkspaceHook").map(({ inputs }) => inputs)),
            hooksOf(hooks),
          ),
          ...variableFindings("workspace", ofType("WorkspaceVariables"), variables),
        ];
      };
    },
  };
}

interface Seen {
  readonly name: string;
  readonly uuid: string;
  /** Of a repository. */
  readonly project: string;
}

function seen({ uuid, project }: Entry): Omit<Seen, "name"> {
  return { uuid: String(uuid), project: String((project as Entry | undefined)?.key) };
}

/** @param known UUIDs by the names of the last run */
function calledBefore(
  all: readonly Seen[],
  known: ReadonlyMap<string, string>,
): (Called & Seen & { readonly words?: string })[] {
  const names = new Map([...known].map(([name, uuid]) => [uuid, name]));
  const taken = new Set(all.flatMap(({ uuid }) => names.get(uuid) ?? []));
  return all.map((one) => {
    const before = names.get(one.uuid);
    if (before !== undefined)
      return { ...one, before, ...(before !== one.name && { words: `called ${one.name}` }) };
    const isAnother = known.has(one.name);
    // Of two that have had a name, the one that has its UUID is the one that is declared.
    if (isAnother && taken.has(one.name)) return { ...one, before: `${one.name} (${one.uuid})` };
    return { ...one, before: one.name, ...(isAnother && { words: "another one of this name" }) };
  });
}

function projectPart({ read }: Scene, { name, before: key }: Called): Lookable {
  return {
    name: `project ${name}`,
    requests: 2,
    look: async () => {
      const at = { project_key: name };
      const path = "/workspaces/{workspace}/projects/{project_key}/permissions-config";
      const found = [...(await read.list(`${path}/groups`, at)), ...(await read.list(`${path}/users`, at))];
      return ({ tree, placed }) => {
        const declared = placed.filter(
          ({ type, inputs }) => type === "bitbucket:index:ProjectPermissions" && inputs.project === key,
        );
        return permissionFindings(`project ${key}`, declared, found, tree.observes(key, "permissions"));
      };
    },
  };
}

function slugOf({ full_name: name }: Entry): string {
  return String(name).split("/").at(-1) ?? "";
}
