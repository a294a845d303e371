/**
 * What may be done to which branches of a repository. A list of people that is empty means "nobody may", and an
 * absent one means "as it was": so both lists are sent always.
 */
import { z } from "zod";

import { listOf } from "@bitbucket-keycloak/pulumi-plugin/define";
import type { Session } from "../api/client";
import type { Body, Item } from "../api/contract";
import {
  adopt,
  adoptBy,
  at,
  defineResource,
  groupSlug,
  inRepository,
  repositoryNaming,
  owned,
  type Place,
  uuid,
} from "../define";
import { ownedLifecycle } from "../owned-lifecycle";
import { type OwnedList } from "../owned";

const restrictions = "/repositories/{workspace}/{repo_slug}/branch-restrictions";
const restriction = `${restrictions}/{id}` as const;

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-branch-restrictions/ */
const kinds = [
  "push",
  "delete",
  "force",
  "restrict_merges",
  "require_tasks_to_be_completed",
  "require_approvals_to_merge",
  "require_review_group_approvals_to_merge",
  "require_default_reviewer_approvals_to_merge",
  "require_no_changes_requested",
  "require_passing_builds_to_merge",
  "require_commits_behind",
  "reset_pullrequest_approvals_on_change",
  "smart_reset_pullrequest_approvals",
  "reset_pullrequest_changes_requested_on_change",
  "require_all_dependencies_merged",
  "enforce_merge_checks",
  "allow_auto_merge_when_builds_pass",
  "require_all_comments_resolved",
] as const satisfies readonly Kind[];
type Kind = Body<typeof restrictions, "post">["kind"];

const branchTypes = ["feature", "bugfix", "release", "hotfix", "development", "production"] as const;

/** Kinds that list who may; the others hold for everybody. */
const namesPeople: ReadonlySet<Kind> = new Set<Kind>(["push", "restrict_merges"]);
const countsSomething: ReadonlySet<Kind> = new Set<Kind>([
  "require_approvals_to_merge",
  "require_review_group_approvals_to_merge",
  "require_default_reviewer_approvals_to_merge",
  "require_passing_builds_to_merge",
  "require_commits_behind",
]);

const entry = z
  .strictObject({
    kind: z.enum(kinds).meta({ description: "What is restricted." }),
    pattern: z.string().min(1).optional().meta({
      description:
        "Glob of branch names, for example `release/*`. Exactly one of `pattern` and `branchType`.",
    }),
    branchType: z.enum(branchTypes).optional().meta({
      description:
        "Type of branch in the repository's branching model. Exactly one of `pattern` and `branchType`.",
    }),
    users: listOf(uuid, String).default([]).meta({
      description:
        "UUIDs of the accounts that may, with braces; for `push` and `restrict_merges`. Default: none.",
    }),
    groups: listOf(groupSlug, String).default([]).meta({
      description: "Slugs of the groups that may; for `push` and `restrict_merges`. Default: none.",
    }),
    value: z.int().min(0).optional().meta({
      description:
        "How many: approvals, passing builds or commits behind, for the kinds that count something.",
    }),
  })
  .check(({ value: { kind, pattern, branchType, users, groups, value }, issues, value: input }) => {
    const complain = (message: string, path: string[] = []) =>
      issues.push({ code: "custom", message, path, input });
    if ((pattern === undefined) === (branchType === undefined)) {
      complain(
        `${pattern === undefined ? "neither pattern nor branchType is" : "both pattern and branchType are"} given; give exactly one`,
      );
    }
    const people = groups.length > 0 ? "groups" : users.length > 0 ? "users" : undefined;
    if (people !== undefined && !namesPeople.has(kind)) {
      complain(`${kind} holds for everybody; only ${[...namesPeople].join(" and ")} name ${people}`, [
        people,
      ]);
    }
    if (value !== undefined && !countsSomething.has(kind)) {
      complain(`${kind} counts nothing; only ${[...countsSomething].join(", ")} have a value`, ["value"]);
    }
    if (value === undefined && countsSomething.has(kind))
      complain(`is missing; ${kind} needs to know how many`, ["value"]);
  })
  .meta({ typeName: "BranchRestriction" });
type Restriction = z.output<typeof entry>;

