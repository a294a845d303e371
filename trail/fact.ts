import type { Began, Person, PullRequest } from "./entry";

/** One answer of the trail: who gave whom what, when and why. */
export interface Fact {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly stack: string;
  /** The command; `by hand`: in Keycloak's console or by the engine itself; `sign-in`: of a pipeline. */
  readonly how: Began["command"] | "by hand" | "sign-in" | "note";
  readonly run?: string;
  /** Who wrote the change, or did it by hand; in a run without a commit, who started it. */
  readonly givers: readonly Person[];
  /** Who started the command. */
  readonly operator?: Person;
  readonly approvers: readonly Person[];
  /** How it was approved, in words. */
  readonly approval?: string;
  readonly change:
    | "gained"
    | "lost"
    | "altered"
    | "rotated"
    | "taken"
    | "mended"
    | "reminded"
    | "changed"
    | "signed in"
    | "note";
  /** User names, or what else got or lost something. */
  readonly receivers: readonly string[];
  /** The team or agent by which they do. */
  readonly by?: string;
  readonly what: string;
  /** Repositories, groups or names of secrets. */
  readonly targets: readonly string[];
  readonly path?: readonly string[];
  readonly why: readonly string[];
  /** Of just this right, where its grant says one. */
  readonly reason?: string;
  readonly until?: string;
  readonly result: "succeeded" | "failed" | "not ended";
  readonly problem?: string;
  readonly commit?: string;
  readonly pullRequests: readonly Pick<PullRequest, "repository" | "id" | "title">[];
  readonly pipeline?: Began["pipeline"];
  /** How many changes Keycloak's log tells of this run. */
  readonly events?: number;
}
