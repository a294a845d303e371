/**
 * What `access.yaml` looks like. From this come three things that must never disagree: the problems of form that
 * people are told, the types that the parser reads, and `access.schema.json`, by which editors complete the file.
 */
import { z } from "zod";
import { branchPatternWords, isBranchPattern, nameRules, type NameRule } from "./names";
import { shapes, type Temper } from "./shapes";
import { environmentTypes } from "./vocabulary";

const capabilityWords = "read, trigger, merge, administer, deploy:<environment>";
const capabilityPattern = /^(read|trigger|merge|administer|deploy:[a-z][a-z0-9]*(-[a-z0-9]+)*)$/;

/** A team as the file nests it. */
export interface TeamEntry {
  owner: string;
  description?: string | undefined;
  members?: string[] | undefined;
  teams?: Record<string, TeamEntry> | undefined;
}

/** The schema of `access.yaml`, in one of two tempers (see `shapes.ts`). */
export function accessSchema(temper: Temper) {
  const { soft, text, name, yesNo, count, choice, list, named, map } = shapes(temper);
  const keyed = ({ pattern, words }: NameRule) => z.string(words).regex(pattern, words);
  const person = name(nameRules.person).describe("User name of a person, as under `people`.");
  const account = name(nameRules.account).describe("UUID of the Bitbucket account, with braces.");

  const environment = map({
    type: choice(environmentTypes).describe("What Bitbucket calls the type of the deployment environment."),
    restricted: yesNo(false)
      .optional()
      .describe(
        "Whether only administrators of a repository may deploy. Needs the Premium plan. Default: false.",
      ),
  }).describe("A place that software is deployed to, one in each system.");

  const personEntry = map({
    name: text("the full name, as in Ana Alvarez").describe("Full name."),
    email: soft(z.email("an e-mail address, as in ana@acme.example"), "").describe(
      "The address by which Keycloak's person and Bitbucket's account are matched.",
    ),
    account: account.optional(),
  }).describe("Somebody who signs in.");

  const team: z.ZodType<TeamEntry> = z.lazy(() =>
    map({
      owner: person.describe("Who answers for the team: a user name."),
      description: text("what the team is for, in a few words").optional(),
      members: list(person, "a list of user names, as in [ana, ben]")
        .optional()
        .describe("Its people. Leave out where Keycloak (LDAP, HR) owns the membership."),
      teams: named(keyed(nameRules.team), team, "a map of teams")
        .optional()
        .describe("Teams within the team: each inherits what this one is granted."),
    }),
  );

  const agent = map({
    owner: person.describe("Who answers for the agent: a user name."),
    description: text("what the agent does, in a few words").optional(),
    account,
  }).describe("A program that acts for people.");

  const branches = soft(
    z.record(
      temper === "strict" ? z.string().refine(isBranchPattern, branchPatternWords) : z.string(),
      map({
        approvals: count("a whole number from 0 to 100")
          .optional()
          .describe("Approvals a merge needs. Default: 0."),
        builds: count("a whole number from 0 to 100")
          .optional()
          .describe("Green builds a merge needs. Default: 0."),
      }),
      "a map from branch patterns to what a merge needs, as in { main: { approvals: 2 } }",
    ),
    {},
  ).describe("Branches that nobody pushes to and only mergers merge into, by glob.");

  const repository = map({
    deploys: list(name(nameRules.environment), "a list of environments, as in [dev, prod]")
      .optional()
      .describe("The environments that it deploys to. Default: none."),
    protected: branches.optional().describe("In place of the project's."),
  });

  const project = map({
    name: text("the name of the project, as in Payments"),
    owner: name(nameRules.team).describe("The team that answers for it."),
    protected: branches.optional().describe("For each repository that does not say otherwise."),
    repositories: named(keyed(nameRules.repository), repository, "a map of repositories"),
  }).describe("A project of the workspace; it exists already.");

  const targetWords = "a project, as in PAY, or a repository, as in PAY/payments-api";
  const target = text(targetWords);
  const targetList = list(target, "a project or repository, or a list of them");
  const grant = map({
    team: name(nameRules.team).optional().describe("Who: a team."),
    person: person.optional().describe("Who: a person. Needs `reason` and `until`."),
    agent: name(nameRules.agent).optional().describe("Who: an agent."),
    can: list(
      soft(
        temper === "strict"
          ? z.string(capabilityWords).regex(capabilityPattern, capabilityWords)
          : z.string(),
        "",
      ),
      `a list of ${capabilityWords}`,
    ).describe("What they may do."),
    on: soft(
      z.union(
        [z.string(targetWords).min(1, targetWords), targetList],
        "a project or repository, or a list of them",
      ),
      [],
    ).describe("Where: a project or repository, or a list of them."),
    until: soft(z.iso.date("a date that exists, in quotes or not, as in 2026-12-31"), "")
      .optional()
      .describe("Last day of the grant (UTC)."),
    reason: text("why, in a sentence").optional(),
  }).meta({
    description: "Somebody may do something somewhere.",
    oneOf: [{ required: ["team"] }, { required: ["person"] }, { required: ["agent"] }],
  });

  return map({
    company: text("the name of the company"),
    owners: list(person, "a list of user names, as in [ana, ben]").describe(
      "Who owns the realms and the workspace: two people at least.",
    ),
    environments: named(keyed(nameRules.environment), environment, "a map of environments").describe(
      "In the order in which a change passes through them.",
    ),
    people: named(keyed(nameRules.person), personEntry, "a map of people"),
    teams: named(keyed(nameRules.team), team, "a map of teams"),
    agents: named(keyed(nameRules.agent), agent, "a map of agents").optional(),
    projects: named(keyed(nameRules.project), project, "a map of projects"),
    grants: list(temper === "strict" ? grant.check(hasOneSubject) : grant, "a list of grants"),
  });
}

/** `access.yaml` as it is written, once it is known to be well formed. */
export type AccessFile = z.output<ReturnType<typeof accessSchema>>;
export type GrantEntry = AccessFile["grants"][number];

/** The JSON schema that editors use. */
export function jsonSchema(): Record<string, unknown> {
  return {
    title: "Who may do what, in Keycloak and in Bitbucket",
    ...z.toJSONSchema(accessSchema("strict"), { io: "input" }),
  };
}

const subjectKinds = ["team", "person", "agent"] as const;

type Subjects = { readonly [K in (typeof subjectKinds)[number]]?: string | undefined };

function hasOneSubject(payload: z.core.ParsePayload<Subjects>): void {
  const given = subjectKinds.filter((kind) => payload.value[kind] !== undefined);
  if (given.length === 1) return;
  payload.issues.push({
    code: "custom",
    path: [given[1] ?? "team"],
    input: payload.value,
    message: "exactly one of team, person, agent",
    params:
      given.length === 0
        ? { found: "nobody who is granted this", fix: 'add one, as in "team: payments"' }
        : { found: `${given.join(" and ")} in one grant`, fix: "write a grant for each" },
  });
}
