import { changed, companyText, problemsOf, settingsFor } from "../testing/company";

describe("unknown names", () => {
  test.each<[string, string, string, string]>([
    [
      "an owner",
      "owners: [ana, ben]",
      "owners: [ana, bne]",
      '2:15  owners[1]: found "bne"; allowed: ana, ben, cem; did you mean "ben"?',
    ],
    [
      "a team's owner",
      "guests: { owner: ben",
      "guests: { owner: zoe",
      '16:20  teams.guests.owner: found "zoe"; allowed: ana, ben, cem; declare it under "people"',
    ],
    [
      "a member",
      "[ben, cem]",
      "[ben, cen]",
      '15:43  teams.makers.teams.hands.members[1]: found "cen"; allowed: ana, ben, cem; did you mean "cem"?',
    ],
    [
      "an agent's owner",
      "bot: { owner: ben",
      "bot: { owner: nobody",
      '18:17  agents.bot.owner: found "nobody"; allowed: ana, ben, cem; declare it under "people"',
    ],
    [
      "a project's owner",
      "owner: leads",
      "owner: lead",
      '22:12  projects.ONE.owner: found "lead"; allowed: makers, leads, hands, guests; did you mean "leads"?',
    ],
    [
      "an environment that a repository deploys to",
      "web: { deploys: [dev]",
      "web: { deploys: [devel]",
      '26:24  projects.ONE.repositories.web.deploys[0]: found "devel"; allowed: dev, prod; declare it under "environments"',
    ],
    [
      "an environment in a grant",
      "can: [trigger]",
      "can: [deploy:prd]",
      '33:27  grants[0].can[0]: found "deploy:prd"; allowed: deploy:dev, deploy:prod; did you mean "deploy:prod"?',
    ],
    [
      "a capability",
      "can: [trigger]",
      "can: [triger]",
      '33:27  grants[0].can[0]: found "triger"; allowed: read, trigger, merge, administer, deploy:<environment>; did you mean "trigger"?',
    ],
    [
      "a team in a grant",
      "team: makers",
      "team: markers",
      '33:13  grants[0].team: found "markers"; allowed: makers, leads, hands, guests; did you mean "makers"?',
    ],
    [
      "an agent in a grant",
      "team: makers",
      "agent: bott",
      '33:14  grants[0].agent: found "bott"; allowed: bot; did you mean "bot"?',
    ],
    [
      "a project in a grant",
      "on: ONE }",
      "on: One }",
      '33:41  grants[0].on: found "One"; allowed: ONE, TWO, or one of their repositories, as PROJECT/repository; did you mean "ONE"?',
    ],
    [
      "a repository in a grant",
      "on: ONE/api",
      "on: ONE/ap",
      '34:38  grants[1].on: found "ONE/ap"; allowed: ONE/api, ONE/web; did you mean "ONE/api"?',
    ],
    [
      "a repository without its project",
      "on: ONE/api",
      "on: api",
      '34:38  grants[1].on: found "api"; allowed: ONE, TWO, or one of their repositories, as PROJECT/repository; did you mean "ONE/api"?',
    ],
  ])("%s", (_, before, after, problem) => {
    expect(problemsOf(changed([before, after]))).toStrictEqual([problem]);
  });

  test("the environment that the stack stands for", () => {
    expect(problemsOf(companyText, settingsFor("qa"))).toStrictEqual([
      '3:1  environments: found no environment "qa", which the stack stands for; allowed: dev, prod; declare it, or change the dial "environment" of the stack file',
    ]);
  });
});
