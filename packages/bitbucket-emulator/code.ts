/** What a repository's code goes through: commits, branches, pull requests, and the pipelines that run for them. */
import { type Comment, type Variable } from "./records";

export interface Branch {
  readonly name: string;
  /** Hash of the commit at its tip. */
  readonly commit: string;
}

export interface Signatures {
  /** Example: `Ana <ana@acme.example> 1767225600 +0100`. */
  readonly author: string;
  readonly committer: string;
}

/** As it is read from a bare repository. */
export interface Commit extends Signatures {
  readonly hash: string;
  readonly message: string;
  /** Of the committer, ISO 8601. */
  readonly date: string;
  readonly parents: readonly string[];
  /** Hash of the tree that its files are in. */
  readonly tree: string;
}

export interface PullRequest {
  readonly id: number;
  title: string;
  description: string;
  readonly author: string;
  readonly source: string;
  /** Slug of the fork that the source is in. Default: both branches are in one repository. */
  readonly fork?: string;
  destination: string;
  readonly closeSourceBranch: boolean;
  readonly createdOn: string;
  updatedOn: string;
  state: "OPEN" | "MERGED" | "DECLINED";
  /** UUIDs of those who were asked to review it. */
  readonly reviewers?: readonly string[];
  /** UUIDs of those who approve. */
  approvals: string[];
  comments?: Comment[];
  /** What happened to it, the oldest first; comments are not repeated here. */
  activity?: Activity[];
  /** The tips of both branches when it was closed. */
  closed?: { readonly source: string; readonly destination: string };
  closedBy?: string;
  mergeCommit?: string;
}

/** An entry of the log of a pull request. */
export type Activity =
  | {
      readonly kind: "update";
      readonly date: string;
      /** UUID of the account that caused it. */
      readonly account: string;
      /** Tips of the branches. */
      readonly source: string;
      readonly destination: string;
      /** Name of the destination. */
      readonly into: string;
      readonly title: string;
      readonly status: PullRequest["state"];
      /** What else than the commits, by name. */
      readonly changes: Readonly<Record<string, { readonly old?: string; readonly new?: string }>>;
    }
  | { readonly kind: "approval"; readonly date: string; readonly account: string };

export type Outcome = "SUCCESSFUL" | "FAILED" | "ERROR" | "STOPPED";
type StepStatus = "PENDING" | "IN_PROGRESS" | "PAUSED" | "NOT_RUN" | Outcome;

export interface Pipeline {
  readonly uuid: string;
  readonly number: number;
  /** UUID of the account that started it. */
  readonly creator: string;
  readonly branch: string;
  readonly commit: string;
  readonly selector: Selector;
  /** Variables of this run alone. */
  readonly variables: readonly Variable[];
  readonly createdOn: string;
  completedOn?: string;
  status: "PENDING" | "IN_PROGRESS" | "PAUSED" | Outcome;
  readonly steps: Step[];
}

export interface Selector {
  readonly type: "branches" | "default" | "custom";
  readonly pattern?: string;
}

export interface Cache {
  readonly name: string;
  /** Relative to the folder of the step. */
  readonly path: string;
}

export interface Step {
  readonly uuid: string;
  readonly name: string;
  readonly script: readonly string[];
  /** Name of the environment it deploys to. */
  readonly deployment?: string;
  /** Undefined: it gets no token of its own. */
  readonly oidc?: { readonly audiences: readonly string[] };
  readonly manual: boolean;
  /** Folders that outlive a step. */
  readonly caches?: readonly Cache[];
  /** Whether it starts in an empty folder instead of one with the files of the commit. Default false. */
  readonly noClone?: boolean;
  status: StepStatus;
  startedOn?: string;
  completedOn?: string;
  /** Secured values are masked before they get here. */
  log: string;
}
