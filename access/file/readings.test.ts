/** What Pulumi's CLI was seen to read as another value than YAML 1.2 does is found; what it reads alike is left alone. */
import { twoReadings } from "./readings";

const found = (text: string) =>
  twoReadings(text, (data) => data).map(({ path, written }) => `${path.join(".")}: ${written}`);

test.each([
  ...["2027-06-30", "2027-6-3", "2026-11-23T12:00:00Z", "2026-11-23 12:00:00"],
  ...["010", "-010", "0777", "0o17", "0b11", "0_7", "1_000", "0xFF_F", "1__0", "1_0.5"],
  ...["0X1F", "0B11", "0O17", "1e1_0", "1e400"],
])("%s is two values", (value) => {
  expect(found(`a:\n  - { b: ${value} }`)).toStrictEqual([`a.0.b: ${value}`]);
  expect(found(`a: ${JSON.stringify(value)}`)).toStrictEqual([]);
});

test.each([
  ...["1e3", "1E3", "1.10", "007", "0x1F", "+12", "-.5", "9007199254740993", "1.2.3", "1,000"],
  ...["~", "null", "", "true", "False", "yes", "NO", "off", "n", "12:30", "12:30:45"],
  ...["acme", "30 days", "2027-06", "20270630", "|\n  010", "!!str 010", "=", "1e", "0x", "e3", "."],
])("%j is one value", (value) => {
  expect(found(`a: ${value}`)).toStrictEqual([]);
});

test("keys, and what an alias stands for, are read as well", () => {
  expect(found("a: &x { 010: 1, yes: 2 }\nb: *x\n2027-06-30: 1\n")).toStrictEqual([
    "a.010: 010",
    "b.010: 010",
    "2027-06-30: 2027-06-30",
  ]);
});

test("a merge is found, whatever it merges", () => {
  expect(found("a: &x { b: 1 }\nc: { <<: *x }\nd: { <<: 7 }\n")).toStrictEqual(["c.<<: <<", "d.<<: <<"]);
});

test("the version that a file claims changes nothing", () => {
  expect(found("%YAML 1.1\n---\na: 010\nb: yes\n")).toStrictEqual(["a: 010"]);
});
