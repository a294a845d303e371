import { changed, problemsOf } from "../testing/company";

describe("names that are taken", () => {
  test.each<[string, string, string, string]>([
    [
      "by another team of the tree",
      "guests: {",
      "hands: {",
      '16:3  teams.hands: found a second team called "hands" (see line 15); rename one: the name of a team is unique in the whole tree [unique-teams]',
    ],
    [
      "by another person's address, whatever its case",
      "ben@small",
      "ANA@Small",
      '8:28  people.ben.email: found the address "ana@small.example" of somebody else (see line 7); give each person an address of their own; upper and lower case are the same [unique-emails]',
    ],
    [
      "by a person's account",
      "0000b0",
      "00000c",
      '18:31  agents.bot.account: found the account "{00000000-0000-0000-0000-00000000000c}" of somebody else (see line 9); give each person and each agent an account of their own [unique-accounts]',
    ],
    [
      "by a repository of another project",
      "docs: {}",
      "web: {}",
      '31:7  projects.TWO.repositories.web: found a second repository "web" (see line 26); keep it in one project: a slug is unique in the workspace [unique-repositories]',
    ],
  ])("%s", (_, before, after, problem) => {
    expect(problemsOf(changed([before, after]))).toStrictEqual([problem]);
  });

  test("by an address whose accents are written apart", () => {
    const text = changed(["ana@small", "\u00e4na@small"], ["ben@small", "a\u0308na@small"]);
    expect(problemsOf(text)).toEqual([expect.stringContaining('found the address "\u00e4na@small.example"')]);
  });
});
