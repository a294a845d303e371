import { edit, type Change } from "./edit";

/** The text without what is at each path. */
function without(text: string, ...paths: readonly Change["at"][]): string {
  const { text: after, refused } = edit(
    text,
    "f",
    paths.map((at) => ({ at, become: [] })),
  );
  expect(refused).toEqual([]);
  return after;
}

const put = (text: string, at: Change["at"], ...become: readonly unknown[]) => {
  const { text: after, refused } = edit(text, "f", [{ at, become }]);
  expect(refused).toEqual([]);
  return after;
};

test.each([
  ["the first", 0, "a: [ben,   cy] # who\nb: 1\n"],
  ["one between", 1, "a: [ana, cy] # who\nb: 1\n"],
  ["the last", 2, "a: [ana, ben] # who\nb: 1\n"],
])("%s of a list on one line", (_, index, left) => {
  expect(without("a: [ana, ben,   cy] # who\nb: 1\n", ["a", index])).toBe(left);
});

test("the only one, and all of a list or a map on one line", () => {
  expect(without("a: [ana]\n", ["a", 0])).toBe("a: []\n");
  expect(without("a: { ana: { x: 1 } }\n", ["a", "ana"])).toBe("a: {}\n");
  expect(without("a: [ana, ben]\n", ["a", 0], ["a", 1])).toBe("a: []\n");
});

test("a list of many lines keeps its last comma, and the comments of what stays", () => {
  expect(without("a: [\n  ana,\n  ben,\n]\n", ["a", 1])).toBe("a: [\n  ana,\n]\n");
  expect(without("a: [\n  ana, # her\n  ben # him\n]\n", ["a", 1])).toBe("a: [\n  ana # her\n]\n");
  expect(without("a: [\n  ana, # her\n  ben # him\n]\n", ["a", 0])).toBe("a: [\n  ben # him\n]\n");
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
  expect(without(block, ["people", "ana"])).toBe(block.replace(/ {2}ana.*\n/, ""));
  expect(without(block, ["people", "ben"])).toBe(block.replace(/ {2}ben:\n.*\n.*\n/, ""));
  expect(without(block, ["people", "cy"])).toBe(block.replace(/ {2}cy.*\n/, ""));
});

test("of a list in lines, too, at the end of a text without a line's end", () => {
  expect(without("a:\n- ana\n- who: ben\n  why: x", ["a", 1])).toBe("a:\n- ana\n");
  expect(put("a:\n- x: 1\n  y: [1]", ["a", 0], { x: 1, y: [] }, { x: 2 })).toBe(
    "a:\n- x: 1\n  y: []\n- { x: 2 }\n",
  );
});

test("the only entry of a block leaves an empty one", () => {
  expect(without("a: # the few\n- ana # her\nb: 1\n", ["a", 0])).toBe("a: [] # the few\nb: 1\n");
  expect(without("a:\n  ana: {}\nb: 1\n", ["a", "ana"])).toBe("a: {}\nb: 1\n");
  expect(without("a: &x !!seq\r\n  - ana\r\nb: *x\r\n", ["a", 0], ["b", 0])).toBe(
    "a: &x !!seq []\r\nb: *x\r\n",
  );
});

