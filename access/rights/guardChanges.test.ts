import { changed, companyText, modelOf, settingsFor } from "../testing/company";
import type { Model } from "../model";
import { guardChangesOf } from "./guardChanges";

const declared = (model: Model) => ({ model, settings: settingsFor("prod"), exceptions: [] });

/** What a change of the small company does, a line each. */
function guards(...changes: readonly (readonly [before: string, after: string])[]): string[] {
  return guardChangesOf(declared(modelOf(companyText)), declared(modelOf(changed(...changes)))).map(
    ({ about, what, before = "–", after = "–", weaker }) =>
      `${about}: ${what}: ${before} → ${after}${weaker ? ", weaker" : ""}`,
  );
}

test.each<[string, readonly (readonly [string, string])[], string[]]>([
  ["nothing", [], []],
  [
    "another owner",
    [["owners: [ana, ben]", "owners: [ana, cem]"]],
    ["owner: owner ben: ben → –, weaker", "owner: owner cem: – → cem"],
  ],
  [
    "a production that everybody who writes deploys to",
    [[", restricted: true", ""]],
    ["environment: environment prod: restricted → open to whoever may write, weaker"],
  ],
  [
    "a stricter test environment",
    [["dev: { type: test }", "dev: { type: test, restricted: true }"]],
    ["environment: environment dev: open to whoever may write → restricted"],
  ],
  [
    "fewer owners, and more that may go at once",
    [["environments:", "limits: { owners: 1, removal: 50% }\nenvironments:"]],
    [
      "rule: largest share of rights that a change removes: 0.25 → 0.5, weaker",
      "rule: least number of owners: 2 → 1, weaker",
    ],
  ],
  [
    "more owners, and less that may go at once",
    [["environments:", "limits: { owners: 3, removal: 10% }\nenvironments:"]],
    [
      "rule: largest share of rights that a change removes: 0.25 → 0.1",
      "rule: least number of owners: 2 → 3",
    ],
  ],
  [
    "fewer approvals, of the repositories that take their project's protection",
    [["approvals: 1", "approvals: 0"]],
    ["branch: ONE/api, branch main, approvals: 1 → none, weaker"],
  ],
  [
    "another pattern",
    [["main: { approvals: 1 }", "release/*: { approvals: 1 }"]],
    [
      "branch: ONE/api, branch main: protected → –, weaker",
      "branch: ONE/api, branch release/*: – → protected",
    ],
  ],
  [
    "another team that answers for a project",
    [["    owner: leads\n", "    owner: hands\n"]],
    ["answers: who answers for project ONE: leads → hands, weaker"],
  ],
  [
    "another account, another address, another program",
    [
      ["email: ana@small.example", "email: mallory@small.example"],
      ["00000000000c", "00000000000d"],
      ["0000000000b0", "0000000000b1"],
    ],
    [
      "identity: Bitbucket account of bot: {00000000-0000-0000-0000-0000000000b0} → {00000000-0000-0000-0000-0000000000b1}, weaker",
      "identity: Bitbucket account of cem: {00000000-0000-0000-0000-00000000000c} → {00000000-0000-0000-0000-00000000000d}, weaker",
      "identity: e-mail address of ana: ana@small.example → mallory@small.example, weaker",
    ],
  ],
  [
    "a first account for somebody who is known",
    [
      [
        "email: ben@small.example",
        `email: ben@small.example, account: "{${"0".repeat(8)}-0000-0000-0000-00000000000e}"`,
      ],
    ],
    ["identity: Bitbucket account of ben: – → {00000000-0000-0000-0000-00000000000e}, weaker"],
  ],
  [
    "an account that is no longer named",
    [[', account: "{00000000-0000-0000-0000-00000000000c}"', ""]],
    ["identity: Bitbucket account of cem: {00000000-0000-0000-0000-00000000000c} → –, weaker"],
  ],
  [
    "somebody new, whose address is no change",
    [["teams:\n", "  dan: { name: Dan, email: dan@small.example }\nteams:\n"]],
    [],
  ],
])("%s", (_, changes, expected) => {
  expect(guards(...changes)).toEqual(expected);
});

/** From, to: whether a merge waits for less afterwards. */
const ruleChanges: readonly (readonly [rule: string, before: string, after: string, weaker: boolean])[] = [
  ["approvals", "1", "2", false],
  ["approvals", "2", "1", true],
  ["commitsBehind", "absent", "3", false],
  ["commitsBehind", "3", "5", true],
  ["commitsBehind", "5", "3", false],
  ["commitsBehind", "3", "absent", true],
  ["tasksCompleted", "absent", "true", false],
  ["tasksCompleted", "true", "absent", true],
  ["autoMerge", "absent", "true", true],
  ["autoMerge", "true", "absent", false],
  ["keepApprovalsOfSameDiff", "absent", "true", true],
  ["keepApprovalsOfSameDiff", "true", "absent", false],
];

test.each(ruleChanges)("merge rule %s from %s to %s: weaker is %s", (rule, before, after, weaker) => {
  const model = modelOf(companyText);
  const withRule = (value: string): Model => ({
    ...model,
    repositories: model.repositories.map((repository) => ({
      ...repository,
      branches: repository.branches.map((branch) => {
        const others = Object.fromEntries(Object.entries(branch.rules).filter(([name]) => name !== rule));
        return {
          ...branch,
          rules: value === "absent" ? others : { ...others, [rule]: JSON.parse(value) as number },
        };
      }),
    })),
  });
  const found = guardChangesOf(declared(withRule(before)), declared(withRule(after)));
  expect(found.length).toBeGreaterThan(0);
  expect(found.map((one) => one.weaker)).toEqual(found.map(() => weaker));
});
