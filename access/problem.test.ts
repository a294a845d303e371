import { InvalidAccess, listed, renderProblem, renderProblems, shown, sortProblems } from "./problem";

const problem = {
  file: "access.yaml",
  line: 12,
  column: 7,
  path: "teams.a.owner",
  found: '"chn"',
  fix: "look",
};

test("a problem is one line with place, path, what was found, what is allowed and what to do", () => {
  expect(renderProblem({ ...problem, allowed: "ana, ben", fix: 'did you mean "chen"?' })).toBe(
    'access.yaml:12:7  teams.a.owner: found "chn"; allowed: ana, ben; did you mean "chen"?',
  );
});

test("the name of the check that found it comes last", () => {
  expect(renderProblem({ ...problem, check: "known-people" })).toBe(
    'access.yaml:12:7  teams.a.owner: found "chn"; look [known-people]',
  );
});

test("without a text there is no line, without a path no colon after it", () => {
  expect(renderProblem({ file: "stack", path: "", found: "nothing", fix: "add it" })).toBe(
    "stack  found nothing; add it",
  );
});

test("problems come in the order of the file, each once", () => {
  const lines = [10, 9, 10].map((line) => ({ ...problem, line }));
  expect(sortProblems(lines).map(({ line }) => line)).toStrictEqual([9, 10]);
  expect(renderProblems(lines).split("\n")).toHaveLength(2);
});

test("the error's message is all of them", () => {
  const error = new InvalidAccess([problem]);
  expect(error.message).toBe('access.yaml:12:7  teams.a.owner: found "chn"; look');
  expect(error.problems).toStrictEqual([problem]);
});

test.each([
  [undefined, "nothing"],
  [null, "an empty value"],
  [[], "an empty list"],
  [[1], "a list"],
  [{ secure: "v1:abc" }, "a map"],
  [7, "7"],
  ["a\nb\u001b[31m", '"a\\nb\\u001b[31m"'],
  ["https://ana:geheim@host/x", '"https://…@host/x"'],
  ["x".repeat(70), `"${"x".repeat(60)}…"`],
])("%j is shown as %s", (value, text) => {
  expect(shown(value)).toBe(text);
});

test("a long list of names is cut", () => {
  expect(listed([])).toBe("none is declared");
  expect(listed(["a", "b"])).toBe("a, b");
  expect(listed("abcdefghijklmnop".split(""))).toBe("a, b, c, d, e, f, g, h, i, j, k, l, … (16 in all)");
});
