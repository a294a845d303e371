import { changed, companyText, problemsOf, settingsFor, withGrants } from "../testing/company";
import { readAccess } from "./validate";

/** The company with these grants, and a rule. */
const ruled = (rule: string, ...grants: string[]) => `${withGrants(...grants)}separation:\n  - { ${rule} }\n`;
const breakers = (text: string) =>
  problemsOf(text).map((problem) => /found (\S+ \S+), who can/.exec(problem)?.[1] ?? problem);

describe("never together", () => {
  test("by two teams of one person, on one repository", () => {
    const text = ruled(
      "never together: [merge, deploy:dev], on: ONE, reason: Four eyes",
      "team: leads, can: [merge], on: ONE/api",
    );
    expect(problemsOf(text)).toStrictEqual([
      "35:5  separation[0]: found person ana, who can do all of it: merge on ONE/api (leads → ONE/api → write → restrict_merges main); deploy:dev on ONE/api (leads → ONE/api → write → dev is open to whoever may write); allowed: nobody (Four eyes); take one of them away, or keep what is deployed in a repository of its own [separation-of-duties]",
    ]);
  });

  test("what is implied counts: who deploys to a restricted environment can lift the gate of the merge", () => {
    const text = ruled(
      "never together: [merge, deploy:prod]",
      "team: hands, can: [deploy:prod], on: ONE/api",
    );
    expect(breakers(text)).toStrictEqual(["person ben", "person cem"]);
  });

  test("two teams and a grant of one's own add up, an agent stands for itself, an empty team for whoever joins it", () => {
    const rule = "never together: [merge, administer], on: TWO";
    expect(
      breakers(
        ruled(
          rule,
          "team: hands, can: [administer], on: TWO",
          "agent: bot, can: [merge], on: TWO",
          "team: guests, can: [administer], on: TWO/docs",
        ),
      ),
    ).toStrictEqual(["person ben", "person cem", "team guests"]);
  });

  test("sides with a place of their own are looked for there", () => {
    const rule = "never together: [{ can: merge, on: ONE/api }, { can: administer, on: TWO }]";
    const merging = "team: leads, can: [merge], on: ONE/api";
    expect(breakers(ruled(rule, merging, "team: guests, can: [administer], on: TWO"))).toStrictEqual([]);
    expect(breakers(ruled(rule, merging, "team: makers, can: [administer], on: TWO"))).toStrictEqual([
      "person ana",
    ]);
  });

  test("on different repositories they are not together", () => {
    const grants = ["team: leads, can: [administer], on: TWO", "team: leads, can: [trigger], on: ONE/api"];
    expect(breakers(ruled("never together: [deploy:dev, administer]", ...grants))).toStrictEqual([]);
  });

  test("mistakes in the rule itself", () => {
    // Told once: not that everybody who may merge can do all of it.
    const merging = "team: leads, can: [merge], on: ONE/api";
    expect(problemsOf(ruled("never together: [merge]", merging))).toStrictEqual([
      "35:5  separation[0]: found one capability alone; allowed: two capabilities or more; say what it must not come together with, or remove the rule [complete-separations]",
    ]);
    expect(problemsOf(ruled("never together: []", merging))).toHaveLength(1);
    expect(problemsOf(ruled("never together: [mrege, deploy:prd], on: ONE/ap"))).toHaveLength(3);
  });
});

test("deployers are the only ones who can deploy, by whatever path", () => {
  const named = ["restricted: true", "restricted: true, deployers: [hands]"] as const;
  const grant = (line: string) => ["grants:\n", `grants:\n  - { ${line} }\n`] as const;
  expect(problemsOf(changed(named))).toStrictEqual([]);
  expect(problemsOf(changed(named, grant("team: hands, can: [deploy:prod], on: ONE")))).toStrictEqual([]);
  expect(problemsOf(changed(named, grant("team: guests, can: [administer], on: ONE")))).toStrictEqual([
    '5:58  environments.prod.deployers: found "team guests", who can deploy to prod too: deploy:prod on ONE/api (guests → ONE → admin → administrators deploy to prod); allowed: hands; take the right away, or name the team here [only-deployers]',
  ]);
  expect(problemsOf(changed(["restricted: true", "restricted: true, deployers: [hand]"]))).toHaveLength(1);
});

describe("only deployers", () => {
  const named = ["restricted: true", "restricted: true, deployers: [hands]"] as const;
  const granted = (line: string) => ["grants:\n", `grants:\n  - { ${line} }\n`] as const;

  test("of an environment whose name begins like another's, its own alone", () => {
    const text = changed(
      named,
      ["  prod: {", "  prod-eu: { type: production }\n  prod: {"],
      ["deploys: [dev, prod]", "deploys: [dev, prod, prod-eu]"],
      granted("team: guests, can: [deploy:prod-eu], on: ONE/api"),
    );
    expect(problemsOf(text)).toStrictEqual([]);
  });

  test("a person who is called like a team of theirs is none of them", () => {
    const text = changed(
      named,
      ["  cem: {", "  hands: {"],
      ["members: [ben, cem]", "members: [ben]"],
      granted("person: hands, can: [deploy:prod], on: ONE/api, until: 2026-12-31, reason: Away"),
    );
    expect(problemsOf(text)).toStrictEqual([
      expect.stringContaining('found "person hands", who can deploy to prod too: '),
    ]);
  });
});

test("grants that have ended break no rule any more, and until then they do", () => {
  const grant = "  - { person: cem, can: [deploy:prod], on: ONE/api, until: 2026-06-30, reason: R }\n";
  const deployers = changed(["restricted: true", "restricted: true, deployers: [leads]"]);
  const separated = companyText.replace(
    "grants:",
    "separation:\n  - never together: [trigger, deploy:prod]\ngrants:",
  );
  for (const text of [deployers, separated]) {
    const found = (asOf?: Date) => {
      const read = readAccess(text + grant, "f", settingsFor("dev"), undefined, asOf);
      return read.ok ? [] : read.problems.map(({ path }) => path);
    };
    expect(found(new Date("2026-07-01T00:00:00Z"))).toEqual([]);
    expect(found(new Date("2026-06-30T23:59:59Z"))).toHaveLength(1);
    expect(found()).toHaveLength(1);
  }
});

test("limits: fewer owners than the file wants, and a limit below two", () => {
  const limited = (limits: string) =>
    companyText.replace("environments:", `limits: { ${limits} }\nenvironments:`);
  expect(problemsOf(limited("owners: 3, removal: 10%"))).toStrictEqual([
    "2:9  owners: found 2 owners, ana, ben; allowed: 3 people at least; add another person who can answer for the realms and the workspace [two-owners]",
  ]);
  expect(problemsOf(limited("owners: 1"))).toHaveLength(1);
  expect(problemsOf(limited("removal: 0%"))).toStrictEqual([
    '3:20  limits.removal: found "0%"; allowed: a share from "1%" to "100%"; correct it',
  ]);
});

test("an agent's tokens live for minutes", () => {
  const life = (text: string) => changed(["bot: { owner: ben,", `bot: { owner: ben, tokenLife: ${text},`]);
  expect(problemsOf(life("15 minutes"))).toStrictEqual([]);
  expect(problemsOf(life("16 minutes"))).toStrictEqual([
    '18:33  agents.bot.tokenLife: found "16 minutes"; allowed: a length of time up to 15 minutes, as in "5 minutes"; correct it',
  ]);
});
