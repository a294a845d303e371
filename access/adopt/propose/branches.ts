/** Restrictions of a repository, as protected branches where they say exactly what the model says. Pure. */
import { mergeRuleNames, mergeRules, type MergeRules } from "../../mergeRules";
import { isBranchPattern } from "../../file/nameRules";
import type { ProtectedBranch } from "../../model";
import { compare, sorted } from "../../problem";
import { restrictionsOf, type Restriction } from "../../rights/protection";
import { grouped } from "../../tree";
import type { Plan } from "../../vocabulary";
import type { FoundRestriction } from "../found";

/** What protects a repository, in the words of the file. */
export interface Protection {
  readonly branches: readonly ProtectedBranch[];
  /** Who may merge into each of them. */
  readonly mergers: { readonly groups: readonly string[]; readonly users: readonly string[] };
}

/** What the file has no words for. */
export interface Wordless {
  /** Of restriction, or of what is wrong with several. */
  readonly kind: string;
  readonly found: string;
}

/** @returns the protection, or all that it cannot say */
export function protectionOf(
  restrictions: readonly FoundRestriction[],
  plan: Plan,
): { readonly protection: Protection } | { readonly wordless: readonly Wordless[] } {
  const single = restrictions.flatMap((one) => wordlessOf(one, restrictions));
  if (single.length > 0) return { wordless: single };
  const byPattern = [...grouped(restrictions, ({ pattern = "" }) => pattern)].sort(([a], [b]) =>
    compare(a, b),
  );
  const merging = restrictions.filter(({ kind }) => kind === "restrict_merges");
  const mergers = { groups: sorted(merging[0]?.groups ?? []), users: sorted(merging[0]?.users ?? []) };
  const branches: ProtectedBranch[] = [];
  const wordless: Wordless[] = [];
  for (const [pattern, found] of byPattern) {
    const branch = branchOf(pattern, found);
    if (isSame(restrictionsOf({ ...branch, mergers }, plan), found) && isLegal(branch, plan))
      branches.push(branch);
    else wordless.push({ kind: "protection in part", found: wordsOf(pattern, found) });
  }
  return wordless.length > 0 ? { wordless } : { protection: { branches, mergers } };
}

/** What a restriction alone keeps from being said. */
function wordlessOf(one: FoundRestriction, all: readonly FoundRestriction[]): Wordless[] {
  const { kind, pattern, branchType } = one;
  if (pattern === undefined)
    return [{ kind: "branching model", found: `${kind} on ${branchType ?? "unknown"} branches` }];
  const found = `${kind} on ${pattern}`;
  if (!isBranchPattern(pattern)) return [{ kind: "pattern", found }];
  const twice = all.filter((other) => other.kind === kind && other.pattern === pattern).length > 1;
  return twice ? [{ kind: "the same twice", found }] : [];
}

/** What the rules of a pattern would be; whether they are all that is there is another question. */
function branchOf(pattern: string, found: readonly FoundRestriction[]): ProtectedBranch {
  const rules = Object.fromEntries(
    mergeRuleNames.flatMap((name) => {
      const { kind, counts } = mergeRules[name];
      const there = found.find((one) => one.kind === kind);
      return there === undefined ? [] : [[name, counts ? (there.value ?? 0) : true]];
    }),
  ) as MergeRules;
  const waits = mergeRuleNames.some((name) => rules[name] !== undefined && mergeRules[name].holdsBack);
  const enforced = !waits || found.some(({ kind }) => kind === "enforce_merge_checks");
  return { pattern, rules, enforced };
}

function isSame(meant: readonly Restriction[], found: readonly FoundRestriction[]): boolean {
  return same(meant.map(keyOf), found.map(keyOf));
}

const keyOf = ({ kind, groups = [], users = [], value }: Omit<FoundRestriction | Restriction, "pattern">) =>
  JSON.stringify([kind, sorted(groups), sorted(users), value ?? null]);

function same(one: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

/** Whether the file may say so: see the checks `premium-merge-rules` and `effective-merge-rules`. */
function isLegal({ rules, enforced }: ProtectedBranch, plan: Plan): boolean {
  const names = mergeRuleNames.filter((name) => rules[name] !== undefined);
  const counted = names.flatMap((name) => (typeof rules[name] === "number" ? [rules[name]] : []));
  if (counted.some((value) => value < 1 || value > 100)) return false;
  if (rules.keepApprovalsOfSameDiff && !rules.resetApprovals) return false;
  if (plan === "premium") return true;
  return (
    names.every((name) => mergeRules[name].plan !== "premium") &&
    !(enforced && names.some((name) => mergeRules[name].holdsBack))
  );
}

function wordsOf(pattern: string, found: readonly FoundRestriction[]): string {
  return `${pattern}: ${sorted(found.map(({ kind }) => kind)).join(", ")}`;
}
