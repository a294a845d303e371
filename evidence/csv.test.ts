import fc from "fast-check";
import { csvHead, csvLine, parseCsv } from "./csv";

test("every cell is quoted, and what a spreadsheet would run is text", () => {
  expect(csvLine(["ana", 12, true, undefined, 'a "b", c'])).toBe('"ana","12","true","","a ""b"", c"\r\n');
  const formulas = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1", "|calc", "%0A"];
  expect(csvLine(formulas)).toBe(`${formulas.map((one) => `"'${one}"`).join(",")}\r\n`);
  expect(csvLine([-12])).toBe('"-12"\r\n');
});

test("reading undoes writing, whatever stands in a cell", () => {
  const cell = fc.oneof(
    fc.string(),
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
