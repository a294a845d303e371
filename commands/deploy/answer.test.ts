/** Whose word counts for one thing, whatever else stands about the pull request. */
import type { Ask } from "../../access";
import { answerOf } from "./answer";
import type { Basis, Step } from "./origins";

const ask = {
  need: { reason: "something grave", projects: [], beneficiaries: [], atoms: [] },
  place: "the company",
  approvers: ["ana"],
} as const satisfies Ask;
const answer = (into: string) => {
  const pullRequest = { id: 1, authors: new Set(), strangers: [], approvedBy: ["{ana}"], stale: [], into, refusals: [] }; // prettier-ignore
  const accounts = {
    of: () => Promise.resolve({ account: "{ana}" }),
    behind: () => Promise.resolve(undefined),
  };
  const basis = { model: { agents: [], people: [] } } as unknown as Basis;
  const origin = {
    commit: { hash: "c0ffee", parents: [], message: "" },
    pullRequest,
  } as unknown as Step[number];
  return answerOf(ask, origin, { branch: "main", accounts, basis });
};

test("an approval into another branch than the one that is deployed is none", async () => {
  expect((await answer("main")).by).toBe("ana");
  expect(await answer("release")).toEqual({
    reason: "something grave: pull request #1 was merged into release, and not into main",
  });
});
