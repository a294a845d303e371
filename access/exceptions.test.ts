/** `exceptions.yaml`: every mistake is a problem with a place, what is allowed, and what to do. */
import type { Model } from "./model";
import { renderProblem } from "./problem";
import { readExceptions } from "./exceptions";

const asOf = new Date("2026-11-23T12:00:00Z");
const model = { people: [{ username: "ana", name: "Ana", email: "ana@acme.example" }] } as unknown as Model;
const read = (text?: string) => readExceptions(text, { rules: ["pkce", "two-owners"], model, asOf });
const entry = (more: string) =>
  `exceptions:\n  - { rule: pkce, on: sign-in, owner: ana, reason: R, ${more} }\n`;

test("an exception is read; without a file, or in one of comments, there is none", () => {
  expect(read(entry("until: 2027-01-31"))).toEqual({
    exceptions: [{ rule: "pkce", on: "sign-in", owner: "ana", reason: "R", until: "2027-01-31" }],
    problems: [],
  });
  expect(read("# nothing yet\n")).toEqual({ exceptions: [], problems: [] });
  expect(read(undefined)).toEqual({ exceptions: [], problems: [] });
});

test.each([
  [
    "no end",
    "exceptions:\n  - { rule: pkce, on: sign-in, owner: ana, reason: R }\n",
    'exceptions.yaml:2:5  exceptions[0].until: found nothing; allowed: a day that exists, as in 2026-12-31, or a moment with its time zone, as in 2026-12-31T18:00+01:00 or 2026-12-31 18:00 Europe/Berlin; add "until"',
  ],
  [
    "no reason",
    'exceptions:\n  - { rule: pkce, on: x, owner: ana, reason: " ", until: 2027-01-31 }\n',
    'exceptions.yaml:2:46  exceptions[0].reason: found " "; allowed: a text, as in "The log moves to the archive in January"; correct it',
  ],
  [
    "an end too far away",
    entry("until: 2029-01-31"),
    "exceptions.yaml:2:62  exceptions[0].until: found 2029-01-31; allowed: 366 days from now at most; shorten it; it can be made anew",
  ],
  [
    "an unknown rule",
    entry("until: 2027-01-31").replace("pkce", "pkc"),
    'exceptions.yaml:2:13  exceptions[0].rule: found "pkc"; allowed: pkce, two-owners; did you mean "pkce"?',
  ],
  [
    "an owner nobody knows",
    entry("until: 2027-01-31").replace("ana", "zoe"),
    'exceptions.yaml:2:39  exceptions[0].owner: found "zoe"; allowed: ana; name somebody of access.yaml who answers for it',
  ],
  [
    "a misspelt key",
    entry("until: 2027-01-31, ownr: ana"),
    'exceptions.yaml:2:74  exceptions[0].ownr: found the unknown key "ownr"; allowed: rule, on, owner, reason, until; did you mean "owner"?',
  ],
  [
    "broken YAML",
    "exceptions: [",
    "exceptions.yaml:1:14  found text that is not YAML: flow sequence in block collection must be sufficiently indented and end with a ]; correct the line, often its indentation, a quote or a bracket",
  ],
])("%s", (_, text, told) => {
  const { exceptions, problems } = read(text);
  expect(exceptions.length === 0 || problems.length > 0).toBe(true);
  expect(problems.map(renderProblem)).toEqual([told]);
});
