import { changed, companyText, problemsOf, settingsFor, warningsOf } from "../testing/company";

const standard = settingsFor("dev", { plan: "standard" });
const open = [", restricted: true", ""] as const;

test("below premium nothing is restricted, and no merge rule is enforced", () => {
  expect(problemsOf(companyText, standard)).toStrictEqual([
    '5:41  environments.prod.restricted: found a restricted environment on the plan "standard"; allowed: premium; set "restricted" to false, or change the plan and the setting "bitbucket.plan" [premium-environments]',
    '23:24  projects.ONE.protected.main: found merge rules on the plan "standard", which does not enforce them; allowed: premium; write "enforced: false", if it is enough that people are shown them, or change the plan and the setting "bitbucket.plan" [premium-merge-rules]',
  ]);
  const shown = changed(open, ["approvals: 1", "approvals: 1, enforced: false"]);
  expect(problemsOf(shown, standard)).toStrictEqual([]);
  expect(warningsOf(shown, standard)).toStrictEqual([]);
  expect(problemsOf(changed(open, ["approvals: 1", "approvals: 0"]), standard)).toStrictEqual([]);
});

test("what only premium knows is refused on other plans, enforced or not", () => {
  const text = changed(open, ["approvals: 1", "resetApprovals: true, autoMerge: true, enforced: false"]);
  expect(problemsOf(text, standard)).toStrictEqual([
    '23:42  projects.ONE.protected.main.resetApprovals: found the merge rule "resetApprovals" on the plan "standard"; allowed: premium; remove it, or change the plan and the setting "bitbucket.plan" [premium-merge-rules]',
    '23:59  projects.ONE.protected.main.autoMerge: found the merge rule "autoMerge" on the plan "standard"; allowed: premium; remove it, or change the plan and the setting "bitbucket.plan" [premium-merge-rules]',
  ]);
  expect(problemsOf(text, settingsFor("dev"))).toStrictEqual([]);
});
