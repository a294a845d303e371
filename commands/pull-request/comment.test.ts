import MarkdownIt from "markdown-it";
import type { Problem } from "../../access";
import { changed, companyText, modelOf, settingsFor } from "../../access/testing/company";
import { encodeBaseline } from "../../access";
import { reportOf, type Report } from "../preview/report";
import type { Step } from "../../engine/steps";
import { commentOf, isSame, markedBy, readable, summaryOf } from "./comment";
import { annotationsOf, insightsOf } from "./insights";
import { reviewJson, verdictOf, type Review } from "./review";

const commit = "a".repeat(40);
const onto = "b".repeat(40);
const baselineOf = (stack: string) =>
  encodeBaseline({ model: modelOf(companyText), settings: settingsFor(stack), asOf: "2026-06-01", commit });

function report(stack: "dev" | "prod", text: string, steps: readonly Step[] = []): Report {
  return reportOf({
    stack,
    model: modelOf(text),
    asOf: new Date("2026-06-15T12:00:00Z"),
    baseline: baselineOf(stack),
    members: () => undefined,
    settings: settingsFor(stack),
    exceptions: [],
    steps,
    drift: { examined: 0, found: [] },
    requests: { reads: 6, writes: 2 },
    warnings: [],
  });
}
const review = (more: Partial<Review> = {}): Review => ({
  id: 7,
  commit,
  onto,
  program: [],
  reports: [],
  problems: [],
  failures: [],
  ...more,
});
const grant = (line: string) => changed(["grants:\n", `grants:\n  - { ${line} }\n`]);
const problem = (found: string, line = 3): Problem => ({
  file: "access.yaml",
  line,
  column: 1,
  path: "owners",
  found,
  fix: "mend it",
});
const html = (text: string) => new MarkdownIt({ linkify: true }).render(text);

test("environments that say the same say it once; what the engine does is counted", () => {
  const text = grant("team: hands, can: [merge], on: ONE/api, reason: Ana is away");
  const steps = [{ op: "update", type: "bitbucket:index:BranchRestrictions", name: "api" }];
  const found = review({ reports: [report("prod", text, steps), report("dev", text)] });
  const comment = commentOf(found, "https://bitbucket.org/acme/runner/pipelines/results/3");
  expect(comment).toMatchSnapshot();
  expect(html(comment)).not.toContain("access preview of");
  expect(markedBy(comment)).toEqual({ commit, onto });
  expect(verdictOf(found)).toBe("changes");
});

test("what a second person has to approve is neither passed nor failed", () => {
  const found = review({ reports: [report("prod", grant("team: hands, can: [deploy:prod], on: ONE/api"))] });
  expect([verdictOf(found), insightsOf(found).result]).toEqual(["second person", "PENDING"]);
  const comment = commentOf(found);
  expect(comment).toMatch(
    /^\*\*Access preview: a second person has to approve: 3 rights gained\*\*\n\n\*\*prod\*\*\n\n\*\*Second person needed\*\* \(1\)/,
  );
});

test("nothing of the access data changes", () => {
  const found = review();
  expect(commentOf(found)).toMatchSnapshot();
  expect([verdictOf(found), summaryOf(found)]).toEqual(["nothing", "nothing changes"]);
});

test("mistakes and failures come before everything, and are the verdict", () => {
  const found = review({
    reports: [report("dev", companyText)],
    problems: [problem('"x"')],
    failures: [{ stack: "prod", message: "keycloak did not answer\n`try` again" }],
  });
  expect(commentOf(found)).toMatchSnapshot();
  expect(verdictOf(found)).toBe("error");
  expect(insightsOf(found).result).toBe("FAILED");
  expect(JSON.parse(JSON.stringify(reviewJson(found)))).toMatchObject({
    id: 7,
    verdict: "error",
    violations: [{ line: 3 }],
  });
});

test.each([
  "](https://evil.example) [click](https://evil.example)",
  "<img src=https://evil.example/x> <script>alert(1)</script>",
  "`` ` ``` \\` [click](https://evil.example)",
  "\n\n# Approved by security\n\n- [x] done",
  "\u202eevil\u0000\u2028## Approved",
  "![x](https://evil.example/x) https://evil.example @{557058:ana} &lt;b&gt;",
  '[bitbucket-keycloak]: # "access preview of 0 on 0"',
])("text of a pull request is text: %j", (reason) => {
  const yaml = JSON.stringify(reason);
  const text = grant(`team: hands, can: [merge], on: ONE/api, reason: ${yaml}`);
  const comment = commentOf(review({ reports: [report("dev", text)], problems: [problem(reason)] }));
  expect(html(comment)).not.toMatch(/<(a|img|h\d|script|input)\b/);
  expect(markedBy(comment)).toEqual({ commit, onto });
});

