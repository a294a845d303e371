import { changed, problemsOf } from "../testing/company";

describe("unknown names", () => {
  test.each<[string, string, string, string]>([
    [
      "an owner",
      "owners: [ana, ben]",
      "owners: [ana, bne]",
      '2:15  owners[1]: found "bne"; allowed: ana, ben, cem; did you mean "ben"? [known-people]',
    ],
    [
      "a team's owner",
      "guests: { owner: ben",
      "guests: { owner: zoe",
      '16:20  teams.guests.owner: found "zoe"; allowed: ana, ben, cem; declare it under "people" [known-people]',
    ],
    [
      "a member",
      "[ben, cem]",
      "[ben, cen]",
      '15:43  teams.makers.teams.hands.members[1]: found "cen"; allowed: ana, ben, cem; did you mean "cem"? [known-people]',
    ],
    [
      "an agent's owner",
      "bot: { owner: ben",
      "bot: { owner: nobody",
      '18:17  agents.bot.owner: found "nobody"; allowed: ana, ben, cem; declare it under "people" [known-people]',
    ],
    [
      "an environment that a repository deploys to",
      "web: { deploys: [dev]",
      "web: { deploys: [devel]",
      '26:24  projects.ONE.repositories.web.deploys[0]: found "devel"; allowed: dev, prod; declare it under "environments" [known-environments]',
    ],
    [
      "an environment in a grant",
      "can: [trigger]",
      "can: [deploy:prd]",
      '33:27  grants[0].can[0]: found "deploy:prd"; allowed: deploy:dev, deploy:prod; did you mean "deploy:prod"? [known-environments]',
    ],
    [
      "a capability",
      "can: [trigger]",
      "can: [triger]",
      '33:27  grants[0].can[0]: found "triger"; allowed: read, trigger, merge, administer, deploy:<environment>; did you mean "trigger"?',
    ],
    [
      "an agent in a grant",
      "team: makers",
      "agent: bott",
      '33:14  grants[0].agent: found "bott"; allowed: bot; did you mean "bot"? [known-subjects]',
    ],
    [
      "a project in a grant",
      "on: ONE }",
      "on: One }",
      '33:41  grants[0].on: found "One"; allowed: ONE, TWO, or one of their repositories, as PROJECT/repository; did you mean "ONE"? [known-targets]',
    ],
    [
      "a repository without its project",
      "on: ONE/api",
      "on: api",
      '34:38  grants[1].on: found "api"; allowed: ONE, TWO, or one of their repositories, as PROJECT/repository; did you mean "ONE/api"? [known-targets]',
    ],
  ])("%s", (_, before, after, problem) => {
    expect(problemsOf(changed([before, after]))).toStrictEqual([problem]);
  });
});
