import * as fs from "node:fs";
import * as path from "node:path";
import { changed, companyText, problemsOf, settingsFor } from "../testing/company";
import { renderProblems } from "../problem";
import { readAccess } from "./validate";

const root = path.join(__dirname, "..", "..");
const read = (file: string) => fs.readFileSync(path.join(root, file), "utf8");

test("Acme's own file has no problem, and three teams that deploy to production are a warning each", () => {
  const access = readAccess(read("test/fixtures/acme.yaml"), "access.yaml", settingsFor("prod"));
  expect(access.ok ? [] : renderProblems(access.problems)).toStrictEqual([]);
  expect(renderProblems(access.warnings)).toMatchSnapshot();
});

test("a file with every mistake: each is found, in the order of the file", () => {
  const access = readAccess(read("test/fixtures/access-broken.yaml"), "access.yaml");
  expect(access.ok).toBe(false);
  expect(access.ok ? "" : renderProblems(access.problems)).toMatchSnapshot();
});

test("the small company of these tests is valid", () => {
  expect(problemsOf(companyText, settingsFor("dev"))).toStrictEqual([]);
});

test("mistakes of form and of meaning come together, and none of them twice", () => {
  expect(
    problemsOf(changed(["email: ben@small.example", "mail: 7"], ["team: leads", "team: Leads"])),
  ).toStrictEqual([
    '8:21  people.ben.mail: found the unknown key "mail"; allowed: name, email, account, previously; did you mean "email"?',
    '34:13  grants[1].team: found "Leads"; allowed: lower-case letters, digits and single dashes, as in payments-leads; write for example "leads"',
  ]);
});