test("a comment is never longer than Bitbucket takes, and says how much is left out", () => {
  const long = Array.from({ length: 5000 }, (_, index) => problem("x".repeat(2000), index + 1));
  const comment = commentOf(review({ problems: long }));
  expect(comment.length).toBeLessThan(30_000);
  expect(comment).toContain("… and 4988 more");
  const many = Array.from({ length: 40 }, (_, index) => ({
    stack: `s${index}`,
    message: Array.from({ length: 30 }, () => "y".repeat(290)).join("\n"),
  }));
  const short = commentOf(review({ failures: many }));
  expect(short.length).toBeLessThan(30_000);
  expect(markedBy(short)).toEqual({ commit, onto });
});

/** What a preview of a change with so many needs and so many other lines found. */
function grave(needs: number, others: number, stack: "dev" | "prod" = "dev"): Report {
  const reason = (index: number) =>
    `team t${index} gains deploy:prod on PAY/r${index}${", PAY/x".repeat(index % 70)}`;
  return {
    ...report(stack, companyText),
    verdict: "second person",
    needs: Array.from({ length: needs }, (_, index) => ({
      reason: reason(index),
      projects: [],
      beneficiaries: [],
      atoms: [],
    })),
    guards: Array.from({ length: 2 * others }, (_, index) => ({
      about: "branch" as const,
      what: `PAY/r${index}, branch main, approvals`,
      before: "2",
      after: "1",
      weaker: index % 2 === 0,
    })),
    settings: [{ file: "stacks/Pulumi.dev.yaml", setting: "keycloak.url", previewed: false }],
  };
}

test("what is grave stands first and whole, however much else there is, and however long its lines are", () => {
  const noise = Array.from({ length: 300 }, (_, index) => ({ stack: `s${index}`, message: "y".repeat(290) }));
  const found = review({ reports: [grave(60, 40), grave(60, 40, "prod")], failures: noise });
  const comment = commentOf(found);
  const lines = comment.split("\n");
  for (const { reason } of found.reports[0]!.needs) expect(lines).toContain(`- \`${reason}\``);
  expect(lines.filter((line) => line.endsWith("(weaker)`"))).toHaveLength(40);
  expect(lines.indexOf("- `NOT PREVIEWED: stacks/Pulumi.dev.yaml, keycloak.url: changed`")).toBeLessThan(
    lines.findIndex((line) => line.startsWith("**Not previewed: s0")),
  );
  expect(comment.length).toBeLessThanOrEqual(30_000);
  expect(markedBy(comment)).toEqual({ commit, onto });
  expect(readable(found)).toBe(found);
});

test("a change with more that is grave than a comment takes is a failed preview, and the comment says so first", () => {
  const found = readable(review({ reports: [grave(400, 0)] }));
  expect(verdictOf(found)).toBe("error");
  expect(found.failures).toEqual([
    {
      stack: "every environment",
      message: "it has 401 grave lines, more than a comment can show: split it into several pull requests",
    },
  ]);
  const comment = commentOf(found);
  expect(comment.split("\n")[2]).toBe(
    "**Nobody can approve of this by what stands here: not all of it fits.**",
  );
  expect(comment).toContain("split it into several pull requests");
  expect(comment.length).toBeLessThanOrEqual(30_000);
  const { details } = insightsOf(review({ reports: [grave(60, 0)] }));
  expect(details).toContain("; not all of the 60 reasons fit here: read the comment; team t0 gains");
});

test("two comments are the same wherever the whole of it can be read", () => {
  const found = review({ problems: [problem("x")] });
  expect(
    isSame(commentOf(found, "https://one.example"), `${commentOf(found, "https://two.example")}\n`),
  ).toBe(true);
  expect(isSame(commentOf(found), commentOf(review({ problems: [problem("y")] })))).toBe(false);
});

test("somebody else's comment that only mentions the marker is none of ours", () => {
  expect(markedBy("Looks good")).toBeUndefined();
  expect(markedBy('> [bitbucket-keycloak]: # "access preview of abc on def"')).toBeUndefined();
});

test("annotations stand at their lines, within Bitbucket's limits", () => {
  const problems = Array.from({ length: 300 }, (_, index) => problem("z".repeat(1000), index + 1));
  const annotations = annotationsOf(review({ problems }));
  expect(annotations).toHaveLength(100);
  expect(annotations[1]).toMatchObject({
    path: "access.yaml",
    line: 2,
    severity: "HIGH",
    annotation_type: "BUG",
  });
  expect(Math.max(...annotations.map(({ summary }) => summary.length))).toBe(450);
  expect(new Set(annotations.map(({ external_id }) => external_id)).size).toBe(100);
});
