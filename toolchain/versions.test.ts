import { atLeast, versionIn, versions } from "./versions";

test.each([
  ["go version go1.26.8 linux/amd64", "1.26.8"],
  ['openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment (build 17.0.15+6)', "17.0.15"],
  ['java version "1.8.0_352"', "1.8.0"],
  ["\u001b[1mApache Maven 3.8.7\u001b[m\nMaven home: /usr/share/maven", "3.8.7"],
  ["v3.259.0\n", "3.259.0"],
  ["v3.260.0-alpha.1", "3.260.0"],
  ["command not found", undefined],
])("versionIn(%j) is %j", (output, expected) => {
  expect(versionIn(output)).toBe(expected);
});

test.each([
  ["3.259.0", "3.259.0", true],
  ["3.260", "3.259.0", true],
  ["3.258.9", "3.259.0", false],
  ["3.99.0", "3.259.0", false],
  ["17", "17.0.0", true],
  ["1.8.0", "17", false],
  ["1.25", "1.25.1", false],
])("atLeast(%j, %j) is %j", (version, minimum, expected) => {
  expect(atLeast(version, minimum)).toBe(expected);
});

test("plugins pose as what the SDKs ask for", () => {
  expect(versions.plugins).toEqual({ keycloak: "6.13.0", random: "4.21.2" });
});
