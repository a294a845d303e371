import { problemsOf, withGrants } from "../testing/company";

describe("a grant that changes nothing", () => {
  const noop = (found: string, has: string) =>
    `34:27  grants[1].can[0]: found ${found}, which ${has} (see line 33); remove it: rights only add up, and none is taken back further down [effective-grants]`;

  test.each<[string, string, string, string[]]>([
    [
      "lower on the repository than on the project",
      "team: makers, can: [trigger], on: ONE",
      "team: makers, can: [read], on: ONE/api",
      [noop('"read" on ONE/api', "team makers has already: team makers has trigger on ONE")],
    ],
    [
      "the same as the project's",
      "team: makers, can: [merge], on: ONE",
      "team: makers, can: [merge], on: ONE/api",
      [noop('"merge" on ONE/api', "team makers has already: team makers has merge on ONE")],
    ],
    [
      "the same as a parent team's",
      "team: makers, can: [merge], on: ONE",
      "team: hands,  can: [merge], on: ONE",
      [noop('"merge" on ONE', "team hands has already: team makers has merge on ONE")],
    ],
    [
      "lower than a parent team's on the project",
      "team: makers, can: [deploy:prod], on: ONE",
      "team: hands,  can: [trigger], on: ONE/web",
      [noop('"trigger" on ONE/web', "team hands has already: team makers has deploy:prod on ONE")],
    ],
    [
      "longer than what covers it: it will matter",
      'team: makers, can: [trigger], on: ONE, until: "2026-01-31"',
      "team: makers, can: [read], on: ONE/api",
      [],
    ],
    [
      "shorter than what covers it",
      'team: makers, can: [trigger], on: ONE, until: "2026-02-28"',
      'team: makers, can: [read], on: ONE/api, until: "2026-01-31"',
      [noop('"read" on ONE/api', "team makers has already: team makers has trigger on ONE")],
    ],
    [
      "as long as what covers it",
      'team: makers, can: [trigger], on: ONE, until: "2026-01-31"',
      'team: makers, can: [read], on: ONE/api, until: "2026-01-31"',
      [noop('"read" on ONE/api', "team makers has already: team makers has trigger on ONE")],
    ],
    [
      "until a later day than what covers it: it will matter",
      'team: makers, can: [trigger], on: ONE, until: "2026-01-31"',
      'team: makers, can: [read], on: ONE/api, until: "2026-02-28"',
      [],
    ],
    [
      "merging, though the project is administered: a permission makes nobody a merger",
      "team: makers, can: [administer], on: ONE",
      "team: makers, can: [merge], on: ONE/api",
      [],
    ],
    [
      "another capability of the same permission: a role of its own in Keycloak",
      "team: makers, can: [trigger], on: ONE",
      "team: hands, can: [merge], on: ONE/api",
      [],
    ],
    [
      "another project",
      "team: makers, can: [trigger], on: ONE",
      "team: makers, can: [read], on: TWO/docs",
      [],
    ],
    [
      "a parent's lower than its child's: others are in the parent",
      "team: hands, can: [trigger], on: ONE",
      "team: makers, can: [read], on: ONE",
      [],
    ],
  ])("%s", (_, outer, inner, problems) => {
    expect(problemsOf(withGrants(outer, inner))).toStrictEqual(problems);
  });
});
