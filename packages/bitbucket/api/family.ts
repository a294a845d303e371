/** Parameters of a path, by name. */
export type At = Readonly<Record<string, string>>;

/** What a part of the API is called. Example: `the groups of workspace acme`. */
export type Family = (at: At) => string;
