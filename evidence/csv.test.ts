import fc from "fast-check";
import { csvHead, csvLine, parseCsv } from "./csv";

test("every cell is quoted, and what a spreadsheet would run is text", () => {
  expect(csvLine(["ana", 12, true, undefined, 'a "b", c'])).toBe('"ana","12","true","","a ""b"", c"\r\n');
  const formulas = ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "＝1", "|calc", "%0A"];
  expect(csvLine(formulas)).toBe(`${formulas.map((one) => `"'${one}"`).join(",")}\r\n`);
  expect(csvLine([-12])).toBe('"-12"\r\n');
});

test.each([
  ["a;=HYPERLINK(1)", "a;'=HYPERLINK(1)"],
  ["a; +1", "a;' +1"],
  ['a;"@SUM(1)', 'a;\'""@SUM(1)'],
  ["a;;-1;b", "a;;'-1;b"],
  ["a\t=1", "a\\u0009=1"],
  ["a\n=1", "a\\u000a=1"],
  ["\t=1", "\\u0009=1"],
  ["\r=1", "\\u000d=1"],
  ["a, -1", "a, -1"],
  ["=1\u202e\u200b", "'=1\\u202e\\u200b"],
  ["\u0000=1", "\\u0000=1"],
])("where a spreadsheet splits at semicolons, tabs or line breaks, %j runs nothing", (cell, written) => {
  expect(csvLine(["x", cell])).toBe(`"x","${written}"\r\n`);
});

test("no cell of any spreadsheet begins with a formula, whichever separator its language has", () => {
  const sign = fc.constantFrom(
    "=",
    "+",
    "-",
    "@",
    ";",
    "|",
    "\t",
    "\n",
    "\r",
    " ",
    '"',
    "'",
    ",",
    "x",
    "\u202e",
  );
  fc.assert(
    fc.property(
      fc.array(sign, { maxLength: 8 }),
      fc.constantFrom(";", "\t", "|", "\n"),
      (signs, separator) => {
        const inner = csvLine(["x", signs.join("")])
          .replace(/\r\n$/, "")
          .slice(4);
        const cells = inner.split(separator).map((each) => each.replace(/^[\s"]*/, ""));
        expect(cells.filter((each) => /^[=+\-@]/.test(each))).toEqual([]);
      },
    ),
    { numRuns: 5_000 },
  );
});

test("reading undoes writing, whatever stands in a cell", () => {
  const cell = fc.oneof(
    fc.string(),
    fc.string({
      unit: fc.constantFrom(
        "=",
        ";",
        "'",
        "\\",
        '"',
        "|",
        "u00",
        "\t",
        "\n",
        "\u202e",
        "\\u202e",
        "\u{e0041}",
      ),
    }),
    fc.constantFrom("=x", "'=x", "''", "a\r\nb", ' "', "-", ";", ",", "\uFEFF"),
  );
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 }), (lines) => {
      const text = csvHead(["a", "b"]) + lines.map((line) => csvLine(line)).join("");
      const told = lines.filter((line) => line.some((one) => one !== ""));
      expect(parseCsv(text)).toStrictEqual([["a", "b"], ...told]);
    }),
    { numRuns: 1_000 },
  );
});

test("what a spreadsheet saved anew is read, too: without quotes, with semicolons, with a mark or without", () => {
  const expected = [
    ["who", "note"],
    ["ana", "a, b; c"],
  ];
  expect(parseCsv('who;note\nana;"a, b; c"\n\n')).toEqual(expected);
  expect(parseCsv('\uFEFFwho,note\r\nana,"a, b; c"')).toEqual(expected);
  expect(parseCsv('"who"\t"note"\n"ana"\t"a, b; c"\n;;\n')).toEqual([...expected, [";;"]]);
});

test("a quote that is never closed is told where it begins; one within a cell is a letter", () => {
  expect(() => parseCsv('who,note\n"ana')).toThrow(/never closed, at character 10/);
  expect(() => parseCsv('who,note\n"ana","a ""b"""\nben,"c\nd,e\n')).toThrow(/never closed, at character 30/);
  expect(parseCsv('who,note\nana,5" b')).toEqual([
    ["who", "note"],
    ["ana", '5" b'],
  ]);
});
