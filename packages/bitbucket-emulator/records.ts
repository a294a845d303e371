/**
 * What a repository keeps besides its rights: schedules, webhooks, deploy keys, comments, and what others report
 * about its commits. Plain data, like the rest of the state.
 */
import type { Schema } from "./contract";

export interface Schedule {
  readonly uuid: string;
  /** Seven fields of Quartz, UTC. */
  readonly cron: string;
  readonly branch: string;
  readonly selector: { readonly type: string; readonly pattern?: string };
  enabled: boolean;
  readonly createdOn: string;
  updatedOn: string;
}

export interface Hook {
  readonly uuid: string;
  url: string;
  description: string;
  active: boolean;
  events: readonly string[];
  /** Signs deliveries; never shown. */
  secret?: string;
  readonly createdOn: string;
}

export interface DeployKey {
  readonly id: number;
  readonly key: string;
  readonly label: string;
  readonly comment: string;
  readonly addedOn: string;
}

export interface Comment {
  readonly id: number;
  /** UUID of an account. */
  readonly author: string;
  raw: string;
  /** Place in a file. */
  readonly inline?: { readonly path: string; readonly to?: number; readonly from?: number };
  /** Id of the comment that it answers. */
  readonly parent?: number;
  readonly createdOn: string;
  updatedOn: string;
  deleted: boolean;
}

type BuildState = NonNullable<Schema<"commitstatus">["state"]>;

/** What a build system says of a commit; one for each key. */
export interface BuildStatus {
  readonly commit: string;
  readonly uuid: string;
  readonly key: string;
  readonly state: BuildState;
  readonly url: string;
  readonly name?: string;
  readonly description?: string;
  readonly refname?: string;
  readonly createdOn: string;
  readonly updatedOn: string;
}

/** What the author of a report says; a field of data may hold any value, which the document does not admit. */
type ReportContent = Pick<
  Schema<"report">,
  "title" | "details" | "report_type" | "reporter" | "link" | "logo_url" | "remote_link_enabled" | "result"
> & {
  readonly data?: readonly (Pick<Schema<"report_data">, "title" | "type"> & { readonly value: unknown })[];
};

type AnnotationContent = Pick<
  Schema<"report_annotation">,
  "annotation_type" | "summary" | "details" | "path" | "line" | "severity" | "result" | "link"
>;

/** A Code Insights report on a commit. */
export interface Report {
  readonly commit: string;
  /** By its author; unique on the commit. */
  readonly externalId: string;
  readonly uuid: string;
  readonly content: ReportContent;
  readonly createdOn: string;
  readonly updatedOn: string;
  annotations: readonly Annotation[];
}

export interface Annotation {
  readonly externalId: string;
  readonly uuid: string;
  readonly content: AnnotationContent;
  readonly createdOn: string;
  readonly updatedOn: string;
}

export interface Variable {
  readonly uuid: string;
  key: string;
  value: string;
  secured: boolean;
}