test.each([
  [
    "an anchor goes with its entry, and its alias is written out",
    "a: [&x ana, ben]\nb: *x\n",
    ["a", 0],
    "a: [ben]\nb: ana\n",
  ],
  ["an anchor of a key", "a: { &x ana: 1, ben: 2 }\nb: [*x]\n", ["a", "ana"], "a: { ben: 2 }\nb: [ana]\n"],
  ["an alias as a key", "a: [&x ana]\nb: { *x : 1 }\n", ["a", 0], "a: []\nb: { ana : 1 }\n"],
  ["an alias", "a: [&x ana, ben]\nb: [cy, *x]\n", ["b", 1], "a: [&x ana, ben]\nb: [cy]\n"],
  ["what an anchor shares", "a: &x [1, 2]\nb: *x\n", ["a", 0], "a: &x [2]\nb: [1, 2]\n"],
  ["what an alias leads to", "a: &x [1, 2]\nb: *x\n", ["b", 0], "a: &x [1, 2]\nb: [2]\n"],
  [
    "what an alias within an alias leads to",
    "a: &x [1, 2]\nb: &y { c: *x }\nd: *y\n",
    ["d", "c", 0],
    "a: &x [1, 2]\nb: &y { c: *x }\nd: { c: [2] }\n",
  ],
  ["an anchor of the same name", "a: &x 1\nb: &x 2\nc: [*x, 3]\n", ["b"], "a: &x 1\nc: [2, 3]\n"],
  [
    "what a merge brings in",
    "a: &x { k: [1, 2], l: 3 }\nb:\n  <<: *x # base\n  l: 4\n",
    ["b", "k", 0],
    "a: &x { k: [1, 2], l: 3 }\nb:\n  k: [2] # base\n  l: 4\n",
  ],
  [
    "the source of a merge",
    "a: &x { k: 1, l: 3 }\nb: { <<: *x, m: 4 }\n",
    ["a", "l"],
    "a: &x { k: 1 }\nb: { k: 1, l: 3, m: 4 }\n",
  ],
  ["an explicit key", "a:\n  ? ana\n  : 1\n  ? ben\n  : 2\n", ["a", "ana"], "a:\n  ? ben\n  : 2\n"],
  [
    "an entry after a block scalar",
    "a:\n  - |+\n    text\n\n  - ben\nb: 1\n",
    ["a", 1],
    "a:\n  - |+\n    text\n\nb: 1\n",
  ],
  ["after a byte order mark", "\uFEFFa:\r\n- ana\r\n- ben\r\n", ["a", 0], "\uFEFFa:\r\n- ben\r\n"],
])("%s", (_, text, path, expected) => {
  expect(without(text, path)).toBe(expected);
});

test("what both lose alike, they go on sharing", () => {
  expect(without("a: &x [1, 2]\nb: *x\n", ["a", 0], ["b", 0])).toBe("a: &x [2]\nb: *x\n");
});

test("a value is put in place of another, and a new key behind the others, with quotes where it needs them", () => {
  const text = "a: { b: { c: 1 } } # why\nd: {}\ne:\n  f: |\n    text\n";
  expect(put(text, ["a", "b", "c"], 2)).toBe(text.replace("c: 1", "c: 2"));
  expect(put(text, ["e", "f"], "no")).toBe(text.replace("|\n    text", '"no"'));
  expect(put(text, ["d", "x", "w"], { z: "1: 2" })).toBe(
    text.replace("d: {}", 'd:\n  x:\n    w: { z: "1: 2" }'),
  );
  expect(put(text, ["e", "g"], ["a\nb"])).toBe(`${text}  g: ["a\\nb"]\n`);
  expect(put(text, ["a", "b", "007"], null)).toBe(text.replace("c: 1", 'c: 1, "007": null'));
});

test("what would change something else is refused, with its place and the reason, and the rest is done", () => {
  // Written out, the order of b would be another.
  const text = "a: &x { k: 1, l: 3 }\nb: { <<: *x, k: 0 }\nc: [1, 2]\n";
  const changes = [
    { at: ["a", "l"], become: [] },
    { at: ["c", 0], become: [] },
  ];
  const place = { file: "f", line: 1, column: 18, path: "a.l" };
  expect(edit(text, "f", changes)).toEqual({
    text: text.replace("[1, 2]", "[2]"),
    refused: [{ change: changes[0], ...place, reason: "b would change with it" }],
  });
});

test("a text that cannot be read is not edited", () => {
  expect(() => edit("a: [", "f", [{ at: ["a", 0], become: [] }])).toThrow(
    "f:1:5  found text that is not YAML",
  );
});
