/** What stands at a place of the workspace against what was declared there, in the words of a finding. */
import { differing, type Finding } from "../../evidence/reports/drift";
import { entriesOf, textOf, type Entry, type Placed } from "../../engine/placed";

const system = "bitbucket" as const;

/**
 * Holders whose permission differs, is missing or is declared nowhere.
 *
 * @param at where, in words: `project PAY`, or the slug of a repository
 * @param declared the resources that declare permissions there
 * @param found as Bitbucket lists them: groups by slug, accounts by UUID
 * @param isObserved whether nothing is declared there, and all of it only told. Default: it is owned
 */
export function permissionFindings(
  at: string,
  declared: readonly Placed[],
  found: readonly Entry[],
  isObserved = false,
): Finding[] {
  const holders = (entries: readonly Entry[]) =>
    new Map(
      entries.map(({ group, user, permission }) => [
        group === undefined ? `account ${String(user)}` : `group ${word(group)}`,
        String(permission),
      ]),
    );
  const there = found.map(({ group, user, permission }) => ({
    ...(group !== undefined ? { group: (group as Entry).slug } : { user: (user as Entry).uuid }),
    permission,
  }));
  return differing(
    { system, kind: "permission", at, ...(isObserved && { observed: true }) },
    holders(isObserved ? [] : declared.flatMap((one) => entriesOf(one, "holders"))),
    holders(there),
  );
}

/**
 * A secured value is never shown: that it is there, and secured, is what can be compared.
 *
 * @param keepsOthers whether those that are declared nowhere are others' own, and only told. Default: there are to be none
 */
export function variableFindings(
  at: string,
  declared: readonly Placed[],
  found: readonly Entry[],
  keepsOthers = false,
): Finding[] {
  const entries = declared.flatMap((one) => entriesOf(one, "variables"));
  if (keepsOthers) {
    const own = new Set(entries.map(({ key }) => key));
    const [ours, others] = [true, false].map((isOwn) => found.filter(({ key }) => own.has(key) === isOwn));
    return [
      ...variableFindings(at, declared, ours ?? []),
      ...variableFindings(at, [], others ?? []).map((one): Finding => ({ ...one, observed: true })),
    ];
  }
  const plain = new Map(entries.map(({ key, value }) => [key, textOf(value)]));
  const words = (secured: unknown, isOther: boolean) =>
    `${secured === false ? "readable" : "secured"}${isOther ? ", another value" : ""}`;
  return differing(
    { system, kind: "variable", at },
    new Map(entries.map(({ key, secured }) => [String(key), words(secured, false)])),
    new Map(
      found.map(({ key, secured = false, value }) => {
        const was = plain.get(key);
        return [String(key), words(secured, secured === false && was !== undefined && was !== value)];
      }),
    ),
  );
}

/** Who is exempt from a restriction, or its number, by its kind and branches: `push on main` → `nobody`. */
export function restrictionsOf(entries: readonly Entry[]): Map<string, string> {
  return new Map(
    entries.map(({ kind, pattern, branchType, groups = [], users = [], value }) => {
      const people = [...(groups as string[]), ...(users as string[])].sort().join(", ");
      const where = branchType === undefined ? String(pattern) : `${word(branchType)} branches`;
      const who = kind === "push" || kind === "restrict_merges" ? people || "nobody" : "holds";
      return [`${String(kind)} on ${where}`, value === undefined ? who : word(value)];
    }),
  );
}

/**
 * A restriction as Bitbucket's API shows it, in the properties of our provider: groups by slug, users by UUID.
 *
 * https://developer.atlassian.com/cloud/bitbucket/rest/api-group-branch-restrictions/
 */
export function asRestriction({
  kind,
  branch_match_kind: match,
  branch_type,
  pattern,
  groups,
  users,
  value,
}: Entry): Entry {
  return {
    kind,
    ...(match === "branching_model" ? { branchType: branch_type } : { pattern }),
    groups: ((groups ?? []) as Entry[]).map(({ slug }) => slug),
    users: ((users ?? []) as Entry[]).map(({ uuid }) => uuid),
    ...(typeof value === "number" && { value }),
  };
}

/**
 * Events by description and address, after `off, ` where the hook is not active. The address goes without its query,
 * which may hold a secret.
 */
export function hooksOf(hooks: readonly Entry[]): Map<string, string> {
  return new Map(
    hooks.map(({ url, description, events, active }) => [
      `${String(description)} to ${withoutQuery(String(url))}`,
      `${active === false ? "off, " : ""}${[...((events ?? []) as string[])].sort().join(", ")}`,
    ]),
  );
}

/** Addresses of webhooks often carry a key. */
function withoutQuery(url: string): string {
  return url.replace(/\/\/[^/@]*@/, "//").replace(/[?#].*$/, "?…");
}

/**
 * Access keys by label and id, with their type: `ci (12)` → `ssh-ed25519, reads the repository`. The key itself is
 * left out.
 */
export function keysOf(keys: readonly Entry[]): Map<string, string> {
  return new Map(
    keys.map(({ id, label, key }) => [
      `${word(label) || "without a label"} (${String(id)})`,
      `${String(key).split(" ", 1)[0] ?? ""}, reads the repository`,
    ]),
  );
}

/**
 * What runs when, and `on` or `off`: `nightly on main, 0 0 2 * * ? *` → `on`.
 *
 * @param pipeline name of a custom pipeline; undefined: the branch's own
 */
export function scheduleOf(
  branch: unknown,
  pipeline: unknown,
  cron: unknown,
  enabled: unknown,
): [string, string] {
  return [
    `${word(pipeline) || "the branch's own pipeline"} on ${String(branch)}, ${String(cron)}`,
    enabled === false ? "off" : "on",
  ];
}

/**
 * A schedule as Bitbucket's API shows it, in the same words.
 *
 * https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/
 */
export function asSchedule({ target, cron_pattern: cron, enabled }: Entry): [string, string] {
  const { ref_name: branch, selector } = (target ?? {}) as Entry;
  const { type, pattern } = (selector ?? {}) as Entry;
  return scheduleOf(branch, type === "custom" ? pattern : undefined, cron, enabled);
}

function word(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
