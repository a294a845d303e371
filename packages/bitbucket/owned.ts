/** The shapes of a list that a resource owns whole. */

/** An entry as it is in Bitbucket, with whatever is needed to address it. */
export interface Entry<E, H> {
  readonly entry: E;
  readonly handle: H;
}

/** A list in Bitbucket, and how its entries are told apart and written. */
export interface OwnedList<E, H> {
  /** What the list is, for errors: `the permissions on repository acme/web`. */
  readonly what: string;
  /** Name of the input that declares it. */
  readonly property: string;
  readonly keyOf: (entry: E) => string;
  readonly equal: (declared: E, present: E) => boolean;
  /** An entry's content, for errors; never a secret. */
  readonly show: (entry: E) => string;
  readonly read: () => Promise<readonly Entry<E, H>[]>;
  readonly add: (entry: E) => Promise<unknown>;
  readonly change: (present: Entry<E, H>, declared: E) => Promise<unknown>;
  readonly remove: (present: Entry<E, H>) => Promise<unknown>;
}

/** What a resource remembers of its list, by the keys of entries. A read never changes it. */
export interface Owned {
  /** Declared, and there without this resource. */
  readonly adopted: string[];
  /** Put there by this resource. */
  readonly placed: string[];
}

/** What may be done to entries that were there without this resource. */
export interface Consent {
  /** Whether their content may be changed. */
  readonly change: boolean;
  /** How one says that it may, for errors. */
  readonly how: string;
  /** Whether they may be removed. */
  readonly remove: boolean;
  /** Name of the input that would allow removing them, for errors. */
  readonly flag: string;
}

/** What is declared against what is present. */
export interface Difference<E, H> {
  readonly same: readonly E[];
  readonly missing: readonly E[];
  readonly other: readonly { readonly present: Entry<E, H>; readonly declared: E }[];
  readonly undeclared: readonly Entry<E, H>[];
}
