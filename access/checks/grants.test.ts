import { companyText, problemsOf, warningsOf, withGrants } from "../testing/company";

describe("grants", () => {
  const first = 33;
  test.each<[string, string[], string[]]>([
    [
      "an empty on",
      ["team: makers, can: [read], on: []"],
      [`${first}:38  grants[0].on: found an empty list; say where, or remove the grant [complete-grants]`],
    ],
    [
      "a repository that never deploys there",
      ["team: makers, can: [deploy:prod], on: ONE/web"],
      [
        `${first}:27  grants[0].can[0]: found "deploy:prod", although ONE/web never deploys to prod; allowed: deploy:dev; add prod to "deploys" of the repository, or remove it here [deployed-environments]`,
      ],
    ],
    [
      "a person without reason, end and account",
      ["person: ben, can: [read], on: ONE"],
      [
        `${first}:15  grants[0].person: found a grant to the person "ben" without "reason"; add "reason", or grant it to a team [person-grants]`,
        `${first}:15  grants[0].person: found a grant to the person "ben" without "until"; add "until", its last day, or grant it to a team [person-grants]`,
        `${first}:15  grants[0].person: found a grant to the person "ben" without "account"; add "account", the UUID of the Bitbucket account, to people.ben [person-grants]`,
      ],
    ],
    [
      "a person with all three",
      ['person: cem, can: [read], on: ONE, until: 2026-12-31, reason: "Audit"'],
      [],
    ],
    [
      "a day that does not exist",
      ['person: cem, can: [read], on: ONE, until: 2026-02-29, reason: "Audit"'],
      [
        `${first}:49  grants[0].until: found "2026-02-29"; allowed: a day that exists, as in 2026-12-31, or a moment with its time zone, as in 2026-12-31T18:00+01:00 or 2026-12-31 18:00 Europe/Berlin; correct it`,
      ],
    ],
    [
      "an agent that would administer, because it deploys to a restricted environment",
      ["agent: bot, can: [deploy:dev, deploy:prod], on: ONE/api"],
      [
        `${first}:37  grants[0].can[1]: found "deploy:prod" for an agent, and who deploys to the restricted prod is administrator; allowed: anything that does not make an agent an administrator; let a team deploy there [agent-grants]`,
      ],
    ],
    [
      "two subjects, and none",
      ["team: makers, person: cem, can: [read], on: ONE", "can: [read], on: TWO"],
      [
        `${first}:29  grants[0].person: found team and person in one grant; allowed: exactly one of team, person, agent; write a grant for each`,
        `${first + 1}:5  grants[1].team: found nobody who is granted this; allowed: exactly one of team, person, agent; add one, as in "team: payments"`,
      ],
    ],
    [
      "the same twice",
      ["team: makers, can: [read, trigger], on: ONE", "team: makers, can: [trigger], on: [TWO, ONE]"],
      [
        `${first + 1}:27  grants[1].can[0]: found "trigger" on ONE for team makers a second time (see line 33); keep one of the two grants [unique-grants]`,
      ],
    ],
  ])("%s", (_, grants, problems) => {
    expect(problemsOf(withGrants(...grants))).toStrictEqual(problems);
  });
});

test("a deployer of a restricted environment becomes an administrator, which is a warning", () => {
  expect(warningsOf(withGrants("team: hands, can: [deploy:dev, deploy:prod], on: [ONE]"))).toStrictEqual([
    '33:38  grants[0].can[1]: found "deploy:prod", by which team hands becomes administrator of ONE; Bitbucket lets only administrators deploy to a restricted environment: mean it, or keep what deploys to prod in a repository of its own [deployers-never-administer]',
  ]);
  expect(warningsOf(companyText)).toStrictEqual([]);
});
