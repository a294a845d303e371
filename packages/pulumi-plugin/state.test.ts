import { plain, readState, resourcesIn, stackOutput } from "./state";

const stack = {
  urn: "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod",
  type: "pulumi:pulumi:Stack",
  custom: false,
  outputs: { baseline: "b1", secret: { plaintext: '"s"' } },
};
const exported = JSON.stringify({ version: 3, deployment: { manifest: {}, resources: [stack] } });

test("a state is read as it is, so that it can be written again", () => {
  expect(readState(exported)).toEqual({ version: 3, deployment: { manifest: {}, resources: [stack] } });
});

test("its resources come from the text, or from what was read already; a stack that was never brought up has none", () => {
  expect(resourcesIn(exported)).toEqual([stack]);
  expect(resourcesIn(readState(exported))).toEqual([stack]);
  expect(resourcesIn('{"version":3,"deployment":{}}')).toEqual([]);
});

test("an output of the stack is found where it is a text that is no secret", () => {
  expect(stackOutput([stack], "baseline")).toBe("b1");
  expect(stackOutput([stack], "secret")).toBeUndefined();
  expect(stackOutput([stack], "other")).toBeUndefined();
  expect(stackOutput([{ ...stack, outputs: {} }], "baseline")).toBeUndefined();
  expect(stackOutput([], "baseline")).toBeUndefined();
});

test.each([
  [
    { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: '{"a":["b"]}' },
    { a: ["b"] },
  ],
  ["text", "text"],
  [["list"], ["list"]],
  [undefined, undefined],
  [null, null],
])("%j stands for %j", (value, expected) => {
  expect(plain(value)).toEqual(expected);
});
