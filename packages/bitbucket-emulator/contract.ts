/**
 * Bitbucket's contract, as far as the emulator keeps it.
 *
 * The shapes of answers are not ours to invent: they come from the types generated from Atlassian's OpenAPI
 * document, so that an answer of the wrong shape does not compile. Where the document is silent or known to be
 * wrong (`error.detail` of a missing scope, the fields of an environment, the 1.0 groups), the shape stands here.
 */
import type { components } from "@coderabbitai/bitbucket/cloud/openapi";

/** A schema of the 2.0 API by its name in the OpenAPI document. */
export type Schema<Name extends keyof components["schemas"]> = AnyType<components["schemas"][Name]>;

/**
 * The generated types let `type` be the name of the base schema only, where the API answers that of the
 * derived one (an account is always a `user`, a state of a pipeline always one of its kinds): so any text.
 */
type AnyType<Value> = Value extends readonly (infer Item)[]
  ? readonly AnyType<Item>[]
  : Value extends object
    ? { [Key in keyof Value]: Key extends "type" ? string : AnyType<Value[Key]> }
    : Value;

/** https://developer.atlassian.com/cloud/bitbucket/rest/intro/#standardized-error-responses */
export interface ErrorBody {
  readonly type: "error";
  readonly error: {
    readonly message: string;
    /** Text, except for a missing scope, where it names the scopes. */
    readonly detail?: string | { readonly required: readonly Scope[]; readonly granted: readonly Scope[] };
    /** Of what is gone, or for an hour: where it was announced. */
    readonly data?: { readonly announcement_url: string };
  };
}

/** One page of a list. Bitbucket guarantees no more than `values` and `next`; `size` and `page` are the generous manner's. */
export interface Page<Item> {
  readonly size?: number;
  readonly page?: number;
  readonly pagelen: number;
  readonly values: readonly Item[];
  readonly next?: string;
}

/**
 * Scopes of an API token. None implies another
 * (https://support.atlassian.com/bitbucket-cloud/docs/api-token-permissions/). Which of them an endpoint wants, all of
 * them, is what Atlassian's OpenAPI document says of it (`x-atlassian-oauth2-scopes`); no endpoint wants
 * `read:permission`.
 */
export const scopes = [
  "read:user:bitbucket",
  "read:workspace:bitbucket",
  "admin:workspace:bitbucket",
  "read:project:bitbucket",
  "admin:project:bitbucket",
  "read:repository:bitbucket",
  "write:repository:bitbucket",
  "admin:repository:bitbucket",
  "delete:repository:bitbucket",
  "read:permission:bitbucket",
  "write:permission:bitbucket",
  "delete:permission:bitbucket",
  "read:pipeline:bitbucket",
  "write:pipeline:bitbucket",
  "admin:pipeline:bitbucket",
  "read:pullrequest:bitbucket",
  "write:pullrequest:bitbucket",
  "read:webhook:bitbucket",
  "write:webhook:bitbucket",
  "delete:webhook:bitbucket",
  "read:snippet:bitbucket",
  "write:ssh-key:bitbucket",
  "delete:ssh-key:bitbucket",
] as const;
export type Scope = (typeof scopes)[number];

/** The 18 kinds of branch restriction. */
export const restrictionKinds = [
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
] as const satisfies readonly Schema<"branchrestriction">["kind"][];
export type RestrictionKind = (typeof restrictionKinds)[number];

/** The only kinds that take `users` and `groups`: those exempt from the restriction. */
export const kindsWithHolders: readonly RestrictionKind[] = ["push", "restrict_merges"];

/** The only kinds that take a `value`: how many. */
export const kindsWithValue: readonly RestrictionKind[] = [
  "require_approvals_to_merge",
  "require_review_group_approvals_to_merge",
  "require_default_reviewer_approvals_to_merge",
  "require_passing_builds_to_merge",
  "require_commits_behind",
];

export const branchTypes = [
  "feature",
  "bugfix",
  "release",
  "hotfix",
  "development",
  "production",
] as const satisfies readonly NonNullable<Schema<"branchrestriction">["branch_type"]>[];
export type BranchType = (typeof branchTypes)[number];

/** What a webhook can be told of; the events of issues (`issue:*`) went with them on 20 August 2026. */
export const hookEvents = [
  "project:updated",
  "pullrequest:approved",
  "pullrequest:changes_request_created",
  "pullrequest:changes_request_removed",
  "pullrequest:comment_created",
  "pullrequest:comment_deleted",
  "pullrequest:comment_reopened",
  "pullrequest:comment_resolved",
  "pullrequest:comment_updated",
  "pullrequest:created",
  "pullrequest:fulfilled",
  "pullrequest:push",
  "pullrequest:rejected",
  "pullrequest:unapproved",
  "pullrequest:updated",
  "repo:commit_comment_created",
  "repo:commit_status_created",
  "repo:commit_status_updated",
  "repo:created",
  "repo:deleted",
  "repo:fork",
  "repo:imported",
  "repo:push",
  "repo:transfer",
  "repo:updated",
] as const satisfies NonNullable<Schema<"webhook_subscription">["events"]>;

/** The OpenAPI document knows `uuid` and `name` only; the rest is what the live API answers. */
export type EnvironmentBody = Schema<"deployment_environment"> & {
  readonly slug: string;
  readonly rank: number;
  readonly hidden: boolean;
  readonly environment_type: {
    readonly type: string;
    readonly name: EnvironmentTypeName;
    readonly rank: number;
  };
  readonly category: { readonly name: EnvironmentTypeName };
  readonly restrictions: { readonly type: string; readonly admin_only: boolean };
  readonly lock: { readonly type: string; readonly name: "OPEN" };
  readonly deployment_gate_enabled: boolean;
  readonly environment_lock_enabled: boolean;
};
export const environmentTypes = ["Test", "Staging", "Production"] as const;
export type EnvironmentTypeName = (typeof environmentTypes)[number];

/** A group as the 1.0 API gives it (https://support.atlassian.com/bitbucket-cloud/docs/groups-endpoint/). */
export interface LegacyGroup {
  readonly name: string;
  readonly slug: string;
  readonly permission: "read" | "write" | "admin" | null;
  readonly auto_add: boolean;
  readonly owner: { readonly uuid: string; readonly display_name: string };
  readonly members: readonly LegacyMember[];
}
export interface LegacyMember {
  readonly uuid: string;
  readonly account_id: string;
  readonly display_name: string;
  readonly is_active: boolean;
}
