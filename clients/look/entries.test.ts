/** What stands in places that become owned, in the words that people read. */
import { BitbucketError } from "@pulumi/bitbucket/api/explain";
import { compile } from "../../access";
import { companyText, modelOf, settingsFor } from "../../access/testing/company";
import { entriesFound } from "./entries";
import type { Reader } from "./reader";

const model = modelOf(companyText);
const { governed } = compile(model, settingsFor("dev"), new Date()).bitbucket;
const cem = "{00000000-0000-0000-0000-00000000000c}";
const user = (uuid: string, display_name: string, permission: string) => ({
  user: { uuid, display_name },
  permission,
});

function reading(answers: Readonly<Record<string, readonly object[] | Error>>) {
  const asked: string[] = [];
  const read = {
    list: (path: string, at: Record<string, string>) => {
      const place = `${Object.values(at).join()} ${path.split("/").slice(-2).join("/")}`;
      asked.push(place);
      const answer = answers[place] ?? [];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  } as unknown as Reader;
  const find = (permissions: readonly string[], branches: readonly string[], most = Infinity) => {
    if (!governed) throw new Error("the stack does not govern");
    const owning = { permissions: new Set(permissions), branches: new Set(branches) };
    return entriesFound(model, governed, "premium", owning, read, most);
  };
  return { asked, find };
}

test("each entry that would go or change is a line, each right a grant, and what is as declared is not told", async () => {
  const { asked, find } = reading({
    "ONE permissions-config/groups": [
      { group: { slug: "makers" }, permission: "write" },
      { group: { slug: "leads" }, permission: "admin" },
      { group: { slug: "others" }, permission: "create-repo" },
    ],
    "api permissions-config/users": [
      user("{g}", "goran", "admin"),
      user(cem, "Cem", "read"),
      user("{n}", "n", "none"),
    ],
    "api {repo_slug}/branch-restrictions": [
      { kind: "push", pattern: "main" },
      { kind: "delete", branch_type: "release" },
      { kind: "force", pattern: "old/*" },
    ],
  });
  expect(await find(["ONE", "ONE/api"], ["ONE/api"])).toEqual({
    lines: [
      "ONE: team leads: admin would become write",
      "ONE: team group others: create-repo would go",
      "ONE/api: goran: admin would go",
      "ONE/api: cem: read would go",
      "ONE/api: branch restriction delete on release branches would go",
      "ONE/api: branch restriction force on old/* would go",
    ],
    grants: [
      { subject: { kind: "team", name: "makers" }, can: ["trigger"], on: ["ONE"] },
      { subject: { kind: "team", name: "leads" }, can: ["administer"], on: ["ONE"] },
      { subject: { kind: "team", name: "group others" }, can: ["trigger"], on: ["ONE"] },
      { subject: { kind: "person", name: "goran" }, can: ["administer"], on: ["ONE/api"] },
      { subject: { kind: "person", name: "cem" }, can: ["read"], on: ["ONE/api"] },
    ],
    unread: [],
  });
  expect(asked).toHaveLength(5);
});

test("nothing is asked of what is owned already; what may not be read, or is too much, is said", async () => {
  const none = reading({});
  expect(await none.find([], [])).toEqual({ lines: [], grants: [], unread: [] });
  expect(none.asked).toEqual([]);
  const refused = new BitbucketError("bitbucket answered 403", 403, false);
  const { find } = reading({ "api permissions-config/groups": refused });
  expect((await find(["ONE/api", "ONE/web"], [], 1)).unread).toEqual([
    "who holds what on ONE/api, and loses it: bitbucket answered 403",
    "who holds what on 1 more repositories, which a deploy looks at",
  ]);
});
