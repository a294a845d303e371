import * as pulumi from "@pulumi/pulumi";
import { keepsAWay, moveProblem } from "./move";

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

describe("before a list of variables takes the place of another", () => {
  const told = (oldInputs: object | undefined, newInputs: object) => ({
    urn: "urn:pulumi:dev::p::t::n",
    id: "id",
    name: "api.dev",
    type: "t",
    newInputs,
    ...(oldInputs && { oldInputs }),
  });
  const hook = keepsAWay(marks);

  test("it is stopped where the only way in would go, by the pipeline's name, also where the list is secret", async () => {
    const before = { variables: pulumi.secret(list("SECRET")) };
    await expect(hook(told(before, { variables: list("CLIENT") }))).rejects.toThrow(
      /^the pipeline of api\.dev would lose the only way in that its running steps know \(SECRET\): /,
    );
  });

  test("it goes on where a way stays, and where there was no list", async () => {
    await hook(told({ variables: list("SECRET") }, { variables: pulumi.secret(list("SECRET", "CLIENT")) }));
    await hook(told(undefined, { variables: list("CLIENT") }));
    await hook(told({}, { variables: list("CLIENT") }));
  });
});
