import { foundCompany } from "../../../access/testing/found";
import { lookText } from "./text";

test("what was found, in figures; what was not read of many is one line", () => {
  const refused = (slug: string) =>
    `cannot read the branch restrictions of repository acme/${slug}: bitbucket answered 403; the token lacks a scope`;
  const unread = [refused("web"), "there is no realm acme", refused("api"), refused("app")];
  expect(lookText({ ...foundCompany, unread }, "file.jsonl", "prod")).toMatchInlineSnapshot(`
    "workspace small: 1 project, 2 repositories, 3 groups, 3 accounts
      3 permissions that somebody gave, 0 rights that people have in the end, 6 branch restrictions, 1 environment with 1 variable
    realm small: 2 people, 1 group, 1 client of its own

    not read:
      cannot read the branch restrictions of repository acme/web: bitbucket answered 403; the token lacks a scope (and the same of 2 more)
      there is no realm acme

    begun 2026-06-15 12:00 UTC; nothing was written in either system; every answer is in file.jsonl
    next: npm run adopt -- propose prod"
  `);
});
