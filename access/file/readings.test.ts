/** A value without quotes that the two YAMLs read differently is found; one that they read alike is left alone. */
import { twoReadings } from "./readings";

const found = (text: string) =>
  twoReadings(text, (data) => data).map(({ path, written }) => `${path.join(".")}: ${written}`);

test.each([
  "2027-06-30",
  "2026-11-23T12:00:00Z",
  "yes",
  "NO",
  "off",
  "n",
  "010",
  "0777",
  "0o17",
  "1_000",
  "0b11",
  "12:30:45",
])("%s is two values", (value) => {
  expect(found(`a:\n  - { b: ${value} }`)).toStrictEqual([`a.0.b: ${value}`]);
});

test.each([
  "1e3",
  "1.10",
  "007",
  "~",
  "null",
  "true",
  "False",
  "0x1F",
  "acme",
  "30 days",
  "2027-06",
  "",
  "|\n  010",
  "!!str 010",
])("%s is one value", (value) => {
  expect(found(`a: ${value}`)).toStrictEqual([]);
  expect(found(`a: ${JSON.stringify(value)}`)).toStrictEqual([]);
});

test("keys, and what an alias stands for, are read as well", () => {
  expect(found("a: &x { 010: 1, yes: 2 }\nb: *x\n2027-06-30: 1\n")).toStrictEqual([
    "a.010: 010",
    "a.yes: yes",
    "b.010: 010",
    "b.yes: yes",
    "2027-06-30: 2027-06-30",
  ]);
});

test("the version that a file claims changes nothing", () => {
  expect(found("%YAML 1.1\n---\na: yes\n")).toStrictEqual(["a: yes"]);
});
