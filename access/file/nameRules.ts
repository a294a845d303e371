/**
 * Which names are legal in both systems at once. A team called `Payments Leads` would be `payments-leads` as a
 * slug in Bitbucket and stay `Payments Leads` in Keycloak, and the two would never match again: a name is only
 * taken where neither system would change it.
 */

/** Characters of a column of Keycloak's: more answers 500, "unknown_error". */
export const column = 255;

/** What a kind of name has to look like, as a pattern and in words. */
export interface NameRule {
  readonly pattern: RegExp;
  /** Reads after "allowed:", with an example. */
  readonly words: string;
  /** Characters. Default: the 255 of a column of Keycloak's. */
  readonly longest?: number;
}

const kebab = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Of names from which ids of clients and names of roles are made, several in one. */
const longest = 100;

export const nameRules = {
  team: { pattern: kebab, words: "lower-case letters, digits and single dashes, as in payments-leads" },
  /** Of Bitbucket, where people call groups as they like. */
  group: {
    pattern: /^[A-Za-z0-9](?:[A-Za-z0-9_ .&()+'-]*[A-Za-z0-9_).])?$/,
    words: "the name or slug of a group in Bitbucket, as in Mobile Devs or mobile-devs",
  },
  environment: { pattern: kebab, words: "lower-case letters, digits and single dashes, as in prod", longest },
  agent: {
    pattern: kebab,
    words: "lower-case letters, digits and single dashes, as in release-bot",
    longest,
  },
  /** Keycloak keeps user names in lower case. */
  person: {
    pattern: /^[a-z0-9][a-z0-9._@+-]*$/,
    words: "lower-case letters, digits and . _ @ + -, as in ana or ana.alvarez",
  },
  /** https://support.atlassian.com/bitbucket-cloud/docs/create-a-project/ */
  project: {
    pattern: /^[A-Z][A-Z0-9_]*$/,
    words: "capital letters, digits and underscores, as in PAY",
    longest,
  },
  repository: {
    pattern: /^(?!\.+$)[a-z0-9._-]+$/,
    words:
      "the slug: lower-case letters, digits, dots, dashes and underscores, not dots alone, as in payments-api",
    longest,
  },
  /** A key of `projects`: a project, or a pattern of those that exist. */
  projects: {
    pattern: /^[A-Z*][A-Z0-9_*]*$/,
    words: "capital letters, digits and underscores, as in PAY; * stands for any, as in TEAM_*",
    longest,
  },
  /** A key of `repositories`, likewise. */
  repositories: {
    pattern: /^(?!\.+$)[a-z0-9._*-]+$/,
    words:
      "the slug: lower-case letters, digits, dashes, dots and underscores, not dots alone, as in payments-api; * stands for any, as in payments-*",
    longest,
  },
  repositoryTarget: {
    pattern: /^[A-Z][A-Z0-9_]*\/[a-z0-9._-]+$/,
    words: "a repository in its project, as in OPS/access",
  },
  workspace: {
    pattern: /^[a-z0-9_-]+$/,
    words: "the slug: lower-case letters, digits, dashes and underscores, as in acme",
    // Keycloak shows it behind some words.
    longest: 200,
  },
  /** The plugin makes the realm's id of it, for which Keycloak has 36 characters. */
  realm: {
    pattern: kebab,
    words: "lower-case letters, digits and single dashes, as in acme-dev",
    longest: 36,
  },
  account: {
    pattern: /^\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$/,
    words:
      'the UUID of a Bitbucket account, in braces and quotes, as in "{b07b07b0-7b07-4b07-8b07-b07b07b07b07}"',
  },
} as const satisfies Record<string, NameRule>;

/** Group slugs that Bitbucket keeps for itself: every workspace has a group of its administrators. */
export const reservedTeams: readonly string[] = ["administrators"];

export const branchPatternWords = "a branch name in which * stands for anything, as in main or release/*";

/**
 * Whether a glob can match a branch at all: apart from `*` it has to be a legal name
 * (https://git-scm.com/docs/git-check-ref-format).
 */
export function isBranchPattern(pattern: string): boolean {
  const illegal = /[\s~^:?[\]\\\p{Cc}]|\.\.|\/\/|@\{|^[/.-]|\/\.|[/.]$|\.lock(\/|$)/u;
  return pattern !== "" && pattern !== "@" && !illegal.test(pattern);
}

/** The legal name that is nearest to what somebody wrote, where there is one. */
export function legalized(name: string, { pattern }: NameRule): string | undefined {
  const lower = name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[-0-9]+|-+$/g, "");
  const upper = lower.replace(/-/g, "_").toUpperCase();
  return [`{${name.toLowerCase()}}`, lower, upper].find((candidate) => pattern.test(candidate));
}
