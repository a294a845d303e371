import { attendsSamlKey, isSafe } from "./attendsSamlKey";
import { hookArgs } from "./testing/hook";

const beneath = { active: false, priority: 90 };
const above = (priority: number) => ({ active: true, priority });

test.each<[string, Parameters<typeof isSafe>, boolean]>([
  ["a key that cannot sign is made", [undefined, beneath], true],
  ["one that signs is made", [undefined, above(101)], false],
  ["nothing changes", [above(101), above(101)], true],
  ["it begins to sign", [beneath, above(101)], false],
  ["it ceases to sign", [above(101), beneath], false],
  ["it outranks another", [above(101), above(102)], false],
  ["one that cannot sign moves", [beneath, { active: false, priority: 80 }], true],
])("%s: safe without a person: %s", (_, [before, after], safe) => {
  expect(isSafe(before, after)).toBe(safe);
});

test("a key that cannot sign is made by any run", async () => {
  await attendsSamlKey(1, undefined)(hookArgs(beneath));
});

test("one that would sign at once is made by none: a new realm begins with a key of its own", async () => {
  await expect(attendsSamlKey(1, undefined)(hookArgs(above(101)))).rejects.toThrow(
    new Error(
      "the stack file wants SAML key 1 to sign, which this realm does not have: take samlKey out of the stack file, since a new realm begins with a key of its own",
    ),
  );
});

test.each([undefined, 2])(
  "which one signs is changed by no run that is attended for %s",
  async (attended) => {
    await expect(attendsSamlKey(1, attended)(hookArgs(above(101), beneath))).rejects.toThrow(
      new Error(
        'this would change which certificate signs SAML, and so end every sign-in to Bitbucket until Atlassian has the other: a person does that, by "npm run rotate -- <stack> --now saml-key --confirm <fingerprint>"; if that was done elsewhere, bring the stack file up to date',
      ),
    );
  },
);

test("a person who stands behind the run for this very key has it sign", async () => {
  await attendsSamlKey(1, 1)(hookArgs(above(101), beneath));
});
