/** Parameters of a path, by name. */
export type At = Readonly<Record<string, string>>;

/** A part of the API: what it is called, and which scopes it wants. */
export interface Family {
  readonly what: (at: At) => string;
  /** Scopes of an API token, without their `:bitbucket`; of an organisation's key, without their `:admin`. */
  readonly read: string;
  readonly write: string;
  readonly delete?: string;
}
