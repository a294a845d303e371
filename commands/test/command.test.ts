import { jestArguments, kindOf } from "./command";

test("the first argument may be a kind; the rest is Jest's", () => {
  expect(kindOf(["unit", "access", "-t", "x"])).toEqual({ kind: "unit", rest: ["access", "-t", "x"] });
  expect(kindOf(["access", "unit"])).toEqual({ kind: undefined, rest: ["access", "unit"] });
  expect(kindOf([])).toEqual({ kind: undefined, rest: [] });
});

test("one kind is one project of Jest's configuration", () => {
  expect(jestArguments("e2e", ["-t", "x"]).slice(3)).toEqual(["-t", "x", "--selectProjects", "e2e"]);
  expect(jestArguments(undefined, []).slice(3)).toEqual([]);
});
