/**
 * Which branch a pattern means. Bitbucket has two dialects: in a branch restriction `*` stands for any
 * characters, slashes included; in `bitbucket-pipelines.yml` it stops at a slash, `**` does not, and `{a,b}`
 * are alternatives
 * (https://support.atlassian.com/bitbucket-cloud/docs/use-glob-patterns-on-the-pipelines-yaml-file/).
 */
import { type BranchType } from "./contract";

/** Whether the glob of a branch restriction matches a branch. */
export function globMatches(pattern: string, branch: string): boolean {
  return new RegExp(`^${pattern.split("*").map(escape).join(".*")}$`, "s").test(branch);
}

/** Whether the selector of a pipeline matches a branch. */
export function selectorMatches(pattern: string, branch: string): boolean {
  let depth = 0;
  const source = pattern.replace(/\*\*|\*|[{},]|[^*{},]+/g, (token) => {
    if (token === "**") return ".*";
    if (token === "*") return "[^/]*";
    if (token === "{") return (depth++, "(?:");
    if (token === "}" && depth > 0) return (depth--, ")");
    return token === "," && depth > 0 ? "|" : escape(token);
  });
  return new RegExp(`^(?:${source}${")".repeat(depth)})$`, "s").test(branch);
}

/** Prefixes of Bitbucket's default branching model; the development branch is the main one, production unset. */
const prefixes: Readonly<Record<Exclude<BranchType, "development" | "production">, string>> = {
  feature: "feature/",
  bugfix: "bugfix/",
  release: "release/",
  hotfix: "hotfix/",
};

/** Whether a branch is of a type of the default branching model. */
export function branchTypeMatches(type: BranchType, branch: string, mainBranch: string): boolean {
  if (type === "development") return branch === mainBranch;
  return type !== "production" && branch.startsWith(prefixes[type]);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
