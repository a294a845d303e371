/** The part of the schema that says what there is in the workspace: projects, repositories, protected branches. */
import { z } from "zod";
import { mergeRules, type MergeRuleName } from "../mergeRules";
import { branchPatternWords, column, isBranchPattern, nameRules } from "./nameRules";
import { keyed, shapes, type Temper } from "./shapes";
import { observable, ownable, pipelineCredentials } from "../vocabulary";

/** Schema of one entry of `projects`. What is left out stays undefined: `flatten` fills in the defaults. */
export function projectSchema(temper: Temper) {
  const { text, name, choice, list, named, map } = shapes(temper);
  const branches = branchesSchema(temper);
  const observed = list(
    choice(observable.place),
    "a list of permissions and branches, as in [permissions]",
  ).optional();

  const repository = map({
    previously: name(nameRules.repository)
      .optional()
      .describe(
        "The slug of before, of the same repository: rights, variables and credentials stay. Leave it until every stack was brought up.",
      ),
    deploys: list(name(nameRules.environment), "a list of environments, as in [dev, prod]")
      .optional()
      .describe("The environments that it deploys to. Default: none."),
    protected: branches.optional().describe("In place of the project's."),
    observed: observed.describe(
      "What of it is read and reported, and never written: `permissions`, `branches` or both. Nothing is granted to it alone, or protected in it; what is granted on its project reaches it all the same. Default: what its project says.",
    ),
    owned: list(choice(ownable), "a list of variables, permissions and branches, as in [variables]")
      .optional()
      .describe(
        "What is this program's alone: `permissions` and `branches`, though its project observes them; with `variables`, whatever others put into its deployment environments is removed. Default: what its project says, and the variables of others stay.",
      ),
    credential: choice(pipelineCredentials)
      .optional()
      .describe(
        "How its pipelines sign in to Keycloak: keyless (by the step's own token, in a restricted environment or on a protected branch), rotated (by a secret that rotates), both (while it moves from one to the other). Default: what the stack says.",
      ),
  }).describe("A repository, which exists already, or all that a pattern stands for.");

  return map({
    previously: name(nameRules.project)
      .optional()
      .describe(
        "The key of before, of the same project: its permissions stay. Leave it until every stack was brought up.",
      ),
    name: text("the name of the project, as in Payments", column)
      .optional()
      .describe("Its name. Default: its key; for a pattern, the name that each project has."),
    owner: name(nameRules.team).describe("The team that answers for it."),
    protected: branches.optional().describe("For each repository that does not say otherwise."),
    observed: observed.meta({
      description:
        "What of it, and of its repositories that do not own it, is read and reported, and never written: `permissions`, `branches` or both. Nothing is granted, or protected, there. Default: both are owned.",
      examples: [["permissions", "branches"]],
    }),
    repositories: named(keyed(nameRules.repositories), repository, "a map of repositories").meta({
      description:
        'By slug, or by a pattern with *; the exact slug wins, then the earlier pattern. "*" declares all of them. What patterns stand for is written to access.lock.yaml by `npm run resolve`.',
      examples: [{ "payments-api": { deploys: ["dev", "prod"] }, "payments-*": { deploys: ["dev"] } }],
    }),
  }).describe("A project of the workspace, which exists already, or all that a pattern stands for.");
}

function branchesSchema(temper: Temper) {
  const { soft, yesNo, count, map } = shapes(temper);
  const counted = (rule: MergeRuleName) =>
    count(0, "a whole number from 0 to 100").optional().describe(described(rule, "How many: "));
  const asked = (rule: MergeRuleName) => yesNo(false).optional().describe(described(rule, "Whether "));

  const rules = map({
    approvals: counted("approvals"),
    reviewGroupApprovals: counted("reviewGroupApprovals"),
    defaultReviewerApprovals: counted("defaultReviewerApprovals"),
    builds: counted("builds"),
    commitsBehind: counted("commitsBehind"),
    noChangesRequested: asked("noChangesRequested"),
    tasksDone: asked("tasksDone"),
    commentsResolved: asked("commentsResolved"),
    dependenciesMerged: asked("dependenciesMerged"),
    resetApprovals: asked("resetApprovals"),
    keepApprovalsOfSameDiff: asked("keepApprovalsOfSameDiff"),
    resetChangesRequested: asked("resetChangesRequested"),
    autoMerge: asked("autoMerge"),
    enforced: yesNo(true)
      .optional()
      .describe(
        "Whether nobody merges before the rules are met. Needs the Premium plan; false: people are only shown them. Default: true.",
      ),
  } satisfies Record<MergeRuleName | "enforced", z.ZodType>);

  return soft(
    z.record(
      temper === "strict" ? z.string().refine(isBranchPattern, branchPatternWords) : z.string(),
      rules,
      "a map from branch patterns to what a merge needs, as in { main: { approvals: 2 } }",
    ),
    {},
  ).meta({
    description:
      "Branches that nobody pushes to and only mergers merge into, by glob, and what a merge waits for.",
    examples: [{ main: { approvals: 2, builds: 1, noChangesRequested: true } }],
  });
}

function described(name: MergeRuleName, lead: string): string {
  const { words, counts, plan } = mergeRules[name];
  return `${lead}${words}.${plan === "premium" ? " Needs the Premium plan." : ""} Default: ${counts ? "0, no such rule" : "false"}.`;
}
