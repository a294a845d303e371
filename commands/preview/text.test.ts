import { changed, companyText, modelOf, settingsFor } from "../../access/testing/company";
import { encodeBaseline } from "../../access";
import { jsonOf, reportOf, type Findings } from "./report";
import { stepOf, isChanging, stepsIn } from "../../engine/steps";
import { markdownOf } from "./markdown";
import { textOf } from "./text";

const asOf = new Date("2026-06-15T12:00:00Z");
const baseline = encodeBaseline({
  model: modelOf(companyText),
  settings: settingsFor("dev"),
  asOf: "2026-06-01",
  commit: "0123456789abcdef",
});

/** The report on a change of the small company. */
function report(text: string, more: Partial<Findings> = {}) {
  const members = () => undefined;
  return reportOf({
    stack: "dev",
    model: modelOf(text),
    asOf,
    baseline,
    members,
    settings: settingsFor("dev"),
    exceptions: [],
    steps: [],
    drift: { examined: 0, found: [] },
    requests: { reads: 6, writes: 0 },
    warnings: [],
    ...more,
  });
}

/** The number of a change is another one with every word that the model learns. */
const unnumbered = (text: string) => text.replace(/\d{12}$/m, "<number>");

const grant = (line: string) => changed(["grants:\n", `grants:\n  - { ${line} }\n`]);

test("nothing changes", () => {
  const same = report(companyText);
  expect(same.verdict).toBe("nothing");
  expect(textOf(same)).toBe(
    "dev: nothing changes; rights gained: 0, lost: 0 (since 2026-06-01, commit 0123456789ab)",
  );
});

test("a change of rights, and what the engine does for it", () => {
  const steps = [{ op: "update", type: "bitbucket:index:BranchRestrictions", name: "api" }];
  const found = report(grant("team: hands, can: [merge], on: ONE/api, reason: Ana is away"), { steps });
  expect(found.verdict).toBe("changes");
  expect(unnumbered(textOf(found))).toMatchSnapshot();
  expect(unnumbered(markdownOf(found))).toMatchSnapshot();
});

test("a deployer of production needs a second person, and comes first", () => {
  const found = report(grant("team: hands, can: [deploy:prod], on: ONE/api"));
  expect(found.verdict).toBe("second person");
  expect(unnumbered(textOf(found))).toMatchSnapshot();
});

test.each<[string, string, string]>([
  [", restricted: true", "", "environment prod: restricted → open to whoever may write (weaker)"],
  ["approvals: 1", "approvals: 0", "ONE/api, branch main, approvals: 1 → none (weaker)"],
  ["approvals: 1", "approvals: 2", "ONE/api, branch main, approvals: 1 → 2"],
])("a gate that changes from %j to %j says whether it is weaker", (before, after, line) => {
  const found = report(changed([before, after]));
  expect(textOf(found).split("\n")).toContain(`  ${line}`);
  expect(markdownOf(found)).toContain(line);
});

test("what would be taken over, and what was not looked at, is told; and what looking took", () => {
  const look = {
    takenOver: ["environment Prod of repository api, as prod"],
    owned: ["ONE/api: goran: admin would go"],
    found: [],
    unread: ["cannot read the projects of workspace small: bitbucket answered 403"],
    requests: 4,
  };
  const change = grant("team: hands, can: [merge], on: ONE/api, reason: Ana is away");
  const text = textOf(report(change, { look }));
  expect(text).toContain(`
there already, where this stack becomes the owner:
  ONE/api: goran: admin would go

taken over as they are in Bitbucket:
  environment Prod of repository api, as prod

not looked at for what Bitbucket would refuse:
  cannot read the projects of workspace small: bitbucket answered 403
`);
  expect(text).toContain("\nlooked for what Bitbucket would refuse: nothing found, by 4 requests\n");
  const unlooked = textOf(
    report(change, { look: { takenOver: [], owned: [], found: [], unread: ["anything"], requests: 0 } }),
  );
  expect(unlooked).toContain("not looked at for what Bitbucket would refuse:\n  anything\n");
  expect(unlooked).not.toContain("nothing found");
});

