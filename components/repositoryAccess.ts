/**
 * Who may do what in a Bitbucket repository, and what protects its branches. The list of permissions and the list of
 * restrictions are owned whole, so that what somebody added by hand is seen.
 */
import * as bitbucket from "@pulumi/bitbucket";
import * as pulumi from "@pulumi/pulumi";
import { restrictionsOf, type DesiredBitbucket, type ObservedOfPlace, type Plan } from "../access";
import type { Context } from "./context";
import { formerlyWithAll } from "./formerly";
import { groupsOf, holderProblem, present, type Groups, type IsGone } from "./holders";
import { declaring } from "./leftAlone";
import { refuse } from "./validate";

export interface RepositoryAccessArgs {
  /** Slug of the workspace. */
  workspace: string;
  /** Of the workspace: `free`, `standard` or `premium`. Below Premium, merge checks are shown and not enforced. */
  plan: Plan;
  /** Slug, holders of permissions, and protected branches. */
  repository: NonNullable<DesiredBitbucket["governed"]>["repositories"][number];
  /** The groups that it names, by their slugs. */
  groups: Groups;
  /** Whose accounts are left out. Default: nobody's. */
  isGone?: IsGone;
  /** What the last run owned: it stays as it is where it is observed now. */
  context: Pick<Context, "lastState" | "takesOver" | "adoptBy">;
}

export class RepositoryAccess extends pulumi.ComponentResource {
  constructor(name: string, args: RepositoryAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    const { workspace, plan, groups } = args;
    const { slug, previously, observed, holders, branches } = args.repository;
    refuse(holderProblem(`repository ${slug}`, holders));
    super(
      "bitbucket-keycloak:index:RepositoryAccess",
      name,
      {},
      pulumi.mergeOptions(opts, formerlyWithAll(previously)),
    );

    const at = { workspace, repository: slug };
    const { uuid } = new bitbucket.RepositoryIdentity(name, at, { parent: this });
    const on = { ...at, repositoryUuid: uuid };
    const holding = holders.map(({ group }) => group);
    const names = [name, ...(previously === undefined ? [] : [previously])];
    const declaringList = (type: string, part: ObservedOfPlace, input: string) =>
      declaring(args.context, type, names, observed?.includes(part) ? input : undefined);
    const permissions = declaringList(bitbucket.RepositoryPermissions.token, "permissions", "holders");
    if (permissions)
      new bitbucket.RepositoryPermissions(
        name,
        { ...on, holders: present(holders, args.isGone), ...permissions.inputs },
        { parent: this, dependsOn: [...groupsOf(holding, groups)], ...permissions.options },
      );
    const restrictions = branches.flatMap((branch) => restrictionsOf(branch, plan));
    const exempt = restrictions.flatMap(({ groups = [] }) => groups);
    const protection = declaringList(bitbucket.BranchRestrictions.token, "branches", "restrictions");
    if (protection)
      new bitbucket.BranchRestrictions(
        name,
        {
          ...on,
          restrictions: restrictions.map(toRestriction),
          ...protection.inputs,
          // Whoever was shown what goes has seen what was there before us, too.
          ...(args.context.takesOver && { removeAdopted: true }),
        },
        { parent: this, dependsOn: [...groupsOf(exempt, groups)], ...protection.options },
      );
    this.registerOutputs({});
  }
}

function toRestriction({ groups, users, ...rest }: ReturnType<typeof restrictionsOf>[number]) {
  return { ...rest, ...(groups && { groups: [...groups] }), ...(users && { users: [...users] }) };
}
