/**
 * Who may do what in a Bitbucket project and its repositories. Belongs into the one stack that governs the workspace.
 *
 * A repository is a child of its project, and its URN says nothing of which: one that moves to another project stays.
 */
import * as bitbucket from "@pulumi/bitbucket";
import * as pulumi from "@pulumi/pulumi";
import type { DesiredBitbucket } from "../access";
import { formerlyWithAll } from "./formerly";
import { groupsOf, holderProblem, present } from "./holders";
import { declaring } from "./leftAlone";
import { RepositoryAccess, type RepositoryAccessArgs } from "./repositoryAccess";
import { refuse, twice } from "./validate";

type Governed = NonNullable<DesiredBitbucket["governed"]>;

export interface ProjectAccessArgs extends Omit<RepositoryAccessArgs, "repository"> {
  /** Key, and holders of permissions on all of it. */
  project: Governed["projects"][number];
  /** Its repositories. */
  repositories: Governed["repositories"];
}

export class ProjectAccess extends pulumi.ComponentResource {
  constructor(name: string, args: ProjectAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    const { project, repositories, ...common } = args;
    const { workspace, groups, context } = common;
    refuse(
      holderProblem(`project ${project.key}`, project.holders),
      twice(
        `project ${project.key}: repositories`,
        repositories.map(({ slug }) => slug),
      ),
      ...repositories.map(({ slug, holders }) => holderProblem(`repository ${slug}`, holders)),
    );
    super(
      "bitbucket-keycloak:index:ProjectAccess",
      name,
      {},
      pulumi.mergeOptions(opts, formerlyWithAll(project.previously)),
    );

    const holding = project.holders.map(({ group }) => group);
    const on = { workspace, project: project.key };
    const { uuid } = new bitbucket.ProjectIdentity(name, on, { parent: this });
    const names = [name, ...(project.previously === undefined ? [] : [project.previously])];
    const observed = project.observed?.includes("permissions") ? "holders" : undefined;
    const permissions = declaring(context, bitbucket.ProjectPermissions.token, names, observed);
    if (permissions)
      new bitbucket.ProjectPermissions(
        name,
        {
          ...on,
          projectUuid: uuid,
          holders: present(project.holders, common.isGone),
          ...permissions.inputs,
        },
        { parent: this, dependsOn: [...groupsOf(holding, groups)], ...permissions.options },
      );
    for (const repository of repositories)
      new RepositoryAccess(repository.slug, { ...common, repository }, { parent: this });
    this.registerOutputs({});
  }
}