test("what drift checks found elsewhere is told, with its age", () => {
  const finding = { system: "bitbucket", kind: "webhook", target: "workspace: x", found: "there" } as const;
  const last = { oldest: "2026-06-12T12:00:00.000Z", newest: "2026-06-15T11:00:00.000Z", ageDays: 3 };
  const drift = { examined: 1, found: [], last: { ...last, findings: [finding] } };
  const text = textOf(
    report(grant("team: hands, can: [merge], on: ONE/api, reason: Ana is away"), { drift }),
  );
  expect(text).toContain(
    "\nchanged by hand, as the last drift checks found it:\n  bitbucket webhook workspace: x: nobody declared it (there)\n",
  );
  expect(text).toContain(
    "looked at for changes by hand: 1 place of this change; the rest by drift checks since 2026-06-12T12:00:00.000Z, 3 days before",
  );
});

test("steps of the engine alone are changes, too", () => {
  const steps = [{ op: "create", type: "keycloak:index/realm:Realm", name: "realm" }];
  expect(report(companyText, { steps }).verdict).toBe("changes");
});

test.each([
  [undefined, "it was never brought up"],
  ["2.later", "its baseline is of another version"],
])(
  "with the baseline %j everything counts as gained, which is said, and nobody else is asked",
  (text, why) => {
    const found = report(companyText, { baseline: text });
    expect([found.verdict, found.lost, found.guards]).toEqual(["changes", [], []]);
    expect(found.gained.length).toBeGreaterThan(5);
    expect(textOf(found).split("\n")[0]).toContain(`(everything counts as gained: ${why})`);
  },
);

test("what is renamed, moves or is dissolved has its name, and a repository that moves is no loss and gain", () => {
  const web = "      web: { deploys: [dev], protected: {} }\n";
  const found = report(
    changed(
      ["hands: { owner: ana", "fingers: { previously: hands, owner: ana"],
      ["owner: hands", "owner: fingers"],
      ["guests: { owner", "visitors: { previously: nobody, owner"],
      [web, ""],
      ["      docs: {}\n", `      docs: {}\n${web}`],
      ["on: ONE }", "on: [ONE, TWO/web] }"],
    ),
  );
  expect(unnumbered(textOf(found))).toMatchSnapshot();
  expect(unnumbered(markdownOf(found))).toMatchSnapshot();
});

test("what scripts read has no model in it", () => {
  expect(Object.keys(jsonOf(report(companyText))).sort()).toEqual(
    [
      ...[
        "altered",
        "drift",
        "due",
        "formerGroups",
        "gained",
        "guards",
        "lost",
        "names",
        "needs",
        "number",
        "requests",
        "since",
      ],
      ...["stack", "steps", "verdict", "warnings"],
    ].sort(),
  );
});

test("what people wrote cannot move the cursor, turn the text round, or pass for markup", () => {
  const reason = 'reason: "x\\u200b\\u202e ``` **approved** \\n# all fine"';
  const found = report(grant(`team: hands, can: [merge], on: ONE/api, ${reason}`));
  for (const text of [textOf(found), markdownOf(found)]) {
    // eslint-disable-next-line no-control-regex -- just these must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(text).not.toMatch(/^# all fine/m);
  }
  expect(markdownOf(found)).toContain("- ```` team hands");
});

test("a comment is never too long, and says what it leaves out", () => {
  const steps = Array.from({ length: 2000 }, (_, n) => ({
    op: "update",
    type: "a:b:Resource",
    name: `number-${n}`,
  }));
  const text = markdownOf(report(companyText, { steps }));
  expect(text.length).toBeLessThan(31_000);
  expect(text.split("\n")[2]).toMatch(
    /^\*\*The last \d+ lines do not fit here: run `npm run preview -- dev`\*\*$/,
  );
});

test("steps that change nothing are left out, and a resource goes by its own name", () => {
  const urn = (type: string, name: string) => `urn:pulumi:dev::bitbucket-keycloak::${type}::${name}`;
  const steps = [
    { op: "same", urn: urn("pulumi:pulumi:Stack", "all") },
    { op: "read", urn: urn("a:b:C", "c") },
    { op: "update", urn: urn("x:index:WorkspaceAccess$bitbucket:index:ProjectPermissions", "PAY") },
  ];
  expect(
    stepsIn(`warning\n${JSON.stringify({ steps })}`)
      .filter(isChanging)
      .map(stepOf),
  ).toEqual([{ op: "update", type: "bitbucket:index:ProjectPermissions", name: "PAY" }]);
});
