import { changed, companyText, problemsOf, settingsFor, warningsOf } from "../company.fixture";

test("below premium nothing is restricted, and merge checks are only shown", () => {
  const standard = settingsFor("dev", { plan: "standard" });
  expect(problemsOf(companyText, standard)).toStrictEqual([
    '5:41  environments.prod.restricted: found a restricted environment on the plan "standard"; allowed: premium; set "restricted" to false, or change the plan and the dial "bitbucket.plan"',
  ]);
  expect(warningsOf(companyText, standard)).toStrictEqual([
    '23:24  projects.ONE.protected.main: found merge checks on the plan "standard", which does not enforce them; allowed: premium; know that whoever may merge can do so without approvals and builds',
  ]);
  const open = changed([", restricted: true", ""], ["approvals: 1", "approvals: 0"]);
  expect(problemsOf(open, standard)).toStrictEqual([]);
  expect(warningsOf(open, standard)).toStrictEqual([]);
});