/** What tells restrictions of one repository apart. Example: `push on main`. */
export const restrictionKey = (of: {
  kind: string;
  pattern?: string | undefined;
  branchType?: string | undefined;
}) => `${of.kind} on ${of.branchType === undefined ? (of.pattern ?? "") : `${of.branchType} branches`}`;

/** The list of one repository; the handle of an entry is Bitbucket's number of it. */
export const restrictionList = (
  place: Place,
  session: Session,
): Omit<OwnedList<Restriction, string>, "property"> => ({
  what: `the branch restrictions of repository ${idOf(place)}`,
  keyOf: restrictionKey,
  equal: (declared, present) =>
    declared.value === present.value &&
    sameSet(declared.users, present.users) &&
    sameSet(declared.groups, present.groups),
  show,
  read: async () =>
    (await session.list(restrictions, at(place))).map((item) => ({
      entry: fromItem(item),
      handle: String(item.id),
    })),
  add: (declared) =>
    session.create(restrictions, at(place), toBody(declared), () => find(place, session, declared)),
  change: ({ handle }, declared) => session.put(restriction, { ...at(place), id: handle }, toBody(declared)),
  remove: ({ handle }) => session.delete(restriction, { ...at(place), id: handle }),
});

const idOf = ({ workspace, repository }: Place) => `${workspace}/${repository}`;

/** After a POST whose answer was lost: the restriction, with the content it should have. */
async function find(place: Place, session: Session, declared: Restriction): Promise<object | undefined> {
  const there = (await session.list(restrictions, at(place))).find(
    (item) => restrictionKey(fromItem(item)) === restrictionKey(declared),
  );
  return there && session.put(restriction, { ...at(place), id: String(there.id) }, toBody(declared));
}

function fromItem(item: Item<typeof restrictions>): Restriction {
  return {
    kind: item.kind,
    ...(item.branch_match_kind === "branching_model"
      ? { branchType: item.branch_type }
      : { pattern: item.pattern }),
    users: (item.users ?? []).flatMap((user) => user.uuid ?? []),
    groups: (item.groups ?? []).flatMap((group) => group.slug ?? []),
    ...(typeof item.value === "number" && { value: item.value }),
  };
}

function toBody({
  kind,
  pattern,
  branchType,
  users,
  groups,
  value,
}: Restriction): Body<typeof restrictions, "post"> {
  return {
    type: "branchrestriction",
    kind,
    branch_match_kind: branchType === undefined ? "glob" : "branching_model",
    pattern: pattern ?? "",
    ...(branchType !== undefined && { branch_type: branchType }),
    users: users.map((id) => ({ type: "account", uuid: id })),
    groups: groups.map((slug) => ({ type: "group", slug })),
    ...(value !== undefined && { value }),
  };
}

function show({ kind, users, groups, value }: Restriction): string {
  if (value !== undefined) return `value ${value}`;
  if (!namesPeople.has(kind)) return "for everybody";
  const people = [...groups.map((group) => `group ${group}`), ...users.map((user) => `user ${user}`)];
  return people.length === 0 ? "nobody may" : people.join(", ");
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && new Set([...one, ...other]).size === one.length;
}

export const branchRestrictions = defineResource({
  name: "BranchRestrictions",
  description:
    "All branch restrictions of a repository. One resource owns the whole list: what somebody adds or loosens by hand is seen by the next refresh and put right by the next update. Checks on merging need a Premium plan to be enforced.",
  example: `new bitbucket.BranchRestrictions("web", {
  workspace: "acme",
  repository: "web",
  restrictions: [
    { kind: "push", pattern: "main" }, // nobody
    { kind: "restrict_merges", pattern: "main", groups: ["storefront-leads"] },
    { kind: "require_approvals_to_merge", pattern: "main", value: 2 },
  ],
});`,
  importId: "workspace/repository",
  inputs: z.strictObject({
    ...inRepository,
    restrictions: listOf(entry, restrictionKey).meta({
      description: "The restrictions. There are no others.",
    }),
    adopt,
    adoptBy,
    removeAdopted: z.boolean().default(false).meta({
      description:
        "Whether restrictions that were there without this resource may be taken away where they are not declared (any more). Otherwise that is an error which names them.",
      hint: true,
    }),
  }),
  outputs: owned,
  naming: repositoryNaming,
  lifecycle: ownedLifecycle({ property: "restrictions", idOf, list: restrictionList }),
});
