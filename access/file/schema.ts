/**
 * What `access.yaml` looks like. From this come three things that must never disagree: the problems of form that
 * people are told, the types that the parser reads, and `access.schema.json`, by which editors complete the file.
 */
import { z } from "zod";
import { secondsOf } from "../duration";
import { emailWords, isEmail } from "./email";
import { column, nameRules } from "./nameRules";
import { grantSchema, separationSchema } from "./schemaGrants";
import { projectSchema } from "./schemaProjects";
import { isServerUrl } from "../settings/serverUrl";
import { keyed, shapes, type Temper } from "./shapes";
import { environmentTypes, observable, type ObservedOfTeam } from "../vocabulary";

/** A team as the file nests it. */
export interface TeamEntry {
  owner: string;
  previously?: string | undefined;
  group?: string | undefined;
  description?: string | undefined;
  members?: string[] | undefined;
  observed?: ObservedOfTeam[] | undefined;
  teams?: Record<string, TeamEntry> | undefined;
}

/** An agent's token lives this long unless the file says otherwise, and longer than this never. Seconds. */
export const tokenLives = { usual: 300, longest: 900 } as const;

const tokenLifeWords = 'a length of time up to 15 minutes, as in "5 minutes"';
const jwksWords =
  'an https address (http only on this machine), as in "https://release-bot.acme.example/jwks.json"';
const dateWords = "a date that exists, in quotes or not, as in 2026-12-31";
const everyWords = 'a number of days, as in "90 days"';
const shareWords = 'a share from "1%" to "100%"';

/** The schema of `access.yaml`, in one of two tempers (see `shapes.ts`). */
export function accessSchema(temper: Temper) {
  const { soft, text, name, yesNo, count, choice, list, named, map } = shapes(temper);
  const person = name(nameRules.person).describe("User name of a person, as under `people`.");
  const account = name(nameRules.account).describe("UUID of the Bitbucket account, with braces.");

  const environment = map({
    previously: name(nameRules.environment)
      .optional()
      .describe(
        "The name of before, of the same environment: its gate, variables and credentials stay. Leave it until every stack was brought up.",
      ),
    type: choice(environmentTypes).describe("What Bitbucket calls the type of the deployment environment."),
    restricted: yesNo(false)
      .optional()
      .describe(
        "Whether only administrators of a repository may deploy. Needs the Premium plan. Default: false.",
      ),
    deployers: list(name(nameRules.team), "a list of teams, as in [platform]")
      .optional()
      .describe(
        "The only teams, and those within them, that may be able to deploy here, by whatever path. Default: whoever is granted it.",
      ),
  }).meta({
    description: "A place that software is deployed to, one in each system.",
    examples: [{ type: "production", restricted: true, deployers: ["platform"] }],
  });

  const personEntry = map({
    name: text("the full name, as in Ana Alvarez", column).describe("Full name."),
    email: soft(z.string(emailWords).refine(isEmail, emailWords), "").describe(
      "The address by which Keycloak's person and Bitbucket's account are matched.",
    ),
    account: account.optional(),
    previously: name(nameRules.person)
      .optional()
      .describe(
        "The user name of before, of the same person: account, memberships and links stay. Leave it until every stack was brought up.",
      ),
  }).meta({
    description: "Somebody who signs in.",
    examples: [{ name: "Ana Alvarez", email: "ana@acme.example" }],
  });

  const team: z.ZodType<TeamEntry> = z.lazy(() =>
    map({
      owner: person.describe("Who answers for the team: a user name."),
      previously: name(nameRules.team)
        .optional()
        .describe(
          "The name of before, of the same team: its group and the members of that stay. Leave it until every stack was brought up.",
        ),
      group: name(nameRules.group)
        .optional()
        .describe(
          "Name or slug of its group in Bitbucket, where that is called otherwise. Default: the team's name.",
        ),
      description: text("what the team is for, in a few words", column).optional(),
      members: list(person, "a list of user names, as in [ana, ben]")
        .optional()
        .describe("Its people. Leave out where Keycloak (LDAP, HR) owns the membership."),
      observed: list(choice(observable.team), "a list with members in it, as in [members]")
        .optional()
        .describe(
          "What is read and reported, and never written: who is in its group in Bitbucket. Default: owned, `sync` writes it.",
        ),
      teams: named(keyed(nameRules.team), team, "a map of teams")
        .optional()
        .describe("Teams within the team: each inherits what this one is granted."),
    }),
  );

  const agent = map({
    owner: person.describe("Who answers for the agent: a user name."),
    description: text("what the agent does, in a few words", column).optional(),
    account,
    tokenLife: soft(
      z
        .string(tokenLifeWords)
        .refine((life) => (secondsOf(life) ?? Infinity) <= tokenLives.longest, tokenLifeWords),
      "5 minutes",
    )
      .optional()
      .meta({
        description: "How long a token of the agent lives, 15 minutes at most. Default: 5 minutes.",
        examples: ["5 minutes"],
      }),
    jwks: soft(z.string(jwksWords).refine(isServerUrl, jwksWords), "")
      .optional()
      .meta({
        description:
          "Where the agent's public keys are (JWKS, ES256): with it, the agent has a client in Keycloak and exchanges the tokens of people for its own. Default: it acts in Bitbucket alone.",
        examples: ["https://release-bot.acme.example/jwks.json"],
      }),
  }).describe("A program that acts for people. What it may do is said by grants to it.");

  const limits = map({
    owners: count(1, "a whole number from 1 to 100")
      .optional()
      .describe("The least number of owners that a change may leave. Default: 2."),
    removal: soft(z.string(shareWords).regex(/^([1-9]\d?|100)%$/, shareWords), "25%")
      .optional()
      .meta({
        description:
          "The largest share of all rights that one change may remove without a second approval. Default: 25%.",
        examples: ["25%"],
      }),
  }).describe("What no change may do to the whole workspace by accident.");

  const review = map({
    last: soft(z.iso.date(dateWords), "").meta({
      description: "The day of the last one (UTC); before the first, the day from which the time counts.",
      examples: ["2026-09-30"],
    }),
    every: soft(z.string(everyWords).regex(/^[1-9]\d{0,3} days?$/, everyWords), "90 days").meta({
      description: "How long after that the next one is to be.",
      examples: ["90 days"],
    }),
  }).describe(
    "The periodic review of who may do what, of which `npm run remind` tells the owners in time. Default: nobody is reminded.",
  );

  return map({
    company: text("the name of the company", column),
    owners: list(person, "a list of user names, as in [ana, ben]").describe(
      "Who owns the realms and the workspace: two people at least, unless `limits` says otherwise.",
    ),
    limits: limits.optional(),
    review: review.optional(),
    control: list(name(nameRules.repositoryTarget), "a list of repositories, as in [OPS/access]")
      .optional()
      .describe(
        "The repositories that steer everything: that of this file, the runner, the audit trail. Whoever gains anything there, or loses a gate, needs the approval of an owner. The runner of the settings is one of them without being named.",
      ),
    environments: named(keyed(nameRules.environment), environment, "a map of environments").describe(
      "In the order in which a change passes through them.",
    ),
    people: named(keyed(nameRules.person), personEntry, "a map of people"),
    teams: named(keyed(nameRules.team), team, "a map of teams"),
    agents: named(keyed(nameRules.agent), agent, "a map of agents").optional(),
    projects: named(keyed(nameRules.projects), projectSchema(temper), "a map of projects"),
    grants: list(grantSchema(temper), "a list of grants"),
    separation: list(separationSchema(temper), "a list of what is never together")
      .optional()
      .describe("What nobody may be able to do all at once, by whatever path."),
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
