/** Whose word counts for one thing, whatever else stands about the pull request. */
import type { Ask, Model } from "../../access";
import { answerOf } from "./answer";
import type { Basis, Step } from "./origins";

type Person = Model["people"][number];

const ask = {
  need: { reason: "something grave", projects: [], beneficiaries: [], atoms: [] },
  place: "the company",
  approvers: ["ana"],
} as const satisfies Ask;
const answer = (into: string, people: readonly Person[] = [], beneficiaries: readonly string[] = []) => {
  const pullRequest = { id: 1, authors: new Set(), strangers: [], approvedBy: ["{ana}"], stale: [], into, refusals: [] }; // prettier-ignore
  const accounts = {
    of: () => Promise.resolve({ account: "{ana}" }),
    behind: ({ account }: Pick<Person, "account">) => Promise.resolve(account),
  };
  const model = { agents: [], people, teams: [] } as unknown as Basis["model"];
  const basis = { model, before: { model } } as Basis;
  const origin = {
    commit: { hash: "c0ffee", parents: [], message: "" },
    pullRequest,
  } as unknown as Step[number];
  return answerOf({ ...ask, need: { ...ask.need, beneficiaries } }, origin, {
    branch: "main",
    accounts,
    basis,
  });
};

test("an approval into another branch than the one that is deployed is none", async () => {
  expect((await answer("main")).by).toBe("ana");
  expect(await answer("release")).toEqual({
    reason: "something grave: pull request #1 was merged into release, and not into main",
  });
});

test.each<[string, Partial<Person>, Partial<Person>]>([
  ["the file names that of somebody who gains", {}, { account: "{ana}" }],
  ["the file names that of the approver", { account: "{ana}" }, {}],
])("one account that gains and approves is one person: %s", async (_, approver, gaining) => {
  const person = (username: string) => ({ username, name: username, email: `${username}@small.example` });
  const people = [
    { ...person("ana"), ...approver },
    { ...person("dan"), ...gaining },
  ];
  expect((await answer("main", people)).by).toBe("ana");
  expect((await answer("main", people, ["dan"])).reason).toContain(
    "ana has the account of dan, who gains by this change",
  );
});
