import { companyText, modelOf, settingsFor } from "../../access/testing/company";
import { filesDigest } from "./digest";

const exception = { rule: "two-owners", on: "realm", owner: "ana", reason: "Hiring", until: "2026-12-31" };
const declared = {
  model: modelOf(companyText),
  settings: settingsFor("dev"),
  exceptions: [exception],
  asOf: new Date("2026-11-23T12:00:00Z"),
};

test.each([
  ["the model", { model: { ...declared.model, company: "Other" } }],
  ["the settings", { settings: settingsFor("prod") }],
  ["an exception that is taken away", { exceptions: [] }],
  ["an exception that ends later", { exceptions: [{ ...exception, until: "2027-01-31" }] }],
  ["the day", { asOf: new Date("2026-11-24T12:00:00Z") }],
])("what was previewed is something else after a change of %s", (_, change) => {
  expect(filesDigest({ ...declared, ...change })).not.toBe(filesDigest(declared));
});

test("what was previewed is the same an hour later", () => {
  const later = { ...declared, asOf: new Date("2026-11-23T13:00:00Z") };
  expect(filesDigest(later)).toBe(filesDigest(declared));
});
