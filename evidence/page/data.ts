/**
 * What the page holds, packed: every text stands in it once, and what somebody can do is kept by team and kind of
 * repository rather than by person and repository, of which a large company has millions. Shared with the page's own
 * program, so nothing of Node is here.
 */

/** A text of `strings`; -1: none, or where a path says "the repository itself". */
type Text = number;

export const holderKinds = ["person", "agent", "team"] as const;
export const accountStates = ["unknown", "enabled", "disabled", "absent"] as const;

/** What somebody can do at most in a place, weakest first; how it is drawn. */
export const levels = ["nothing", "read", "write", "merge", "deploy", "administer"] as const;
export type Level = (typeof levels)[number];

/** capability, 1 if granted and 0 if implied, reason, until, then the path from the subject on. */
export type Consequence = readonly [
  capability: number,
  granted: 0 | 1,
  reason: Text,
  until: Text,
  ...path: Text[],
];

/** name, then bundle and range of repositories, over and over: three numbers each. */
export type SubjectRights = readonly [label: Text, ...ranges: number[]];

/** who, name, kind, account, then subjects. */
export type HolderRow = readonly [
  who: Text,
  name: Text,
  kind: number,
  account: number,
  ...subjects: number[],
];

export type Lane = "access" | "people" | "secrets" | "by hand" | "exceptions";

export interface Event {
  /** ISO 8601. */
  readonly at: string;
  readonly lane: Lane;
  readonly title: string;
  readonly detail?: string;
}

export type Tone = "plain" | "good" | "warn" | "bad";

export interface Tile {
  readonly value: string;
  readonly label: string;
  readonly tone: Tone;
  /** Id of the section that tells more. */
  readonly section: string;
}

export interface Chart {
  readonly title: string;
  readonly says: string;
  /** What the parts of a bar are. */
  readonly series: readonly { readonly name: string; readonly tone: Tone }[];
  readonly bars: readonly {
    readonly label: string;
    readonly values: readonly number[];
    readonly limit?: number;
  }[];
  readonly unit: string;
}

type Value = string | number | boolean | null;

export interface Table {
  readonly name: string;
  readonly title: string;
  readonly says: string;
  readonly source: string;
  readonly notes: readonly string[];
  readonly missing?: string;
  readonly columns: readonly string[];
  /** How many the files have; the page may have fewer. */
  readonly total: number;
  readonly rows: readonly (readonly Value[])[];
}

/** A change of the trail, for who asks why somebody has a right. */
export interface Change {
  readonly at: string;
  readonly by: string;
  readonly approvedBy: string;
  readonly why: string;
  /** What it did: to a right of a subject, or to somebody's team. */
  readonly does: string;
  /** Label of the subject, as `team payments`, or `person ana`. */
  readonly about: string;
  /** Of a right: which, and where. */
  readonly capability?: string;
  readonly targets?: readonly string[];
}

export interface PageData {
  readonly head: {
    readonly company: string;
    readonly stack: string;
    readonly environment: string;
    readonly asOf: string;
    readonly since: string;
    readonly madeAt: string;
    readonly source: string;
  };
  readonly strings: readonly string[];
  /** In the order of their bits. */
  readonly capabilities: readonly {
    readonly name: string;
    readonly level: number;
    readonly privileged: boolean;
  }[];
  /** Repositories, `PROJECT/slug`, sorted. */
  readonly targets: readonly Text[];
  readonly consequences: readonly Consequence[];
  readonly bundles: readonly (readonly number[])[];
  readonly subjects: readonly SubjectRights[];
  readonly holders: readonly HolderRow[];
  readonly rights: number;
  readonly missing: readonly { readonly title: string; readonly why: string }[];
  readonly tiles: readonly Tile[];
  readonly charts: readonly Chart[];
  readonly events: readonly Event[];
  readonly changes: readonly Change[];
  readonly tables: readonly Table[];
}

/** As many as a number has bits to spare. */
export const mostCapabilities = 31;
