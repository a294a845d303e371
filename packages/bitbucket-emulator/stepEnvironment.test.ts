import { mask } from "./stepEnvironment";

test("every secret is shown by its name, the longest first", () => {
  const secrets = [
    ["LONG", "abc-def"],
    ["SHORT", "abc"],
  ] as const;
  expect(mask("x abc-def abc $& y\n", secrets)).toBe("x $LONG $SHORT $& y\n");
});

test("a value is text, not a pattern", () => {
  expect(mask("a.c abc", [["DOT", "a.c"]])).toBe("$DOT abc");
});
