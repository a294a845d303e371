import * as pulumi from "@pulumi/pulumi";
import { keepsSignInMethod, lostMethod } from "./keepsSignInMethod";
import { hookArgs } from "./testing/hook";

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
  expect(lostMethod("api.dev", marks, list(...before), list(...after))).toBeUndefined();
});

test.each([
  [["SECRET", "OTHER"], ["CLIENT", "OTHER"], "SECRET"],
  [["CLIENT"], ["SECRET"], "CLIENT"],
  [["SECRET", "CLIENT"], ["OTHER"], "SECRET, CLIENT"],
])("from %j to %j: refused, with what to do", (before, after, ways) => {
  expect(lostMethod("api.dev", marks, list(...before), list(...after))).toBe(
    `the pipeline of api.dev would lose the only way in that its running steps know (${ways}): bring it up with "credential: both" first, in the stack file or at the repository, and change that once the longest pipeline has ended`,
  );
});

describe("before a list of variables takes the place of another", () => {
  const hook = keepsSignInMethod(marks);

  test("it is stopped where the only way in would go, by the pipeline's name, also where the list is secret", async () => {
    const before = { variables: pulumi.secret(list("SECRET")) };
    await expect(hook(hookArgs({ variables: list("CLIENT") }, before))).rejects.toThrow(
      /^the pipeline of api\.dev would lose the only way in that its running steps know \(SECRET\): /,
    );
  });

  test("it goes on where a way stays, and where there was no list", async () => {
    await hook(
      hookArgs({ variables: pulumi.secret(list("SECRET", "CLIENT")) }, { variables: list("SECRET") }),
    );
    await hook(hookArgs({ variables: list("CLIENT") }));
    await hook(hookArgs({ variables: list("CLIENT") }, {}));
  });
});
