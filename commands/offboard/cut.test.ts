import { isMap, isSeq, parseDocument } from "yaml";
import { cut, edited } from "./cut";

/** The text without entry `index` of the collection at `key`. */
function without(text: string, key: string, index: number): string {
  const document = parseDocument(text);
  const root = document.contents;
  const pair = isMap(root) ? root.items.find((one) => String(one.key) === key) : undefined;
  const value = pair?.value;
  if (!isSeq(value) && !isMap(value)) throw new Error(`${key} is no collection`);
  return edited(text, cut(text, value, index, pair?.key));
}

test.each([
  ["the first", 0, "a: [ben,   cy] # who\nb: 1\n"],
  ["one between", 1, "a: [ana, cy] # who\nb: 1\n"],
  ["the last", 2, "a: [ana, ben] # who\nb: 1\n"],
])("%s of a list on one line", (_, index, left) => {
  expect(without("a: [ana, ben,   cy] # who\nb: 1\n", "a", index)).toBe(left);
});

test("the only one of a list on one line", () => {
  expect(without("a: [ana]\n", "a", 0)).toBe("a: []\n");
  expect(without("a: { ana: { x: 1 } }\n", "a", 0)).toBe("a: {  }\n");
});

test("a list of many lines keeps its last comma", () => {
  expect(without("a: [\n  ana,\n  ben,\n]\n", "a", 1)).toBe("a: [\n  ana,\n]\n");
});

const block = `people:
  ana: { name: Ana } # inline
  # about ben
  ben:
    name: Ben
    email: ben@x

  # about cy
  cy: {}
rest: 1
`;

test("an entry of a block goes with its lines, and with the comment behind it; those before it stay", () => {
  expect(without(block, "people", 0)).toBe(block.replace(/ {2}ana.*\n/, ""));
  expect(without(block, "people", 1)).toBe(block.replace(/ {2}ben:\n.*\n.*\n/, ""));
  expect(without(block, "people", 2)).toBe(block.replace(/ {2}cy.*\n/, ""));
});

test("of a list in lines, too, at the end of a text without a line's end", () => {
  expect(without("a:\n- ana\n- who: ben\n  why: x", "a", 1)).toBe("a:\n- ana\n");
});

test("the only entry of a block leaves an empty one", () => {
  expect(without("a: # the few\n- ana # her\nb: 1\n", "a", 0)).toBe("a: [] # the few\nb: 1\n");
  expect(without("a:\n  ana: {}\nb: 1\n", "a", 0)).toBe("a: {}\nb: 1\n");
});
