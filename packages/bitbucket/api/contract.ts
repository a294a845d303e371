/**
 * Bitbucket's own contract, as types: a path that does not exist, a parameter that is left out or a body of the
 * wrong shape does not compile. It is generated from Atlassian's OpenAPI description; what that description leaves
 * out and the documentation or the console's own requests show is added here, with its source.
 */
import type { components, paths } from "@coderabbitai/bitbucket/cloud/openapi";
import type { Answer, CursorPage, JsonBody, Nothing, OrganizationPaths } from "./organization-contract";

type Schemas = components["schemas"];

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-deployments/ names the fields, without types. */
export type Environment = Schemas["deployment_environment"] & {
  readonly name?: string;
  readonly environment_type?: { readonly name: "Test" | "Staging" | "Production" };
  readonly restrictions?: { readonly admin_only?: boolean };
};

interface EnvironmentChange {
  readonly change: { readonly name: string; readonly restrictions: { readonly admin_only: boolean } };
}

export type Hook = Schemas["webhook_subscription"];

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-workspaces/ */
interface HookBody {
  readonly description: string;
  readonly url: string;
  readonly active: boolean;
  readonly events: NonNullable<Hook["events"]>;
  /** Absent: as it was. Null: none. */
  readonly secret?: string | null;
}

/** https://support.atlassian.com/bitbucket-cloud/docs/groups-endpoint/ */
interface Group {
  readonly name: string;
  readonly slug: string;
  readonly members?: readonly { readonly uuid: string; readonly display_name?: string }[];
}

interface PullRequestSide {
  readonly branch?: { readonly name?: string };
  readonly commit?: { readonly hash?: string };
}

/** An entry of the log of a pull request: one of these. */
export interface PullRequestActivity {
  readonly update?: {
    readonly date?: string;
    readonly author?: Schemas["account"];
    readonly state?: string;
    readonly source?: PullRequestSide;
    readonly destination?: PullRequestSide;
  };
  readonly approval?: { readonly date?: string; readonly user?: Schemas["account"] };
}

interface Corrections {
  readonly "/repositories/{workspace}/{repo_slug}/environments": {
    readonly get: {
      responses: Answer<200, { readonly values?: readonly Environment[]; readonly next?: string }>;
    };
    readonly post: { requestBody: JsonBody<Environment>; responses: Answer<201, Environment> };
  };
  readonly "/repositories/{workspace}/{repo_slug}/environments/{environment_uuid}/changes": {
    readonly post: { requestBody: JsonBody<EnvironmentChange>; responses: Nothing<202> };
  };
  /** The description lacks the bodies; its prose has them. */
  readonly "/workspaces/{workspace}/hooks": {
    readonly get: {
      responses: Answer<200, { readonly values?: readonly Hook[]; readonly next?: string }>;
    };
    readonly post: { requestBody: JsonBody<HookBody>; responses: Answer<201, Hook> };
  };
  readonly "/workspaces/{workspace}/hooks/{uid}": {
    readonly put: { requestBody: JsonBody<HookBody>; responses: Answer<200, Hook> };
    readonly delete: { responses: Nothing<204> };
  };
  /** The description has the fields as parameters of a query; its prose says that they are a form's, as the files are. */
  readonly "/repositories/{workspace}/{repo_slug}/src": {
    readonly post: { requestBody: JsonBody<Readonly<Record<string, string>>>; responses: Nothing<201> };
  };
  /** The description lacks the body; its examples have it. */
  readonly "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/activity": {
    readonly get: {
      responses: Answer<200, { readonly values?: readonly PullRequestActivity[]; readonly next?: string }>;
    };
  };
  readonly "/1.0/groups/{workspace}": {
    readonly get: { responses: Answer<200, readonly Group[]> };
    readonly post: { requestBody: JsonBody<{ readonly name: string }>; responses: Answer<200, Group> };
  };
  readonly "/1.0/groups/{workspace}/{group_slug}": {
    readonly delete: { responses: Nothing<204> };
  };
  readonly "/1.0/groups/{workspace}/{group_slug}/members": {
    readonly get: {
      responses: Answer<200, readonly { readonly uuid?: string; readonly account_id?: string }[]>;
    };
  };
  readonly "/1.0/groups/{workspace}/{group_slug}/members/{uuid}": {
    readonly put: { requestBody: JsonBody<Record<string, never>>; responses: Nothing<200> };
    readonly delete: { responses: Nothing<204> };
  };
}

export type Contract = Omit<paths, keyof Corrections> & Corrections & OrganizationPaths;

export type Method = "get" | "put" | "post" | "delete";
export type Paths<M extends Method> = {
  [P in keyof Contract]: Operation<P, M> extends never ? never : P;
}[keyof Contract] &
  string;

type Operation<P, M extends Method> = P extends keyof Contract
  ? Contract[P] extends { readonly [N in M]: infer O extends { responses: unknown } }
    ? O
    : never
  : never;

/** The parameters in a path: `/a/{b}` has `b`. */
export type Parameters<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [K in Name]: string } & Parameters<Rest>
  : unknown;

type Json<R> = R extends { content: { "application/json": infer Body } } ? Body : undefined;

/** What the operation answers when it succeeds. */
export type Reply<P, M extends Method> =
  Operation<P, M> extends { responses: infer R } ? Json<R[keyof R & (200 | 201)]> : never;

/** What the operation wants to be sent. */
export type Body<P, M extends Method> =
  Operation<P, M> extends { requestBody?: infer R }
    ? [NonNullable<R>] extends [never]
      ? never
      : NonNullable<R> extends { content: { "application/json": infer B } }
        ? B
        : never
    : never;

/** An entry of a list that is read page by page. */
export type Item<P, M extends "get" | "post" = "get"> =
  Reply<P, M> extends readonly (infer I)[]
    ? I
    : Reply<P, M> extends { readonly values?: readonly (infer I)[] } | CursorPage<infer I>
      ? I
      : never;
