import { changed, companyText, modelOf } from "../testing/company";
import { guardChangesOf } from "./guardChanges";

/** What a change of the small company does, a line each. */
function guards(...changes: readonly (readonly [before: string, after: string])[]): string[] {
  return guardChangesOf(modelOf(companyText), modelOf(changed(...changes))).map(
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
    "somebody new, whose address is no change",
    [["teams:\n", "  dan: { name: Dan, email: dan@small.example }\nteams:\n"]],
    [],
  ],
])("%s", (_, changes, expected) => {
  expect(guards(...changes)).toEqual(expected);
});
