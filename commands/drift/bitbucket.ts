/**
 * The workspace, part by part: each place is read whole and compared with what is declared for it. Only a governing stack
 * speaks for what is not per environment.
 */
import { differing, type Finding } from "../../evidence/reports/drift";
import type { Entry } from "../../engine/placed";
import { byHand, system, type Compared, type Lookable, type Part, type Scene } from "./part";
import { repositoryPart } from "./repository";
import { hooksOf, permissionFindings, variableFindings } from "./workspaceWords";

/** Two requests of its own, in each run: which projects and repositories there are. */
export async function partsOf(scene: Scene): Promise<{ parts: Part[]; findings: Finding[] }> {
  const { read, settings } = scene;
  const governing = settings.bitbucket.governing;
  const repositories = (await read.list("/repositories/{workspace}")).map(slugOf);
  const projects = governing
    ? (await read.list("/workspaces/{workspace}/projects")).map(({ key }) => String(key))
    : [];
  const known = (names: readonly string[]) => new Map(names.map((name) => [name, "there"]));
  const lists: Compared = ({ model }) =>
    governing
      ? [
          ...differing(
            { system, kind: "project", at: "" },
            known(model.projects.map(({ key }) => key)),
            known(projects),
          ),
          ...differing(
            { system, kind: "repository", at: "" },
            known(model.repositories.map(({ slug }) => slug)),
            known(repositories),
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
      ...(governing ? [workspacePart(scene), ...projects.map((key) => projectPart(scene, key))] : []),
      ...repositories.map((slug) => repositoryPart(scene, slug)),
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

function projectPart({ read }: Scene, key: string): Lookable {
  return {
    name: `project ${key}`,
    requests: 2,
    look: async () => {
      const at = { project_key: key };
      const path = "/workspaces/{workspace}/projects/{project_key}/permissions-config";
      const found = [...(await read.list(`${path}/groups`, at)), ...(await read.list(`${path}/users`, at))];
      return ({ placed }) => {
        const declared = placed.filter(
          ({ type, inputs }) => type === "bitbucket:index:ProjectPermissions" && inputs.project === key,
        );
        return permissionFindings(`project ${key}`, declared, found);
      };
    },
  };
}

function slugOf({ full_name: name }: Entry): string {
  return String(name).split("/").at(-1) ?? "";
}
