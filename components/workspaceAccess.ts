/**
 * Who may do what in a Bitbucket workspace: each list of permissions and each list of restrictions is owned
 * whole, so that what somebody added by hand is seen. Belongs into the one stack that governs the workspace.
 */
import * as bitbucket from "@pulumi/bitbucket";
import * as pulumi from "@pulumi/pulumi";
import { restrictionsOf, type DesiredBitbucket, type Holder, type Plan } from "../access";

type Governed = NonNullable<DesiredBitbucket["governed"]>;

export interface WorkspaceAccessArgs {
  /** Slug of the workspace. */
  workspace: string;
  plan: Plan;
  projects: Governed["projects"];
  repositories: Governed["repositories"];
  /** The groups that hold the permissions: placed before any of them is named. */
  groups: readonly bitbucket.Group[];
}

export class WorkspaceAccess extends pulumi.ComponentResource {
  constructor(name: string, args: WorkspaceAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bitbucket-keycloak:index:WorkspaceAccess", name, {}, opts);
    const { workspace } = args;
    const here = { parent: this, dependsOn: [...args.groups] };

    for (const { key, holders } of args.projects) {
      new bitbucket.ProjectPermissions(
        key,
        { workspace, project: key, holders: holders.map(toHolder) },
        here,
      );
    }
    for (const { slug, holders, branches } of args.repositories) {
      new bitbucket.RepositoryPermissions(
        slug,
        { workspace, repository: slug, holders: holders.map(toHolder) },
        here,
      );
      const restrictions = branches.flatMap((branch) => restrictionsOf(branch, args.plan));
      new bitbucket.BranchRestrictions(
        slug,
        { workspace, repository: slug, restrictions: restrictions.map(toRestriction) },
        here,
      );
    }

    this.registerOutputs({});
  }
}

function toHolder(holder: Holder): { group?: string; user?: string; permission: Holder["permission"] } {
  return { ...holder };
}

function toRestriction({ groups, users, ...rest }: ReturnType<typeof restrictionsOf>[number]) {
  return { ...rest, ...(groups && { groups: [...groups] }), ...(users && { users: [...users] }) };
}
