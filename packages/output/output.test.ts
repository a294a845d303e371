import fc from "fast-check";
import MarkdownIt from "markdown-it";
import {
  coded,
  code,
  jsonText,
  listed,
  plain,
  print,
  printJson,
  say,
  screen,
  uncoded,
  visible,
  visibleLines,
} from ".";

/** Not the product's list: what no writer may let through, by the ranges of Unicode. */
const ranges = [
  ...[
    [0x00, 0x1f],
    [0x7f, 0x9f],
    [0xad, 0xad],
    [0x34f, 0x34f],
    [0x61c, 0x61c],
    [0x115f, 0x1160],
    [0x17b4, 0x17b5],
  ],
  ...[
    [0x180b, 0x180f],
    [0x200b, 0x200f],
    [0x2028, 0x202e],
    [0x2060, 0x206f],
    [0x3164, 0x3164],
    [0xd800, 0xdfff],
  ],
  ...[
    [0xfe00, 0xfe0f],
    [0xfeff, 0xfeff],
    [0xffa0, 0xffa0],
    [0xfff9, 0xfffb],
    [0x1bca0, 0x1bca3],
  ],
  ...[
    [0xe0000, 0xe0fff],
    [0x1d173, 0x1d17a],
  ],
] as const;
const unseen = (text: string, allowed = ""): string[] =>
  Array.from(text).filter((one) => {
    const point = one.codePointAt(0) ?? 0;
    return !allowed.includes(one) && ranges.some(([from, to]) => from <= point && point <= to);
  });

const bad = fc
  .constantFrom(...ranges)
  .chain(([from, to]) => fc.integer({ min: from, max: to }))
  .map((point) => String.fromCodePoint(point));
const text = fc
  .array(
    fc.oneof(bad, fc.string({ unit: "binary" }), fc.constantFrom("`", "\n", "\t", "\\", "| ", "**", "](x)")),
  )
  .map((parts) => parts.join(""));

let written = "";
beforeEach(() => {
  written = "";
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, "write").mockImplementation((said) => ((written += String(said)), true));
});
afterEach(() => {
  jest.restoreAllMocks();
});

test.each<[string, string, (text: string) => string]>([
  ["visible", "", visible],
  ["visibleLines", "\n\t", visibleLines],
  ["coded", "", coded],
  ["jsonText", "", (one) => jsonText({ [one]: [one] })],
  ["code", "", code],
  ["plain", "", plain],
  ["listed", "\n", (one) => listed({ title: "a", lines: [one, one] }).join("\n")],
  ["print", "\n\t", (one) => (print(one), written)],
  ["printJson", "\n", (one) => (printJson({ [one]: one }), written)],
  ["say", "\n\t", (one) => (say(one), written)],
  ["screen", "\n\t", (one) => (screen.write(one.replaceAll("\r", "")), written)],
])("whatever %s is given, nothing unseen is in what it writes", (_, own, writer) => {
  fc.assert(
    fc.property(text, (one) => {
      written = "";
      expect(unseen(writer(one), own)).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

test("what is taken out stands there as its code", () => {
  expect(visible(" a\u001b[31mb\r\nc\u2066d ")).toBe("a\\u001b[31mb c\\u2066d");
  expect(visible("x\u{e0041}\ud800é👍")).toBe("x\\udb40\\udc41\\ud800é👍");
  expect(visibleLines("a\r\n\tb\u009b2J")).toBe("a\n\tb\\u009b2J");
});

test("JSON means the same, and a cell is read as it was", () => {
  fc.assert(
    fc.property(text, (one) => {
      expect(JSON.parse(jsonText({ one }, 2))).toEqual({ one });
      expect(uncoded(coded(one))).toBe(one);
    }),
  );
});

test("markdown knows what others wrote as text alone: no link, no heading, no fold, no mention", () => {
  const html = new MarkdownIt({ html: true, linkify: true });
  const evil = fc.constantFrom(
    "<details>",
    "</details>",
    "<!--",
    "`",
    "``",
    "\n",
    "# a",
    "[a](http://x.y)",
    "> ",
    "- ",
    " ",
    "http://x.y",
    "|",
  );
  fc.assert(
    fc.property(fc.array(evil, { maxLength: 10 }), (parts) => {
      const one = parts.join("");
      const shown = html.render(listed({ title: "gained", lines: [one, "grave"] }).join("\n"));
      expect(shown.replace(/<\/?(p|strong|ul|li|code)>/g, "")).not.toMatch(/<[a-z!]/i);
      expect(shown).toContain("<code>grave</code>");
    }),
    { numRuns: 2_000 },
  );
});
