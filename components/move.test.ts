import { moveProblem } from "./move";

const marks = ["SECRET", "CLIENT"];
const list = (...keys: string[]) => keys.map((key) => ({ key }));

test.each([
  [["SECRET"], ["SECRET", "CLIENT"]],
  [["SECRET", "CLIENT"], ["CLIENT"]],
  [["SECRET", "CLIENT"], ["SECRET"]],
  [["SECRET", "OTHER"], ["SECRET"]],
  [[], ["CLIENT"]],
  [["OTHER"], ["SECRET"]],
])("from %j to %j: whoever was told of the one still gets in", (before, after) => {
  expect(moveProblem("api.dev", marks, list(...before), list(...after))).toBeUndefined();
});

test.each([
  [["SECRET", "OTHER"], ["CLIENT", "OTHER"], "SECRET"],
  [["CLIENT"], ["SECRET"], "CLIENT"],
  [["SECRET", "CLIENT"], ["OTHER"], "SECRET, CLIENT"],
])("from %j to %j: refused, with what to do", (before, after, ways) => {
  expect(moveProblem("api.dev", marks, list(...before), list(...after))).toBe(
    `the pipeline of api.dev would lose the only way in that its running steps know (${ways}): bring it up with "credential: both" first, in the stack file or at the repository, and change that once the longest pipeline has ended`,
  );
});
